import type { Plan } from './shape.js';

/** Where the scanner is: the objects and lists that are open, and the field or item of each. */
export class Path {
  depth = 0;
  /** Of the innermost object: its field, -1 for one that is not named. */
  field = -1;
  /** Of the innermost list: its item. */
  index = -1;
  isList = false;
  plan!: Plan;
  private readonly plans: Plan[] = [];
  private readonly fields: number[] = [];
  private readonly indices: number[] = [];
  private readonly lists: boolean[] = [];
  /** Of each open object: the fields that held an object or a list so far, a bit each. */
  private readonly seen: number[] = [];

  /** What is wanted of the next value: undefined when it is to be passed over. */
  get wanted(): Plan | undefined {
    const { plan } = this;
    return this.isList ? plan.items : (plan.entries ?? plan.plans[this.field]);
  }

  /** Enters the object or list that is the next value; false when the same field had one already. */
  open(plan: Plan, isList: boolean): boolean {
    if (this.depth > 0) {
      if (!this.isList && this.plan.entries === undefined) {
        const bit = 1 << this.field;
        if ((this.seen[this.depth - 1] & bit) !== 0) return false;
        this.seen[this.depth - 1] |= bit;
      }
      const top = this.depth - 1;
      this.plans[top] = this.plan;
      this.fields[top] = this.field;
      this.indices[top] = this.index;
      this.lists[top] = this.isList;
    }
    this.seen[this.depth++] = 0;
    this.plan = plan;
    this.isList = isList;
    this.field = -1;
    this.index = -1;
    return true;
  }

  close(): void {
    this.depth--;
    this.isList = false;
    if (this.depth === 0) return;
    const top = this.depth - 1;
    this.plan = this.plans[top];
    this.field = this.fields[top];
    this.index = this.indices[top];
    this.isList = this.lists[top];
  }

  /** `nodes[3].callFrame` */
  toString(): string {
    const steps: string[] = [];
    for (let level = Math.max(0, this.depth - SHOWN); level < this.depth; level++) {
      const isTop = level === this.depth - 1;
      const plan = isTop ? this.plan : this.plans[level];
      if (isTop ? this.isList : this.lists[level]) {
        steps.push(`[${isTop ? Math.max(0, this.index) : this.indices[level]}]`);
      } else {
        const name = plan.names[isTop ? this.field : this.fields[level]];
        steps.push(name === undefined ? '.*' : `.${name}`);
      }
    }
    return steps.length === 0 ? 'the file' : steps.join('').replace(/^\./, '');
  }
}

/** Levels of a path that a message shows, the innermost. */
const SHOWN = 6;
