import type { Table } from '../columns.js';
import { LIMITS } from '../limits.js';
import { Profile } from '../profile.js';
import type { Series } from '../series.js';
import { BlockCodec, BlockType, encodeBlock, encodeFileHeader, encodeTrailer } from './blocks.js';
import { ByteWriter } from './bytes.js';
import { ChangedRows } from './changed-rows.js';
import type { Codec } from './codec.js';
import { Directory } from './directory.js';
import { encodeInfo } from './info.js';
import { encodeSamples, timeRange } from './samples.js';
import { encodeStrings, stringsBlockEnd } from './strings.js';
import { encodeRows, SeriesRows, TABLE_BLOCKS } from './tables.js';

/** Blocks that may be on their way through codec and disk before `append` waits. */
const MAX_IN_FLIGHT = 32;

/** Unchanged rows that are written again with changed ones around them: a block of their own would be longer. */
const REWRITTEN_GAP = 64;

/** Rows of a table, `to` exclusive. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** What the directory says of a block besides its type and length. */
interface Content {
  readonly rows: number;
  readonly series: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Writes a .stackscope file while its profile grows. Blocks go out in order, tables before the samples that use
 * them, so that a file cut anywhere holds the profile up to the cut.
 */
export class RecordingWriter {
  private readonly directory = new Directory();
  private readonly seriesRows = new SeriesRows();
  private readonly changed = {
    functions: new ChangedRows(),
    processes: new ChangedRows(),
    threads: new ChangedRows(),
  };
  /** Rows written so far; every reader has those of an empty profile from the start. */
  private readonly written: Record<string, number>;
  private info = '';
  private queue: Promise<void>;
  private inFlight = 0;

  /** @param write takes the file's bytes in order and owns them; called again only when its promise resolved */
  constructor(
    private readonly write: (bytes: Uint8Array) => void | Promise<void>,
    private readonly codec: Codec,
  ) {
    const { strings, mappings, scripts, generated, frames, stacks, operations } = new Profile();
    this.written = {
      strings: strings.length,
      mappings: mappings.length,
      scripts: scripts.length,
      generated: generated.length,
      frames: frames.length,
      stacks: stacks.length,
      operations: operations.length,
      series: 0,
    };
    this.queue = Promise.resolve().then(() => write(encodeFileHeader()));
    this.queue.catch(() => {});
  }

  /**
   * Writes what is new in `profile`, always the same one, and drains its series. Fails when an earlier write
   * did.
   */
  async append(profile: Profile): Promise<void> {
    await this.putAll(profile);
    for (const series of profile.series) series.drain();
  }

  /** Writes the rest, then the directory and the end. The profile keeps the samples it holds. */
  async finish(profile: Profile): Promise<void> {
    await this.putAll(profile);
    await this.queue;
    const out = new ByteWriter();
    this.directory.encode(out);
    const block = await this.pack(BlockType.Directory, out.finish());
    await this.write(block);
    await this.write(encodeTrailer(block.length));
  }

  private async putAll(profile: Profile): Promise<void> {
    await this.queue;
    this.seriesRows.update(profile);
    await this.putInfo(profile);
    await this.putStrings(profile);
    await this.putTables(profile);
    for (const [id, series] of profile.series.entries()) await this.putSamples(id, series);
  }

  private async putInfo(profile: Profile): Promise<void> {
    const info = encodeInfo(profile);
    if (info === this.info) return;
    this.info = info;
    const out = new ByteWriter();
    out.raw(new TextEncoder().encode(info));
    await this.put(BlockType.Info, out, NO_CONTENT);
  }

  private async putStrings({ strings }: Profile): Promise<void> {
    for (let from = this.written['strings']; from < strings.length; ) {
      const to = stringsBlockEnd(strings, from);
      const out = new ByteWriter();
      encodeStrings(out, strings, from, to);
      await this.put(BlockType.Strings, out, { ...NO_CONTENT, rows: to - from });
      this.written['strings'] = from = to;
    }
  }

  private async putTables(profile: Profile): Promise<void> {
    for (const { type, name } of TABLE_BLOCKS) {
      const table = name === 'series' ? this.seriesRows : profile[name];
      for (const span of this.due(profile, name)) await this.putRows(type, table, span);
      this.written[name] = table.length;
    }
  }

  /** The rows of a table that are to be written: new ones, and those that were written and have changed. */
  private due(profile: Profile, name: (typeof TABLE_BLOCKS)[number]['name']): Span[] {
    if (name === 'functions' || name === 'processes' || name === 'threads')
      return [this.changed[name].take(profile[name])];
    const written = this.written[name];
    const added = { from: written, to: name === 'series' ? this.seriesRows.length : profile[name].length };
    if (name !== 'operations') return [added];
    const touched = profile.operations.touched.take(REWRITTEN_GAP);
    return [...touched.map(({ from, to }) => ({ from, to: Math.min(to, written) })), added];
  }

  private async putRows(type: BlockType, table: Table, span: Span): Promise<void> {
    for (let from = span.from; from < span.to; from += LIMITS.blockRows) {
      const to = Math.min(span.to, from + LIMITS.blockRows);
      const out = new ByteWriter();
      encodeRows(out, table, from, to);
      await this.put(type, out, { ...NO_CONTENT, rows: to - from });
    }
  }

  private async putSamples(id: number, series: Series): Promise<void> {
    const { pending } = series;
    for (let from = 0; from < pending; from += LIMITS.blockRows) {
      const to = Math.min(pending, from + LIMITS.blockRows);
      const out = new ByteWriter();
      encodeSamples(out, id, series, from, to);
      await this.put(BlockType.Samples, out, { rows: to - from, series: id, ...timeRange(series, from, to) });
    }
  }

  private async put(type: BlockType, content: ByteWriter, entry: Content): Promise<void> {
    const packing = this.pack(type, content.finish());
    const before = this.queue;
    this.inFlight++;
    this.queue = Promise.all([packing, before]).then(async ([block]) => {
      await this.write(block);
      this.directory.add({ type, length: block.length, ...entry });
      this.inFlight--;
    });
    this.queue.catch(() => {});
    if (this.inFlight > MAX_IN_FLIGHT) await before;
  }

  private async pack(type: BlockType, raw: Uint8Array): Promise<Uint8Array> {
    const packed = await this.codec.deflate(raw);
    return packed.length < raw.length
      ? encodeBlock(type, BlockCodec.Deflate, raw.length, packed)
      : encodeBlock(type, BlockCodec.Stored, raw.length, raw);
  }
}

const NO_CONTENT: Content = { rows: 0, series: 0, from: 0, to: 0 };
