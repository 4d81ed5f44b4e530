/** A range of a process's addresses and what is mapped there. */
export interface MappedRange<T> {
  start: number;
  /** First address after it. */
  end: number;
  /** Offset in the mapped file of `start`. */
  fileOffset: number;
  readonly target: T;
}

/** What is mapped where in one process: disjoint ranges, later mappings replacing what they overlap. */
export class AddressSpace<T> {
  private constructor(private ranges: MappedRange<T>[]) {}

  static empty<T>(): AddressSpace<T> {
    return new AddressSpace<T>([]);
  }

  /** A space of its own with the same mappings, as a fork has. */
  fork(): AddressSpace<T> {
    return new AddressSpace(this.ranges.map((range) => ({ ...range })));
  }

  /** How many ranges there are. */
  get size(): number {
    return this.ranges.length;
  }

  find(address: number): MappedRange<T> | undefined {
    const range = this.ranges[this.firstEndingAfter(address)];
    return range !== undefined && range.start <= address ? range : undefined;
  }

  /** What `start` to `end` overlaps, in order. */
  overlapping(start: number, end: number): readonly MappedRange<T>[] {
    const from = this.firstEndingAfter(start);
    let to = from;
    while (to < this.ranges.length && this.ranges[to].start < end) to++;
    return this.ranges.slice(from, to);
  }

  map(added: MappedRange<T>): void {
    const replaced = this.overlapping(added.start, added.end);
    const pieces: MappedRange<T>[] = [];
    for (const old of replaced) {
      if (old.start < added.start) pieces.push({ ...old, end: added.start });
    }
    pieces.push(added);
    for (const old of replaced) {
      if (old.end <= added.end) continue;
      pieces.push({ ...old, start: added.end, fileOffset: old.fileOffset + (added.end - old.start) });
    }
    this.ranges.splice(this.firstEndingAfter(added.start), replaced.length, ...pieces);
  }

  private firstEndingAfter(address: number): number {
    let low = 0;
    let high = this.ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.ranges[middle].end <= address) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
