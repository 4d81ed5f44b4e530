import { U32Column } from './columns.js';
import { RowIndex } from './row-index.js';
import type { StringTable } from './strings.js';

/** Index of a binary; 0 is "none" (JavaScript). */
export type MappingId = number;

/** Path of the code that was made at run time. */
export const JIT_MAPPING = '[jit]';

/** The binaries whose code was seen: executables, libraries, `[kernel]`, `[vdso]`, kernel modules. */
export class MappingTable {
  readonly columns = { path: new U32Column(), buildId: new U32Column() };
  private readonly index = new RowIndex([this.columns.path, this.columns.buildId]);

  constructor(private readonly strings: StringTable) {
    this.intern('', '');
  }

  get length(): number {
    return this.columns.path.length;
  }

  /** `buildId` is lower-case hex, or '' when the binary carries none. */
  intern(path: string, buildId: string): MappingId {
    const key = [this.strings.intern(path), this.strings.intern(buildId)];
    const known = this.index.find(key);
    return known >= 0 ? known : this.append(key[0], key[1]);
  }

  /** Adds a row of string ids as read from a file. */
  append(path: number, buildId: number): MappingId {
    this.columns.path.push(path);
    this.columns.buildId.push(buildId);
    return this.length - 1;
  }

  path(id: MappingId): string {
    return this.strings.get(this.columns.path.data[id]);
  }

  buildId(id: MappingId): string {
    return this.strings.get(this.columns.buildId.data[id]);
  }
}
