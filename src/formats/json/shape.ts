import type { TextId } from './texts.js';

/** Numbers that a list hands on at a time; only its last block may have fewer. */
export const NUMBERS_AT_ONCE = 4096;

/**
 * What may stand at a place of a JSON text, and what is done with it. A value of a kind that is not named here is
 * refused; but `null` in an object is as good as no field.
 *
 *     const root: Shape = { fields: { startTime: { number: (us) => … }, samples: { numbers: (values, count) => … } } };
 *
 * Shapes may contain themselves, by a getter: trees are read without recursion.
 */
export interface Shape {
  /** An object: what its fields hold. Fields that are not named are passed over. */
  readonly fields?: Readonly<Record<string, Shape>>;
  /** An object whose keys are data: what each of them holds. */
  readonly entries?: Shape;
  /** With `entries`: called with each key, before its value. */
  key?(id: TextId): void;
  /** A list: what each item is. */
  readonly items?: Shape;
  /** Called at the `{` or, `isList`, at the `[`. */
  begin?(isList: boolean): void;
  /** Called at the `}` or `]`; not when the text ends before it. */
  end?(): void;
  /**
   * A list of numbers, handed on in order, `NUMBERS_AT_ONCE` of them and at its end the rest; `null` becomes NaN. The array is used again: copy
   * what is to stay. What came before a cut is handed on too.
   */
  numbers?(values: Float64Array, count: number): void;
  number?(value: number): void;
  /** A string, by its id in the scanner's `Texts`. */
  text?(id: TextId): void;
  /** `true` and `false`. */
  flag?(value: boolean): void;
  /** `null`. */
  none?(): void;
  /** Where anything may stand: a value of a kind that is not named is passed over, not refused. */
  readonly orElse?: 'skip';
}

/** A shape made ready for the scanner. */
export interface Plan {
  readonly shape: Shape;
  /** Names of the fields, and their bytes with the quote that ends them. */
  readonly names: readonly string[];
  readonly keys: readonly Uint8Array[];
  readonly plans: readonly Plan[];
  /** By field plus one: the field that came after it the last time. Objects of a list have theirs in one order. */
  readonly following: Int32Array;
  readonly entries: Plan | undefined;
  readonly items: Plan | undefined;
}

/** As many as a set of bits holds. */
const MAX_FIELDS = 31;

/** The plan of a shape; shapes that contain themselves are planned once. */
export function planOf(shape: Shape, known: Map<Shape, Plan> = new Map()): Plan {
  const planned = known.get(shape);
  if (planned !== undefined) return planned;
  const fields = Object.entries(shape.fields ?? {});
  if (fields.length > MAX_FIELDS) throw new TypeError(`a shape has more than ${MAX_FIELDS} fields`);
  const plans: Plan[] = [];
  const plan: { -readonly [K in keyof Plan]: Plan[K] } = {
    shape,
    names: fields.map(([name]) => name),
    keys: fields.map(([name]) => new TextEncoder().encode(`${name}"`)),
    plans,
    following: new Int32Array(fields.length + 1),
    entries: undefined,
    items: undefined,
  };
  known.set(shape, plan);
  for (const [, field] of fields) plans.push(planOf(field, known));
  if (shape.entries) plan.entries = planOf(shape.entries, known);
  if (shape.items) plan.items = planOf(shape.items, known);
  return plan;
}
