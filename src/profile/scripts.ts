import { U32Column } from './columns.js';
import type { StringTable } from './strings.js';

/** Index of a script; 0 is "none" (native code). */
export type ScriptId = number;

/**
 * The JavaScript sources seen. Two scripts may share a url (two `eval`s in one place), so `add` always makes a
 * new one; `intern` is for sources that only tell the url, as perf maps do.
 */
export class ScriptTable {
  readonly columns = { url: new U32Column(), sourceMapUrl: new U32Column() };
  private readonly byUrl = new Map<number, ScriptId>();
  /** Rows that are in `byUrl`; the others are entered when first looked for. */
  private indexed = 0;

  constructor(private readonly strings: StringTable) {
    this.append(0, 0);
  }

  get length(): number {
    return this.columns.url.length;
  }

  /** Adds a script that is known to be distinct; `sourceMapUrl` is '' when there is none. */
  add(url: string, sourceMapUrl = ''): ScriptId {
    return this.append(this.strings.intern(url), this.strings.intern(sourceMapUrl));
  }

  /** The first script of that url, added when new. */
  intern(url: string): ScriptId {
    for (; this.indexed < this.length; this.indexed++) {
      const id = this.columns.url.data[this.indexed];
      if (!this.byUrl.has(id)) this.byUrl.set(id, this.indexed);
    }
    return this.byUrl.get(this.strings.intern(url)) ?? this.add(url);
  }

  /** Adds a row of string ids as read from a file. */
  append(url: number, sourceMapUrl: number): ScriptId {
    this.columns.url.push(url);
    this.columns.sourceMapUrl.push(sourceMapUrl);
    return this.length - 1;
  }

  url(id: ScriptId): string {
    return this.strings.get(this.columns.url.data[id]);
  }
}
