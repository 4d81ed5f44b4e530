const SIZE = 131_072;
/** When so much is there it is worth handing on. */
const FULL = 65_536;
/** UTF-8 takes at most so many for a UTF-16 unit. */
const MOST_BYTES_A_UNIT = 3;
const MAX_DIGITS = 16;

/** Numbers below this one are taken from a table: five bytes each, digits and a comma, and how many of them count. */
const SHORT_NUMBERS = 10_000;
const SHORT_BYTES = new Uint8Array(SHORT_NUMBERS * 5);
const SHORT_LENGTHS = new Uint8Array(SHORT_NUMBERS);
for (let number = 0; number < SHORT_NUMBERS; number++) {
  const text = `${number},`;
  SHORT_LENGTHS[number] = text.length;
  for (let i = 0; i < text.length; i++) SHORT_BYTES[number * 5 + i] = text.charCodeAt(i);
}

/**
 * JSON as bytes in pieces of about 64 KiB: numbers are written without making texts of them. The writers are
 * generators that hand on `take()` whenever `isFull`.
 */
export class JsonOutput {
  private bytes = new Uint8Array(SIZE);
  private length = 0;
  private readonly encoder = new TextEncoder();

  get isFull(): boolean {
    return this.length >= FULL;
  }

  /** What was written since the last call. */
  take(): Uint8Array {
    const taken = this.bytes.subarray(0, this.length);
    this.bytes = new Uint8Array(SIZE);
    this.length = 0;
    return taken;
  }

  /** A copy of what was written since the last call, for little that is written often. */
  copy(): Uint8Array {
    const copied = this.bytes.slice(0, this.length);
    this.length = 0;
    return copied;
  }

  /** Bytes that `copy` gave. */
  piece(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** JSON as it is. */
  raw(json: string): void {
    this.reserve(json.length * MOST_BYTES_A_UNIT);
    const { written } = this.encoder.encodeInto(json, this.bytes.subarray(this.length));
    this.length += written;
  }

  /** A short piece of ASCII, a byte a character. */
  ascii(json: string): void {
    this.reserve(json.length);
    for (let i = 0; i < json.length; i++) this.bytes[this.length++] = json.charCodeAt(i);
  }

  /** One ASCII character. */
  byte(code: number): void {
    if (this.length === this.bytes.length) this.reserve(1);
    this.bytes[this.length++] = code;
  }

  text(text: string): void {
    this.raw(JSON.stringify(text));
  }

  /** Any finite number. */
  number(value: number): void {
    const whole = Math.abs(value);
    if (!Number.isSafeInteger(whole) || Object.is(value, -0)) {
      this.ascii(Number.isFinite(value) ? String(value) : 'null');
      return;
    }
    this.reserve(MAX_DIGITS + 1);
    if (value < 0) this.bytes[this.length++] = 0x2d;
    if (whole > 0x7fffffff) this.large(whole);
    else this.small(whole);
  }

  /** The first `count` numbers of a list, with a comma after each. */
  numbers(values: Float64Array, count: number): void {
    this.reserve(count * (MAX_DIGITS + 2));
    const { bytes } = this;
    let to = this.length;
    for (let i = 0; i < count; i++) {
      const value = values[i];
      const whole = value | 0;
      if (whole !== value || whole < 0 || whole >= SHORT_NUMBERS) {
        this.length = to;
        this.number(value);
        this.byte(0x2c);
        if (bytes !== this.bytes) {
          this.numbers(values.subarray(i + 1), count - i - 1);
          return;
        }
        to = this.length;
        continue;
      }
      // All five, whatever counts: what is too much is written over by the next.
      const from = whole * 5;
      bytes[to] = SHORT_BYTES[from];
      bytes[to + 1] = SHORT_BYTES[from + 1];
      bytes[to + 2] = SHORT_BYTES[from + 2];
      bytes[to + 3] = SHORT_BYTES[from + 3];
      bytes[to + 4] = SHORT_BYTES[from + 4];
      to += SHORT_LENGTHS[whole];
    }
    this.length = to;
  }

  /** A whole number of thousandths, as a decimal number: nanoseconds as microseconds. */
  thousandths(value: number): void {
    const whole = Math.floor(value / 1000);
    const rest = value - whole * 1000;
    this.number(whole);
    if (rest === 0) return;
    this.reserve(4);
    this.bytes[this.length++] = 0x2e;
    this.bytes[this.length++] = 0x30 + Math.floor(rest / 100);
    this.bytes[this.length++] = 0x30 + (Math.floor(rest / 10) % 10);
    this.bytes[this.length++] = 0x30 + (rest % 10);
  }

  private small(value: number): void {
    const end = this.length + digitsOf(value);
    let rest = value | 0;
    for (let at = end - 1; at >= this.length; at--) {
      const tenth = (rest / 10) | 0;
      this.bytes[at] = 0x30 + rest - tenth * 10;
      rest = tenth;
    }
    this.length = end;
  }

  private large(value: number): void {
    const billions = Math.floor(value / 1e9);
    if (billions > 0) this.small(billions);
    const rest = value - billions * 1e9;
    if (billions > 0)
      for (let digits = digitsOf(rest); digits < 9; digits++) this.bytes[this.length++] = 0x30;
    this.small(rest);
  }

  private reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.length + more, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }
}

function digitsOf(value: number): number {
  if (value < 10) return 1;
  if (value < 100) return 2;
  if (value < 1000) return 3;
  if (value < 10_000) return 4;
  let digits = 5;
  for (let bound = 100_000; value >= bound; bound *= 10) digits++;
  return digits;
}
