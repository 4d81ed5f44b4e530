const FIRST_CAPACITY = 512;

/**
 * Places of records with their times, sorted by a natural merge: the runs that are already ascending (one per
 * CPU's buffer) are merged pairwise, so that sorted input costs nothing. Equal times keep their order of arrival.
 */
export class RecordOrder {
  places = new Uint32Array(FIRST_CAPACITY);
  /** In ns. */
  times = new Float64Array(FIRST_CAPACITY);
  length = 0;
  private otherPlaces = new Uint32Array(FIRST_CAPACITY);
  private otherTimes = new Float64Array(FIRST_CAPACITY);
  /** Where each ascending run but the first begins. */
  private runs: number[] = [];

  push(place: number, time: number): void {
    const { length } = this;
    if (length === this.places.length) this.grow();
    if (length > 0 && time < this.times[length - 1]) this.runs.push(length);
    this.places[length] = place;
    this.times[length] = time;
    this.length = length + 1;
  }

  sort(): void {
    let starts = [0, ...this.runs];
    while (starts.length > 1) {
      const merged: number[] = [];
      for (let run = 0; run < starts.length; run += 2) {
        merged.push(starts[run]);
        const middle = starts[run + 1] ?? this.length;
        this.mergeInto(starts[run], middle, starts[run + 2] ?? this.length);
      }
      [this.places, this.otherPlaces] = [this.otherPlaces, this.places];
      [this.times, this.otherTimes] = [this.otherTimes, this.times];
      starts = merged;
    }
    this.runs = [];
  }

  /** Number of records, of those sorted, that are not newer than `time`. */
  countUpTo(time: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.times[middle] <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Forgets the first `count` records. */
  remove(count: number): void {
    this.places.copyWithin(0, count, this.length);
    this.times.copyWithin(0, count, this.length);
    this.length -= count;
  }

  /** The lowest place held, `none` when there is no record. */
  lowestPlace(none: number): number {
    let lowest = none;
    for (let i = 0; i < this.length; i++) if (this.places[i] < lowest) lowest = this.places[i];
    return lowest;
  }

  /** Moves all places down by `distance`. */
  shift(distance: number): void {
    for (let i = 0; i < this.length; i++) this.places[i] -= distance;
  }

  private mergeInto(start: number, middle: number, end: number): void {
    const { places, times, otherPlaces, otherTimes } = this;
    let left = start;
    let right = middle;
    for (let to = start; to < end; to++) {
      const fromLeft = left < middle && (right >= end || times[left] <= times[right]);
      const from = fromLeft ? left++ : right++;
      otherPlaces[to] = places[from];
      otherTimes[to] = times[from];
    }
  }

  private grow(): void {
    this.places = doubled(this.places, new Uint32Array(this.length * 2));
    this.times = doubled(this.times, new Float64Array(this.length * 2));
    this.otherPlaces = new Uint32Array(this.places.length);
    this.otherTimes = new Float64Array(this.places.length);
  }
}

function doubled<T extends Uint32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
