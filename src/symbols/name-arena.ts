const NEWLINE = 0x0a;
const FIRST_CAPACITY = 64 << 10;
/** Longer names are cut: the profile's strings would cut them too. */
const MAX_NAME = 64 << 10;

/** Names as bytes, one after the other, decoded only when asked for. */
export class NameArena {
  private bytes = Buffer.allocUnsafe(FIRST_CAPACITY);
  private length = 0;

  /** Bytes held. */
  get size(): number {
    return this.length;
  }

  /** Keeps `text` from `from` to `to`, which holds no newline, and returns its place. */
  add(text: Uint8Array, from: number, to: number): number {
    const length = Math.min(to - from, MAX_NAME);
    this.reserve(this.length + length + 1);
    const place = this.length;
    this.bytes.set(text.subarray(from, from + length), place);
    this.bytes[place + length] = NEWLINE;
    this.length += length + 1;
    return place;
  }

  at(place: number): string {
    return this.bytes.toString('utf8', place, this.end(place));
  }

  /** A new arena with only the names at `places`, which are changed to where they are then. */
  compact(places: readonly Uint32Array[]): NameArena {
    const kept = new NameArena();
    for (const column of places) {
      for (let i = 0; i < column.length; i++)
        column[i] = kept.add(this.bytes, column[i], this.end(column[i]));
    }
    return kept;
  }

  private end(place: number): number {
    return this.bytes.indexOf(NEWLINE, place);
  }

  private reserve(length: number): void {
    if (length <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(length, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }
}
