import { Malformed } from '../../profile/malformed.js';
import { numberInto, textInto } from '../json/into.js';
import type { Shape } from '../json/shape.js';
import type { Texts } from '../json/texts.js';
import type { LineTicks, V8Node } from './v8-node.js';
import { integer, MAX_LINE, MAX_TIME, nodeId } from './values.js';

/** One node as the file gives it. */
interface Row {
  id: number | undefined;
  parent: number | undefined;
  hitCount: number;
  hasFrame: boolean;
  name: string | undefined;
  scriptId: string;
  url: string;
  line: number;
  column: number;
  children: number[];
  ticks: LineTicks[];
}

type Add = (
  node: Omit<V8Node, 'parent' | 'depth'>,
  id: number,
  caller: number | undefined,
  children: readonly number[],
) => void;

/** An item of a list of nodes, in a .cpuprofile or in a chunk of a trace; `add` is called at the end of each. */
export function nodeShape(texts: Texts, add: Add): Shape {
  let row = emptyRow();
  let index = 0;
  return {
    begin: () => {
      row = emptyRow();
    },
    fields: {
      id: numberInto(() => row, 'id'),
      parent: numberInto(() => row, 'parent'),
      hitCount: numberInto(() => row, 'hitCount'),
      children: { numbers: (ids, count) => row.children.push(...ids.subarray(0, count)) },
      callFrame: {
        begin: () => {
          row.hasFrame = true;
        },
        fields: {
          functionName: textInto(texts, () => row, 'name'),
          // Node writes a text, Chrome's traces a number.
          scriptId: {
            text: (id) => {
              row.scriptId = texts.get(id);
            },
            number: (id) => {
              row.scriptId = String(id);
            },
          },
          url: textInto(texts, () => row, 'url'),
          lineNumber: numberInto(() => row, 'line'),
          columnNumber: numberInto(() => row, 'column'),
        },
      },
      positionTicks: ticksShape('line', 'ticks', (ticks) => row.ticks.push(ticks)),
    },
    end: () => {
      const at = `nodes[${index++}]`;
      add(checked(row, at), nodeId(row.id, `${at}.id`), row.parent, row.children);
    },
  };
}

/** A list of lines and how often each was seen executing. */
export function ticksShape(line: string, ticks: string, add: (ticks: LineTicks) => void): Shape {
  const tick = { line: 0, ticks: 0 };
  return {
    items: {
      fields: {
        [line]: numberInto(() => tick, 'line'),
        [ticks]: numberInto(() => tick, 'ticks'),
      },
      end: () =>
        add({ line: integer(tick.line, 0, MAX_LINE, line), ticks: integer(tick.ticks, 0, MAX_TIME, ticks) }),
    },
  };
}

function emptyRow(): Row {
  return {
    id: undefined,
    parent: undefined,
    hitCount: 0,
    hasFrame: false,
    name: undefined,
    scriptId: '0',
    url: '',
    line: -1,
    column: -1,
    children: [],
    ticks: [],
  };
}

function checked(row: Row, at: string): Omit<V8Node, 'parent' | 'depth'> {
  if (!row.hasFrame) throw new Malformed(`${at}.callFrame is undefined, not an object`);
  if (row.name === undefined) throw new Malformed(`${at}.callFrame.functionName is undefined, not a text`);
  return {
    name: row.name,
    scriptId: row.scriptId,
    url: row.url,
    line: integer(row.line, -1, MAX_LINE, `${at}.callFrame.lineNumber`),
    column: integer(row.column, -1, MAX_LINE, `${at}.callFrame.columnNumber`),
    hitCount: integer(row.hitCount, 0, MAX_TIME, `${at}.hitCount`),
    ticks: row.ticks.length === 0 ? undefined : row.ticks,
  };
}
