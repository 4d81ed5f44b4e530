import nowUs = require('./clock.cjs');

import type { BegunOperation } from './batch.js' with { 'resolution-mode': 'import' };

/** One operation, from its begin to its end. */
class Operation {
  /** Whether a batch has told of its begin, and whether there is more to tell than that. */
  isTold = false;
  hasChanged = false;
  hasEnded = false;

  /** @param listener hears of every change */
  constructor(
    readonly fields: Operation.Fields,
    private readonly listener: { changed(operation: Operation): void; ended(): void } | undefined,
  ) {
    this.hasEnded = listener === undefined;
  }

  /** Whether it is not recorded: then nothing that is part of it is. */
  get isLeftOut(): boolean {
    return this.listener === undefined;
  }

  get start(): number {
    return this.fields.start;
  }

  set(facts: Operation.Facts): void {
    if (this.hasEnded) return;
    Object.assign(this.fields, facts);
    this.listener?.changed(this);
  }

  /** Before its end, and only when the other began before it and goes on. */
  setParent(parent: Operation): void {
    if (parent.hasEnded || parent.fields.id >= this.fields.id) return;
    if (this.hasEnded && this.listener === undefined) return;
    this.fields.parent = parent.fields.id;
    this.listener?.changed(this);
  }

  end(facts: Operation.Facts, timeUs = nowUs()): void {
    if (this.hasEnded) return;
    this.fields.end = timeUs;
    this.set(facts);
    this.hasEnded = true;
    this.listener?.ended();
  }
}

namespace Operation {
  type Writable<T> = { -readonly [Key in keyof T]: T[Key] };
  export type Fields = Writable<BegunOperation>;
  /** What becomes known of it on the way. */
  export type Facts = Partial<Omit<Fields, 'id' | 'kind' | 'start' | 'count' | 'parent'>>;
}

export = Operation;
