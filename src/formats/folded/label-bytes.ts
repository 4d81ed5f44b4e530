import { StringTable } from '../../profile/strings.js';

/** Bytes after which a piece is handed on. */
const PIECE = 65_536;
const SEMICOLON = 0x3b;

/** Labels as UTF-8, each encoded once, and lines put together of them. */
export class LabelBytes {
  private readonly labels = new StringTable();
  private readonly encoder = new TextEncoder();
  private encoded = new Uint8Array(PIECE);
  /** Where the label of each id begins in `encoded`; the next begins where it ends. */
  private readonly starts: number[] = [0, 0];
  private out = new Uint8Array(PIECE * 2);
  private length = 0;

  intern(label: string): number {
    const id = this.labels.intern(label);
    if (id === this.starts.length - 1) this.encode(label);
    return id;
  }

  /** Adds `LABELS COUNT`; `path` holds labels, the last of them first. Whether it is time to take what is there. */
  appendLine(path: readonly number[], count: number): boolean {
    const { starts } = this;
    const number = this.encoder.encode(` ${decimal(count)}\n`);
    let length = path.length + number.length;
    for (const label of path) length += starts[label + 1] - starts[label];
    this.reserve(length);
    const { out, encoded } = this;
    let at = this.length;
    for (let i = path.length - 1; i >= 0; i--) {
      const end = starts[path[i] + 1];
      for (let from = starts[path[i]]; from < end; from++) out[at++] = encoded[from];
      if (i > 0) out[at++] = SEMICOLON;
    }
    out.set(number, at);
    this.length = at + number.length;
    return this.length >= PIECE;
  }

  /** The lines added since it was called last, in a piece of their own. */
  take(): Uint8Array {
    const piece = this.out.slice(0, this.length);
    this.length = 0;
    return piece;
  }

  private encode(label: string): void {
    const start = this.starts[this.starts.length - 1];
    const most = label.length * 3;
    if (start + most > this.encoded.length) {
      const grown = new Uint8Array(Math.max(start + most, this.encoded.length * 2));
      grown.set(this.encoded.subarray(0, start));
      this.encoded = grown;
    }
    this.starts.push(start + this.encoder.encodeInto(label, this.encoded.subarray(start)).written);
  }

  private reserve(length: number): void {
    if (this.length + length <= this.out.length) return;
    const grown = new Uint8Array(Math.max(this.length + length, this.out.length * 2));
    grown.set(this.out.subarray(0, this.length));
    this.out = grown;
  }
}

/** Whole where it is whole, and never with an exponent. */
function decimal(count: number): string {
  return Number.isInteger(count) ? String(BigInt(count)) : count.toFixed(6);
}
