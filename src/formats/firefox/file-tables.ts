import type { Shape } from '../json/shape.js';
import { columnsShape, flagsShape, NumberColumns, textsShape } from './number-columns.js';

const FRAME = [
  'func',
  'line',
  'column',
  'category',
  'subcategory',
  'inlineDepth',
  'lib',
  'implementation',
] as const;
const FUNC = ['name', 'resource', 'fileName', 'source', 'lineNumber', 'columnNumber'] as const;
const STACK = ['frame', 'prefix', 'prefixOffset', 'category', 'subcategory'] as const;

/**
 * What stacks are made of: since version 60 one set for all threads, before that one in each. Columns that a version
 * does not have are empty.
 */
export class FileTables {
  readonly frames = new NumberColumns('frameTable', FRAME);
  readonly funcs = new NumberColumns('funcTable', [...FUNC, 'isJS']);
  readonly stacks = new NumberColumns('stackTable', STACK);
  /** `lib` was here before version 70. */
  readonly resources = new NumberColumns('resourceTable', ['lib']);
  /** Texts of files, since version 58. */
  readonly sources = new NumberColumns('sources', ['filename']);
  /** By index in the file's own list: ids of the scanner's texts. */
  readonly strings = new NumberColumns('stringArray', ['text']);

  get isEmpty(): boolean {
    return this.stacks.columns.frame.length === 0;
  }
}

/** The fields that hold these tables, in `shared` or in a thread. */
export function tableFields(get: () => FileTables): Readonly<Record<string, Shape>> {
  return {
    frameTable: { fields: columnsShape(FRAME, () => get().frames) },
    funcTable: {
      fields: {
        ...columnsShape(FUNC, () => get().funcs),
        isJS: flagsShape((value) => get().funcs.push('isJS', value)),
      },
    },
    stackTable: { fields: columnsShape(STACK, () => get().stacks) },
    resourceTable: { fields: columnsShape(['lib'], () => get().resources) },
    sources: { fields: columnsShape(['filename'], () => get().sources) },
    stringArray: textsShape((id) => get().strings.push('text', id)),
  };
}
