const ZERO = 48;
const MINUS = 45;
const DOT = 46;
const COMMA = 44;
/** Bytes of a list that are handed on together. */
const PIECE = 65_536;
/** Bytes that a number may take. */
const LONGEST = 32;
const encoder = new TextEncoder();

/**
 * A list of `length` numbers, of which `item` gives each times ten to the power of `decimals`: microseconds for
 * milliseconds with 3. NaN is `null`. Whole numbers are written digit by digit, which JSON.stringify takes longer for.
 */
export function* numberList(
  length: number,
  item: (index: number) => number,
  decimals = 0,
): Generator<Uint8Array> {
  const writer = new NumberText(decimals);
  for (let i = 0; i < length; i++) {
    writer.add(item(i), i > 0);
    if (writer.isFull) yield writer.take();
  }
  yield writer.end();
}

class NumberText {
  private readonly bytes = new Uint8Array(PIECE + LONGEST * 2);
  private length = 0;
  private readonly scale: number;

  constructor(private readonly decimals: number) {
    this.scale = 10 ** decimals;
    this.bytes[this.length++] = 0x5b;
  }

  get isFull(): boolean {
    return this.length >= PIECE;
  }

  add(value: number, isFurther: boolean): void {
    if (isFurther) this.bytes[this.length++] = COMMA;
    // Small ones are integers to the engine, for which division is quick.
    if (value >= 0 && value <= 0x7fffffff && (value | 0) === value) this.addSmall(value | 0);
    else if (Number.isSafeInteger(value)) this.addLarge(value);
    else this.addText(Number.isNaN(value) ? 'null' : String(value / this.scale));
  }

  /** A copy of what there is; begins anew. */
  take(): Uint8Array {
    const taken = this.bytes.slice(0, this.length);
    this.length = 0;
    return taken;
  }

  end(): Uint8Array {
    this.bytes[this.length++] = 0x5d;
    return this.take();
  }

  private addSmall(value: number): void {
    const whole = this.decimals === 0 ? value : Math.floor(value / this.scale);
    this.addDigits(whole, countOf(whole));
    if (this.decimals > 0) this.addFraction(value - whole * this.scale);
  }

  private addLarge(value: number): void {
    if (value < 0) this.bytes[this.length++] = MINUS;
    const size = Math.abs(value);
    const whole = Math.floor(size / this.scale);
    if (whole > 0x7fffffff) this.addText(String(whole));
    else this.addDigits(whole, countOf(whole));
    if (this.decimals > 0) this.addFraction(size - whole * this.scale);
  }

  /** What follows the dot, without the zeros at its end. */
  private addFraction(fraction: number): void {
    if (fraction === 0) return;
    let digits = this.decimals;
    let rest = fraction | 0;
    for (; rest % 10 === 0; rest = (rest / 10) | 0) digits--;
    this.bytes[this.length++] = DOT;
    this.addDigits(rest, digits);
  }

  private addDigits(value: number, count: number): void {
    let rest = value | 0;
    for (let at = this.length + count - 1; at >= this.length; at--) {
      const tenth = (rest / 10) | 0;
      this.bytes[at] = ZERO + rest - tenth * 10;
      rest = tenth;
    }
    this.length += count;
  }

  private addText(text: string): void {
    this.length += encoder.encodeInto(text, this.bytes.subarray(this.length)).written;
  }
}

/** Decimal digits of a whole number below 2^31. */
function countOf(value: number): number {
  let count = 1;
  for (let limit = 10; limit <= value && count < 10; limit *= 10) count++;
  return count;
}
