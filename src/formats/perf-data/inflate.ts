import { Decompress } from 'fzstd';
import { PERF_DATA_LIMITS } from './limits.js';
import { RECORD_HEADER_BYTES, RecordType } from './records.js';

/**
 * The content of compressed records (`perf record -z`): one zstd stream that goes on from record to record.
 */
export class RecordInflater {
  private readonly stream: Decompress;
  private inflated = 0;
  private damaged = false;

  /** `out` gets pieces of the records' bytes. */
  constructor(out: (bytes: Uint8Array) => void) {
    this.stream = new Decompress((bytes) => {
      this.inflated += bytes.length;
      if (this.inflated > PERF_DATA_LIMITS.inflatedBytes) throw new Error('inflates beyond the limit');
      out(bytes);
    });
  }

  /** Takes a whole compressed record; false from the first one on that cannot be inflated. */
  push(record: Uint8Array, bigEndian: boolean): boolean {
    if (this.damaged) return false;
    this.inflated = 0;
    try {
      this.stream.push(contentOf(record, bigEndian));
    } catch {
      this.damaged = true;
    }
    return !this.damaged;
  }
}

/** COMPRESSED is header and content; COMPRESSED2 has a u64 with the content's length before it, and padding after. */
function contentOf(record: Uint8Array, bigEndian: boolean): Uint8Array {
  const view = new DataView(record.buffer, record.byteOffset, record.length);
  // The content is copied: the decoder keeps parts of it for later records.
  if (view.getUint32(0, !bigEndian) === RecordType.Compressed) return record.slice(RECORD_HEADER_BYTES);
  const start = RECORD_HEADER_BYTES + 8;
  const length = Number(view.getBigUint64(RECORD_HEADER_BYTES, !bigEndian));
  return record.slice(start, Math.min(start + length, record.length));
}
