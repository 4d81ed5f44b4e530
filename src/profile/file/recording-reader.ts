import { UserError } from '../errors.js';
import { LIMITS } from '../limits.js';
import { Malformed } from '../malformed.js';
import { Profile } from '../profile.js';
import { checkAncestors, checkRows, checkSeries } from '../validate.js';
import {
  type Block,
  type BlockSource,
  checkFileHeader,
  readAhead,
  readBlock,
  readDirectory,
  unpack,
} from './block-source.js';
import { BLOCK_HEADER_LENGTH, BlockType, FILE_HEADER_LENGTH, VERSION } from './blocks.js';
import type { ByteReader } from './bytes.js';
import type { Codec } from './codec.js';
import type { DirectoryEntry } from './directory.js';
import { decodeInfo } from './info.js';
import { missingColumns } from './older-versions.js';
import { decodeSamples, sortSamples } from './samples.js';
import { decodeStrings } from './strings.js';
import { decodeRows, SeriesRows, TABLE_BLOCKS } from './tables.js';

export interface RecordingOptions {
  /** Read into this empty profile instead of a new one. */
  readonly into?: Profile;
  /** Only samples from this time on, in microseconds; sample blocks before it are not read. */
  readonly from?: number;
  /** Only samples before this time, in microseconds; sample blocks from it on are not read. */
  readonly to?: number;
  /** Take a damaged file up to its first block that is not whole, even when it has an end. */
  readonly recover?: boolean;
  /** Called for each block that is read. */
  readonly onBlock?: (block: Block) => void;
  /** Called when there are 65,536 samples more; the caller may drain them. */
  readonly onBatch?: (profile: Profile) => Promise<void>;
}

/**
 * Reads a .stackscope file. One without its end (its writer was killed) is read up to its last whole block, and
 * the profile's quality says so.
 * @throws UserError with the file's name and the offset when it is damaged, of a newer version or too large
 */
export async function readRecording(
  file: BlockSource,
  codec: Codec,
  options: RecordingOptions = {},
): Promise<Profile> {
  const content = new Content(options);
  try {
    await readBlocks(readAhead(file), codec, options, content);
    return content.finish();
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw new UserError(
      'STACKSCOPE_MALFORMED',
      `${file.name} was not written by stackscope or was altered: in ${content.place}, ${error.message}; get the file again or record again.`,
    );
  }
}

async function readBlocks(
  source: BlockSource,
  codec: Codec,
  options: RecordingOptions,
  content: Content,
): Promise<void> {
  content.version = await checkFileHeader(source);
  const directory = options.recover === true ? undefined : await readDirectory(source, codec);
  let offset = FILE_HEADER_LENGTH;
  for (let i = 0; i < (directory?.length ?? Number.POSITIVE_INFINITY); i++) {
    const entry = directory?.get(i);
    if (entry !== undefined && content.leavesOut(entry)) {
      offset += entry.length;
      continue;
    }
    const block = await readBlock(source, offset);
    if (block === undefined && directory !== undefined) throw damaged(source, offset);
    if (block === undefined) return content.cut(source, offset);
    options.onBlock?.(block);
    if (block.type === BlockType.Directory) return;
    await content.take(block, codec);
    offset += BLOCK_HEADER_LENGTH + block.length;
  }
}

function damaged({ name }: BlockSource, offset: number): UserError {
  return new UserError(
    'STACKSCOPE_DAMAGED',
    `${name} is damaged at byte ${offset}: \`stackscope recover\` saves what is before it.`,
  );
}

/** The profile as far as it was read. */
class Content {
  /** What is being read, for messages. */
  place = 'its directory';
  version = VERSION;
  private readonly profile: Profile;
  private readonly seriesRows = new SeriesRows();
  private readonly from: number;
  private readonly to: number;
  private textBytes = 0;
  /** Samples in memory, and those that came since the last call of `onBatch`. */
  private held = 0;
  private sinceBatch = 0;
  /** The latest time of a sample, in microseconds: the length of a recording that was cut. */
  private lastTime = 0;
  private isCut = false;

  constructor(private readonly options: RecordingOptions) {
    this.profile = options.into ?? new Profile();
    this.from = options.from ?? Number.NEGATIVE_INFINITY;
    this.to = options.to ?? Number.POSITIVE_INFINITY;
  }

  /** Whether the range that was asked for has no sample of that block. */
  leavesOut(entry: DirectoryEntry): boolean {
    if (entry.type !== BlockType.Samples || this.profile.series[entry.series]?.timed !== true) return false;
    return entry.to < this.from || entry.from >= this.to;
  }

  async take(block: Block, codec: Codec): Promise<void> {
    this.place = `the block at byte ${block.offset} (${BlockType[block.type]?.toLowerCase() ?? `type ${block.type}`})`;
    const input = await unpack(block, codec);
    this.decode(block.type, input);
    input.end();
    if (this.sinceBatch < LIMITS.blockRows || this.options.onBatch === undefined) return;
    await this.options.onBatch(this.profile);
    this.sinceBatch = 0;
    this.held = this.profile.series.reduce((sum, { pending }) => sum + pending, 0);
  }

  /** Notes that the file ends at `offset` in the middle of a block. */
  cut({ name, size }: BlockSource, offset: number): void {
    this.isCut = true;
    this.profile.quality.note(
      'RECORDING_CUT',
      `${name} is whole up to byte ${offset} of ${size}: what was recorded after that is lost.`,
    );
  }

  finish(): Profile {
    const { profile } = this;
    this.place = 'all of it';
    checkAncestors(profile);
    for (const series of profile.series) sortSamples(series);
    if (this.isCut) profile.info.durationUs = Math.max(profile.info.durationUs, this.lastTime);
    return profile;
  }

  private decode(type: BlockType, input: ByteReader): void {
    const { profile } = this;
    if (type === BlockType.Info) decodeInfo(input, profile);
    else if (type === BlockType.Strings) this.decodeStrings(input);
    else if (type === BlockType.Samples) this.decodeSamples(input);
    else if (type === BlockType.Series) this.decodeSeries(input);
    else this.decodeTable(type, input);
  }

  private decodeStrings(input: ByteReader): void {
    this.textBytes += input.left;
    if (this.textBytes > LIMITS.textBytes)
      throw new Malformed(`all texts have more than ${LIMITS.textBytes} bytes`);
    decodeStrings(input, this.profile.strings);
  }

  private decodeTable(type: BlockType, input: ByteReader): void {
    const block = TABLE_BLOCKS.find((known) => known.type === type);
    if (block === undefined || block.name === 'series') throw new Malformed('its type is not known');
    const { name, rewritten } = block;
    const absent = missingColumns(this.version, name);
    const { from, to } = decodeRows(input, this.profile[name], rewritten, absent);
    checkRows(this.profile, name, from, to);
  }

  private decodeSeries(input: ByteReader): void {
    const { profile, seriesRows } = this;
    const { thread, event, unit, timed, cpu } = seriesRows.columns;
    const { from, to } = decodeRows(input, seriesRows, false, missingColumns(this.version, 'series'));
    for (let row = from; row < to; row++) {
      if (row >= LIMITS.series) throw new Malformed(`there are more than ${LIMITS.series} series`);
      if (event.data[row] >= profile.strings.length)
        throw new Malformed(`row ${row}: event ${event.data[row]}`);
      if (timed.data[row] > 1) throw new Malformed(`row ${row}: timed ${timed.data[row]}`);
      if (cpu.data[row] > 1) throw new Malformed(`row ${row}: cpu ${cpu.data[row]}`);
      const name = profile.strings.get(event.data[row]);
      const [isTimed, withCpu] = [timed.data[row] === 1, cpu.data[row] === 1];
      checkSeries(profile, profile.addSeries(thread.data[row], name, unit.data[row], isTimed, withCpu));
    }
  }

  private decodeSamples(input: ByteReader): void {
    const { series, added } = decodeSamples(input, this.profile, this.from, this.to);
    const { timed, times } = series;
    if (timed && times.length > 0) this.lastTime = Math.max(this.lastTime, times.data[times.length - 1]);
    this.held += added;
    this.sinceBatch += added;
    if (this.held > LIMITS.samples) throw new Malformed(`there are more than ${LIMITS.samples} samples`);
  }
}
