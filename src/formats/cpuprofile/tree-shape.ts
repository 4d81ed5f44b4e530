import type { Shape } from '../json/shape.js';
import type { Texts } from '../json/texts.js';
import { IdPlaces } from './id-places.js';
import { ticksShape } from './node-shape.js';
import type { LineTicks, V8Node } from './v8-node.js';
import { integer, MAX_LINE, MAX_TIME } from './values.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * The `head` of a .cpuprofile from before 2016, whose nodes hold their children: as Chrome up to 53, v8-profiler and
 * cpuprofilify wrote it. Lines and columns are from 1, script ids numbers.
 */
export class TreeNodes {
  /** Callers before callees. */
  readonly nodes: V8Node[] = [];
  readonly shape: Shape;
  readonly shared = new Set<number>();
  private readonly idPlaces = new Map<number, number>();
  private readonly open: number[] = [];

  constructor(texts: Texts) {
    const top = (): Mutable<V8Node> => this.nodes[this.open.at(-1)!];
    const self: Shape = {
      begin: () => this.begin(),
      fields: {
        functionName: {
          text: (id) => {
            top().name = texts.get(id).trim();
          },
        },
        url: {
          text: (id) => {
            top().url = texts.get(id);
          },
        },
        scriptId: {
          number: (id) => {
            top().scriptId = String(id);
          },
          text: (id) => {
            top().scriptId = texts.get(id);
          },
        },
        lineNumber: {
          number: (line) => {
            top().line = place(line, 'lineNumber');
          },
          // cpuprofilify took it out of a name and left it a text.
          text: (id) => {
            top().line = place(Number(texts.get(id)), 'lineNumber');
          },
        },
        columnNumber: {
          number: (column) => {
            top().column = place(column, 'columnNumber');
          },
        },
        hitCount: {
          number: (hits) => {
            top().hitCount = integer(hits, 0, MAX_TIME, 'hitCount');
          },
        },
        id: { number: (id) => this.name(id) },
        lineTicks: ticksShape('line', 'hitCount', (ticks) => this.addTicks(ticks)),
        positionTicks: ticksShape('line', 'ticks', (ticks) => this.addTicks(ticks)),
        children: {
          get items() {
            return self;
          },
        },
      },
      end: () => void this.open.pop(),
    };
    this.shape = self;
  }

  /** Whether cpuprofilify made it, which gave the head the name of the process; V8's is `(root)`. */
  get isCpuprofilify(): boolean {
    return this.nodes.length > 0 && this.nodes[0].name !== '(root)';
  }

  /**
   * Takes names apart that cpuprofilify left as V8's log has them: `~*` before a function of a script, whose name
   * is the script's where it is the top level; ` native` after one that V8 brought along.
   */
  takeNamesApart(): void {
    for (const node of this.nodes as Mutable<V8Node>[]) {
      const [mark] = /^[~*]*/.exec(node.name)!;
      if (mark === '') continue;
      const name = node.name.slice(mark.length);
      const plain = name.replace(/ native$/, '');
      if (node.url === '') Object.assign(node, { name: '', url: name });
      else Object.assign(node, { name: plain, url: plain === name ? node.url : `native ${node.url}` });
    }
  }

  /** Place of each id that one node has; `shared` are those that several have, as the first two of cpuprofilify's. */
  places(): IdPlaces {
    return new IdPlaces(this.idPlaces);
  }

  private begin(): void {
    const parent = this.open.at(-1) ?? -1;
    const depth = this.open.length;
    const index = this.nodes.push({
      ...{
        parent,
        depth,
        name: '',
        scriptId: '0',
        url: '',
        line: -1,
        column: -1,
        hitCount: 0,
        ticks: undefined,
      },
    });
    this.open.push(index - 1);
  }

  private name(id: number): void {
    if (this.shared.has(id) || this.idPlaces.delete(id)) this.shared.add(id);
    else this.idPlaces.set(id, this.open.at(-1)!);
  }

  private addTicks(ticks: LineTicks): void {
    const node: Mutable<V8Node> = this.nodes[this.open.at(-1)!];
    node.ticks = [...(node.ticks ?? []), ticks];
  }
}

/** Of a line or column from 1, 0 when not known: from 0, -1 when not known. */
function place(value: number, field: string): number {
  return integer(value, 0, MAX_LINE, field) - 1;
}
