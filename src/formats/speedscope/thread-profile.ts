import type { F64Column, U32Column } from '../../profile/columns.js';
import { Malformed } from '../../profile/malformed.js';
import type { OwnNotes } from './own-notes.js';

/** One profile of the file: a thread's time line as stacks, each with its length; `ROOT` where nothing ran. */
export interface ThreadProfile {
  name: string;
  unit: string;
  startValue: number;
  endValue: number;
  /** In the file's tree. */
  readonly stacks: U32Column;
  /** In `unit`. */
  readonly lengths: F64Column;
  own: OwnNotes | undefined;
}

/** No list of frames is longer, and no frame's index: they are kept in 32 bits. */
const MAX_FRAME = 0x7fffffff;

/** An index in the file's list of frames. */
export function frameIndex(index: number): number {
  if (Number.isInteger(index) && index >= 0 && index <= MAX_FRAME) return index;
  throw new Malformed(`a stack names frame ${index}, which is no index`);
}
