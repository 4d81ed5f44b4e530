import { U32Column } from './columns.js';
import type { FunctionId } from './functions.js';
import { RowIndex } from './row-index.js';

export type FrameId = number;

/** What a frame stands for. Only `Call` frames are functions that ran; the others are markers at a stack's root. */
export enum FrameKind {
  Call = 0,
  /** Everything below was started by an asynchronous call. */
  Async = 1,
  /** The stack below was cut by the recorder's depth limit: its true callers are not known. */
  Truncated = 2,
  /** The chain of callers broke (code without frame pointers): the true callers are not known. */
  Broken = 3,
  /** The thread waited for work; nothing ran. */
  Idle = 4,
}

/** How the JavaScript of a frame was executed. */
export enum Tier {
  None = 0,
  Interpreted = 1,
  Baseline = 2,
  Maglev = 3,
  Turbofan = 4,
}

/** Names of the tiers as reports and JSON write them, by value. */
export const TIER_NAMES = ['native', 'interpreted', 'baseline', 'maglev', 'turbofan'] as const;

export interface FrameKey {
  readonly func: FunctionId;
  /** Line being executed, from 1; 0 when not known. */
  readonly line: number;
  /** Column being executed, from 1; 0 when not known. */
  readonly column: number;
  readonly tier: Tier;
  readonly kind: FrameKind;
  /** 1 when the compiler inlined this function into the frame above it. */
  readonly inlined: 0 | 1;
  /**
   * For native code without a name only, so that it can be named later: the offset in the mapping's file (the
   * address itself in `[kernel]` and JIT memory), as two halves since kernel addresses do not fit a double.
   */
  readonly addressLo: number;
  readonly addressHi: number;
}

/** A plain call of `func`, to be spread over: no executing line, native, not inlined. */
export const CALL_FRAME = {
  line: 0,
  column: 0,
  tier: Tier.None,
  kind: FrameKind.Call,
  inlined: 0,
  addressLo: 0,
  addressHi: 0,
} as const satisfies Omit<FrameKey, 'func'>;

/** Distinct frames: a function at a place, in a tier. */
export class FrameTable {
  readonly columns = {
    func: new U32Column(),
    line: new U32Column(),
    column: new U32Column(),
    flags: new U32Column(),
    addressLo: new U32Column(),
    addressHi: new U32Column(),
  };
  private readonly index = new RowIndex(Object.values(this.columns));

  get length(): number {
    return this.columns.func.length;
  }

  intern(key: FrameKey): FrameId {
    const flags = packFlags(key);
    const known = this.index.find([key.func, key.line, key.column, flags, key.addressLo, key.addressHi]);
    return known >= 0 ? known : this.append({ ...key, flags });
  }

  /** Adds a row as read from a file; `flags` is tier, kind and inlined packed. */
  append(row: Omit<FrameKey, 'tier' | 'kind' | 'inlined'> & { flags: number }): FrameId {
    const { columns } = this;
    columns.func.push(row.func);
    columns.line.push(row.line);
    columns.column.push(row.column);
    columns.flags.push(row.flags);
    columns.addressLo.push(row.addressLo);
    columns.addressHi.push(row.addressHi);
    return this.length - 1;
  }

  func(id: FrameId): FunctionId {
    return this.columns.func.data[id];
  }

  tier(id: FrameId): Tier {
    return this.columns.flags.data[id] & 7;
  }

  kind(id: FrameId): FrameKind {
    return (this.columns.flags.data[id] >> 3) & 7;
  }

  inlined(id: FrameId): boolean {
    return (this.columns.flags.data[id] & 64) !== 0;
  }
}

function packFlags(key: FrameKey): number {
  return key.tier | (key.kind << 3) | (key.inlined << 6);
}
