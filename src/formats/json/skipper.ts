const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Passes over a value that nobody asked for, whatever its length: it only looks for quotes and brackets. What it
 * passes over is not checked beyond that.
 */
export class Skipper {
  /** Whether it is within a value, which may go on in the next piece of the text. */
  active = false;
  depth = 0;
  /** A bit for each open bracket: 1 for a list. */
  private kinds = new Uint8Array(64);
  private inString = false;
  private escaped = false;

  /** Starts at a value, whose first byte the next call of `skip` sees. */
  start(): void {
    this.active = true;
    this.depth = 0;
  }

  /**
   * Passes over bytes of `[at, end)` and returns where the value ended, or `end` with `active` still true.
   * Returns minus one minus the index of a bracket that closes nothing.
   */
  skip(bytes: Uint8Array, from: number, end: number): number {
    for (let at = from; at < end; at++) {
      if (this.inString) {
        at = this.skipString(bytes, at, end);
        if (this.inString || this.depth > 0) continue;
        return this.done(at + 1);
      }
      const byte = bytes[at];
      if (byte === QUOTE) this.inString = true;
      else if (byte === 0x7b || byte === 0x5b) this.open(byte === 0x5b ? 1 : 0);
      else if (byte === 0x7d || byte === 0x5d) {
        if (this.depth === 0) return this.done(at);
        if (this.close() !== (byte === 0x5d ? 1 : 0)) return -1 - at;
        if (this.depth === 0) return this.done(at + 1);
      } else if (byte === 0x2c && this.depth === 0) return this.done(at);
    }
    return end;
  }

  /** The index of the quote that ends the string, or the last one there is. */
  private skipString(bytes: Uint8Array, from: number, end: number): number {
    let at = from;
    if (this.escaped) {
      this.escaped = false;
      at++;
    }
    for (; at < end; at++) {
      const byte = bytes[at];
      if (byte === QUOTE) {
        this.inString = false;
        return at;
      }
      if (byte === BACKSLASH && ++at === end) this.escaped = true;
    }
    return end - 1;
  }

  private open(kind: number): void {
    const byte = this.depth >> 3;
    if (byte === this.kinds.length) {
      const grown = new Uint8Array(byte * 2);
      grown.set(this.kinds);
      this.kinds = grown;
    }
    const bit = 1 << (this.depth & 7);
    this.kinds[byte] = kind === 1 ? this.kinds[byte] | bit : this.kinds[byte] & ~bit;
    this.depth++;
  }

  private close(): number {
    this.depth--;
    return (this.kinds[this.depth >> 3] >> (this.depth & 7)) & 1;
  }

  private done(at: number): number {
    this.active = false;
    return at;
  }
}
