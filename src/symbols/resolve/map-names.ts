import { NO_ENTRY, PerfMap } from '../perf-map.js';
import type { PerfMapFile } from '../perf-map-file.js';
import type { AddressNames } from './resolve-text.js';

/** Names from a perf map: of overlapping entries the newest, and of addresses between entries none. */
export class MapNames implements AddressNames {
  private readonly map = new PerfMap();

  /** `file` is followed as it grows; without it the bytes come by `feed`. */
  constructor(private readonly file?: PerfMapFile) {}

  feed(bytes: Uint8Array): void {
    this.map.feed(bytes, 0);
    this.map.advance(0);
  }

  /** Whether no line of a map was read. */
  get isEmpty(): boolean {
    return this.map.isEmpty;
  }

  nameOf(digits: string): string | undefined {
    const entry = this.map.find(Number.parseInt(digits, 16));
    return entry === NO_ENTRY ? undefined : this.map.nameOf(entry);
  }

  refresh(): void {
    this.file?.readInto(this.map, 0);
    this.map.advance(0);
  }

  close(): void {
    this.file?.close();
  }
}
