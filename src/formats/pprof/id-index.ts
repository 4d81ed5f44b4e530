import { Malformed } from '../../profile/malformed.js';

/** Finds rows by the ids that a file gave them: 1, 2, 3 … in nearly every one, and then nothing is kept. */
export class IdIndex {
  private count = 0;
  private scattered: Map<number, number> | undefined;

  constructor(private readonly what: string) {}

  /** Gives the next row its id; `at` is the byte to be named. */
  add(id: number, at: number): void {
    if (id === 0) throw new Malformed(`byte ${at}: a ${this.what} has no id`);
    if (id !== this.count + 1) this.scattered ??= this.rowsSoFar();
    if (this.scattered?.has(id)) throw new Malformed(`byte ${at}: ${this.what} ${id} is there twice`);
    this.scattered?.set(id, this.count);
    this.count++;
  }

  /** -1 when there is none. */
  row(id: number): number {
    if (this.scattered !== undefined) return this.scattered.get(id) ?? -1;
    return id <= this.count ? id - 1 : -1;
  }

  private rowsSoFar(): Map<number, number> {
    return new Map(Array.from({ length: this.count }, (_, row) => [row + 1, row]));
  }
}
