/** Rows of a table that have changed, as few spans of them as is worth while. */
export class TouchedRows {
  private marks = new Uint8Array(64);
  private from = Number.POSITIVE_INFINITY;
  private to = 0;

  add(row: number): void {
    if (row >= this.marks.length) this.grow(row + 1);
    this.marks[row] = 1;
    this.from = Math.min(this.from, row);
    this.to = Math.max(this.to, row + 1);
  }

  /** Spans that hold every row added since the last call, and no more than `gap` others between two of them. */
  take(gap: number): { from: number; to: number }[] {
    const spans: { from: number; to: number }[] = [];
    for (let row = this.from; row < this.to; row++) {
      if (this.marks[row] === 0) continue;
      const last = spans.at(-1);
      if (last !== undefined && row - last.to <= gap) last.to = row + 1;
      else spans.push({ from: row, to: row + 1 });
    }
    this.marks.fill(0, this.from, this.to);
    this.from = Number.POSITIVE_INFINITY;
    this.to = 0;
    return spans;
  }

  private grow(rows: number): void {
    const grown = new Uint8Array(Math.max(rows, this.marks.length * 2));
    grown.set(this.marks);
    this.marks = grown;
  }
}
