import { U32Column } from '../../profile/columns.js';
import { Malformed } from '../../profile/malformed.js';
import { MAX_STRING_LENGTH } from '../../profile/strings.js';

const decoder = new TextDecoder();

/** The texts of a pprof where they lie in its bytes; each is decoded when it is first asked for. */
export class PprofStrings {
  private readonly begins = new U32Column();
  private readonly ends = new U32Column();
  private readonly known = new Map<number, string>();

  constructor(private readonly bytes: Uint8Array) {}

  get length(): number {
    return this.begins.length;
  }

  add(begin: number, end: number): void {
    this.begins.push(begin);
    this.ends.push(end);
  }

  /** Only as much is decoded as a profile keeps of a text. */
  get(id: number): string {
    if (!(id >= 0 && id < this.length)) {
      if (id === 0) return '';
      throw new Malformed(`text ${id} is asked for, and there are ${this.length}`);
    }
    const known = this.known.get(id);
    if (known !== undefined) return known;
    const begin = this.begins.data[id];
    const text = decoder.decode(
      this.bytes.subarray(begin, Math.min(this.ends.data[id], begin + 3 * MAX_STRING_LENGTH + 3)),
    );
    this.known.set(id, text);
    return text;
  }
}
