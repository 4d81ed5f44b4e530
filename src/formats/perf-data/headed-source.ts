import { UserError } from '../../profile/errors.js';
import type { Source } from '../format.js';

/** A source of which the first bytes were looked at, and can be had again. */
export class HeadedSource {
  private readonly pieces: AsyncIterator<Uint8Array>;
  private start = new Uint8Array(0);
  private length = 0;

  constructor(private readonly source: Source) {
    this.pieces = source.chunks()[Symbol.asyncIterator]();
  }

  /** The first `length` bytes. @throws UserError when there are fewer */
  async head(length: number): Promise<Uint8Array> {
    while (this.length < length) {
      const { done, value } = await this.pieces.next();
      if (done) {
        throw new UserError(
          'PERF_DATA_CUT_HEADER',
          `${this.source.name}: the perf.data ends at byte ${this.length}, within its header; record again.`,
        );
      }
      this.keep(value);
    }
    return this.start.subarray(0, length);
  }

  /** Hands on the bytes from `from` (which `head` has reached) up to `to` or the end; stops reading then. */
  async forEachPiece(from: number, to: number, take: (bytes: Uint8Array) => Promise<void>): Promise<void> {
    let at = this.length;
    if (at > from) await take(this.start.subarray(from, Math.min(at, to)));
    this.start = new Uint8Array(0);
    while (at < to) {
      const { done, value } = await this.pieces.next();
      if (done) return;
      await take(value.subarray(0, Math.min(value.length, to - at)));
      at += value.length;
    }
    await this.pieces.return?.();
  }

  private keep(piece: Uint8Array): void {
    const needed = this.length + piece.length;
    if (needed > this.start.length) {
      const grown = new Uint8Array(Math.max(needed, this.start.length * 2));
      grown.set(this.start.subarray(0, this.length));
      this.start = grown;
    }
    this.start.set(piece, this.length);
    this.length = needed;
  }
}
