/**
 * Keeps book of a thread's operations until they are handed over. Bounded: past a rate only some are recorded, which
 * stand for the others, and past a number of open or waiting ones none.
 */
import type CallStacks = require('./call-stacks.cjs');
import nowUs = require('./clock.cjs');
import Operation = require('./operation.cjs');

import type { BatchKind, BatchOperation, BegunOperation, OperationsBatch } from './batch.js' with {
  'resolution-mode': 'import',
};

/** Operations a second that are not part of another, and how many at once; what is part of a recorded one is recorded. */
const ROOTS_A_SECOND = 250;
const ROOTS_AT_ONCE = 1000;
/** Operations that are open, or wait to be handed over. */
const MAX_HELD = 20_000;
/** Different peers whose left out operations are counted each for itself. */
const MAX_PEERS = 1000;
/** Longer texts are cut. */
const MAX_TEXT = 1024;

const LEFT_OUT = new Operation({ id: 0, kind: 'request', start: 0 }, undefined);

class Ledger {
  /** Called when there is something to hand over, and there was nothing before. */
  onFirst: () => void = () => {};
  private isAwake = false;
  private lastId = 0;
  private open = 0;
  private begun: Operation[] = [];
  private news: Operation[] = [];
  /** By kind and peer, how many were left out since the last that was recorded. */
  private readonly skipped = new Map<string, number>();
  /** How many roots may be recorded now, and when that was so. */
  private allowed = ROOTS_AT_ONCE;
  private allowedUs = nowUs();
  private leftOut = 0;
  private stoodFor = 0;

  constructor(private readonly stacks: CallStacks) {}

  /**
   * Begins an operation, its stack taken here unless `takesStack` says no. Those of one kind with one `peer` may stand
   * for each other.
   */
  begin(kind: BatchKind, peer: string, parent: Operation | undefined, takesStack = true): Operation {
    const key = `${kind} ${peer}`;
    if (parent?.isLeftOut || !this.hasRoom(parent)) return this.leave(key);
    const fields: Operation.Fields = { id: ++this.lastId, kind, start: nowUs() };
    if (takesStack) Object.assign(fields, this.stacks.take());
    if (parent !== undefined && !parent.hasEnded) fields.parent = parent.fields.id;
    const others = this.skipped.get(key);
    if (others !== undefined) {
      this.skipped.delete(key);
      this.stoodFor += others;
      fields.count = others + 1;
    }
    const operation = new Operation(fields, this);
    this.open++;
    this.add(this.begun, operation);
    return operation;
  }

  changed(operation: Operation): void {
    if (!operation.isTold || operation.hasChanged) return;
    operation.hasChanged = true;
    this.add(this.news, operation);
  }

  ended(): void {
    this.open--;
  }

  /** What is to be handed over, undefined when there is nothing. */
  drain(): Omit<OperationsBatch, 'pid' | 'tid' | 'main'> | undefined {
    if (!this.isAwake) return undefined;
    this.isAwake = false;
    const begun = this.begun.map(({ fields }) => shortened<BegunOperation>(fields));
    const changed = this.news.map(({ fields: { kind, name, start, stack, asyncStack, count, ...rest } }) =>
      shortened<BatchOperation>(rest),
    );
    for (const operation of this.begun) operation.isTold = true;
    for (const operation of this.news) operation.hasChanged = false;
    this.begun = [];
    this.news = [];
    const { leftOut, stoodFor } = this;
    this.leftOut = 0;
    this.stoodFor = 0;
    return { ...this.stacks.drain(), begun, changed, leftOut, stoodFor };
  }

  private add(list: Operation[], operation: Operation): void {
    this.wake();
    list.push(operation);
  }

  private wake(): void {
    if (this.isAwake) return;
    this.isAwake = true;
    this.onFirst();
  }

  private hasRoom(parent: Operation | undefined): boolean {
    if (this.open + this.begun.length >= MAX_HELD) return false;
    if (parent !== undefined && !parent.hasEnded) return true;
    const time = nowUs();
    const gained = ((time - this.allowedUs) / 1e6) * ROOTS_A_SECOND;
    this.allowed = Math.min(ROOTS_AT_ONCE, this.allowed + gained);
    this.allowedUs = time;
    if (this.allowed < 1) return false;
    this.allowed--;
    return true;
  }

  private leave(key: string): Operation {
    this.wake();
    this.leftOut++;
    const before = this.skipped.get(key);
    if (before !== undefined || this.skipped.size < MAX_PEERS) this.skipped.set(key, (before ?? 0) + 1);
    return LEFT_OUT;
  }
}

function shortened<Fields extends BatchOperation>(fields: Fields): Fields {
  const copy = { ...fields } as Record<string, unknown>;
  for (const name of ['name', 'host', 'address', 'result', 'error']) {
    const value = copy[name];
    if (typeof value === 'string' && value.length > MAX_TEXT) copy[name] = value.slice(0, MAX_TEXT);
  }
  return copy as unknown as Fields;
}

export = Ledger;
