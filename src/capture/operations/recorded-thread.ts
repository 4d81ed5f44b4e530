import type { FrameId } from '../../profile/frames.js';
import { type OperationFields, OperationKind, OperationSide } from '../../profile/operations.js';
import type { Profile } from '../../profile/profile.js';
import { ROOT, type StackId } from '../../profile/stacks.js';
import type { ThreadId } from '../../profile/threads.js';
import type { BatchKind, BatchOperation, BegunOperation, OperationsBatch } from './batch.js';
import type { CallFrames } from './call-frames.js';

const KINDS: Readonly<Record<BatchKind, OperationKind>> = {
  dns: OperationKind.Dns,
  connect: OperationKind.Connect,
  http: OperationKind.Http,
  request: OperationKind.Request,
};

const AMOUNTS = ['queue', 'dns', 'connect', 'tls', 'firstByte', 'body', 'bytesIn', 'bytesOut'] as const;
const TEXTS = ['name', 'host', 'address', 'result', 'error'] as const;
/** Longer than the hooks send them. */
const MAX_TEXT = 4096;

type Known = { -readonly [Key in keyof OperationFields]?: OperationFields[Key] };

/** One thread's operations: its numbers turned into the profile's. */
export class RecordedThread {
  private readonly frames: FrameId[] = [];
  private readonly stacks: StackId[] = [ROOT];
  private readonly rows: number[] = [];

  constructor(
    private readonly profile: Profile,
    private readonly callFrames: CallFrames,
    private readonly thread: ThreadId,
  ) {}

  /** @param zeroUs time 0 of the recording on CLOCK_MONOTONIC. @throws when it is no batch */
  add({ frames, stacks, begun, changed }: OperationsBatch, zeroUs: number): void {
    for (const frame of frames) this.frames.push(this.callFrames.frame(frame));
    for (const [parent, frame] of stacks) {
      const above = this.stacks[parent];
      const under = this.frames[frame];
      this.stacks.push(
        above === undefined || under === undefined ? ROOT : this.profile.stacks.intern(above, under),
      );
    }
    for (const operation of begun) this.begin(operation, zeroUs);
    for (const operation of changed) {
      const row = this.rows[operation.id];
      if (row === undefined) continue;
      this.profile.operations.set(row, this.known(operation, this.startOf(row), row, zeroUs));
    }
  }

  private begin(operation: BegunOperation, zeroUs: number): void {
    const { operations } = this.profile;
    const kind = KINDS[operation.kind];
    const start = Math.round(operation.start - zeroUs);
    if (kind === undefined || !Number.isSafeInteger(start)) return;
    const fields = this.known(operation, start, operations.length, zeroUs);
    const stack = this.stacks[operation.stack ?? 0] ?? ROOT;
    const asyncStack = this.stacks[operation.asyncStack ?? 0] ?? ROOT;
    const row = operations.add({
      ...fields,
      ...{ kind, thread: this.thread, start, stack, asyncStack, side: OperationSide.Agent },
    });
    if (Number.isSafeInteger(operation.id)) this.rows[operation.id] = row;
  }

  private startOf(row: number): number {
    return this.profile.operations.columns.start.data[row];
  }

  /** Only what is possible: who wrote it is the program's own process. */
  private known(operation: BatchOperation, start: number, row: number, zeroUs: number): Known {
    const known: Known = {};
    for (const name of AMOUNTS) {
      const amount = operation[name];
      if (amount !== undefined && Number.isFinite(amount)) known[name] = Math.max(0, Math.round(amount));
    }
    for (const name of TEXTS) {
      const text = (operation as Partial<BegunOperation>)[name];
      if (typeof text === 'string') known[name] = text.slice(0, MAX_TEXT);
    }
    if (isCount(operation.attempts)) known.attempts = operation.attempts;
    if (isCount(operation.count)) known.count = operation.count;
    if (isCount(operation.port) && operation.port < 65_536) known.port = operation.port;
    if (Number.isFinite(operation.end)) known.end = Math.max(start, Math.round(operation.end! - zeroUs));
    const parent = operation.parent === undefined ? undefined : this.rows[operation.parent];
    if (parent !== undefined && parent < row) known.parent = parent;
    return known;
  }
}

function isCount(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value) && value > 0 && value < 2 ** 32;
}
