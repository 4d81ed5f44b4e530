import { textInto } from '../json/into.js';
import type { Shape } from '../json/shape.js';
import type { Texts } from '../json/texts.js';
import { NodeList } from './node-list.js';
import { nodeShape } from './node-shape.js';
import { NumberBlocks } from './number-blocks.js';
import { TreeNodes } from './tree-shape.js';

/** What stands in a .cpuprofile of any age, before it is put together. */
export class CpuprofileFile {
  readonly nodes = new NodeList();
  readonly tree: TreeNodes;
  /** Ids of nodes. */
  readonly samples = new NumberBlocks();
  /** Microseconds from each sample to the one before it, the first to `startTime`. */
  readonly timeDeltas = new NumberBlocks();
  /** The same as times, as before 2016. */
  readonly timestamps = new NumberBlocks();
  startTime: number | undefined;
  endTime: number | undefined;
  generator = '';
  title = '';
  hasDeltas = false;
  hasNodes = false;
  /** Whether the list of nodes, or the tree of them, came to its end. */
  nodesWhole = false;
  readonly shape: Shape;

  constructor(texts: Texts) {
    this.tree = new TreeNodes(texts);
    const done = () => {
      this.nodesWhole = true;
    };
    this.shape = {
      fields: {
        nodes: {
          begin: () => {
            this.hasNodes = true;
          },
          items: nodeShape(texts, (...node) => this.nodes.add(...node)),
          end: done,
        },
        head: { ...this.tree.shape, end: () => {} },
        samples: { numbers: (values, count) => this.samples.push(values, count) },
        timeDeltas: {
          begin: () => {
            this.hasDeltas = true;
          },
          numbers: (values, count) => this.timeDeltas.push(values, count),
        },
        timestamps: { numbers: (values, count) => this.timestamps.push(values, count) },
        // cpuprofilify wrote what its input said, as a text.
        startTime: {
          number: (time) => {
            this.startTime = time;
          },
          text: () => {},
        },
        endTime: {
          number: (time) => {
            this.endTime = time;
          },
          text: () => {},
        },
        generator: textInto(texts, () => this, 'generator'),
        title: textInto(texts, () => this, 'title'),
      },
    };
    const head = this.shape.fields!['head'];
    Object.assign(head, {
      end: () => {
        this.tree.shape.end!();
        done();
      },
    });
  }
}
