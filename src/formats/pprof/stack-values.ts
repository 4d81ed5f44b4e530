import { U32Column } from '../../profile/columns.js';
import type { Series } from '../../profile/series.js';
import type { StackId } from '../../profile/stacks.js';

/**
 * The samples of one thread after another, those of one stack added up: rows of values. Values are whole numbers in a
 * pprof, so what rounding takes from one row is given to the next of its kind, and totals are right to one half.
 */
export class StackValues {
  readonly stacks = new U32Column();
  private values = new Float64Array(0);
  private readonly rowOf: Uint32Array;
  private readonly owed: Float64Array;

  constructor(
    stackCount: number,
    /** Kinds of values. */
    private readonly kinds: number,
  ) {
    this.rowOf = new Uint32Array(stackCount);
    this.owed = new Float64Array(kinds);
  }

  /** Adds up the series of one thread; `kindOf` tells which value each is. */
  load(series: readonly Series[], kindOf: (series: Series) => number): void {
    const { stacks, rowOf } = this;
    for (let row = 0; row < stacks.length; row++) rowOf[stacks.data[row]] = 0;
    stacks.length = 0;
    for (const each of series) this.addRows(each);
    this.values = new Float64Array(stacks.length * this.kinds);
    for (const each of series) this.addValues(each, kindOf(each));
  }

  /** Puts the whole values of a row into `into`. */
  take(row: number, into: Float64Array): void {
    for (let kind = 0; kind < this.kinds; kind++) {
      const exact = this.values[row * this.kinds + kind];
      const whole = exact === 0 ? 0 : Math.max(0, Math.round(exact + this.owed[kind]));
      this.owed[kind] += exact - whole;
      into[kind] = whole;
    }
  }

  private addRows({ stacks, pending }: Series): void {
    for (let i = 0; i < pending; i++) {
      const stack: StackId = stacks.data[i];
      if (this.rowOf[stack] !== 0) continue;
      this.stacks.push(stack);
      this.rowOf[stack] = this.stacks.length;
    }
  }

  private addValues({ stacks, weights, pending }: Series, kind: number): void {
    const { values, kinds, rowOf } = this;
    for (let i = 0; i < pending; i++) {
      values[(rowOf[stacks.data[i]] - 1) * kinds + kind] += weights.data[i];
    }
  }
}
