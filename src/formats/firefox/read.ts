import { UserError } from '../../profile/errors.js';
import { Malformed } from '../../profile/malformed.js';
import type { Profile } from '../../profile/profile.js';
import type { ReadOptions, Source } from '../format.js';
import { readJson } from '../json/read-json.js';
import { Texts } from '../json/texts.js';
import type { FileTables } from './file-tables.js';
import type { FileThread } from './file-thread.js';
import { FirefoxFile } from './firefox-file.js';
import { tellLeftOut } from './left-out.js';
import { MarkerOperations } from './marker-operations.js';
import { ProcessedFrames } from './processed-frames.js';
import { PRODUCT } from './product.js';
import { StackRows } from './stack-rows.js';
import { ThreadOwners } from './thread-owners.js';
import { addThreadSamples } from './thread-samples.js';
import { NEWEST, OLDEST } from './versions.js';

/** Fills `profile` with a processed profile of the Firefox Profiler. */
export async function readFirefox(source: Source, profile: Profile, options: ReadOptions): Promise<void> {
  const texts = new Texts();
  const file = new FirefoxFile(texts);
  try {
    const ending = await readJson(source, file.shape, texts);
    if (ending !== 'whole') throw new Malformed('it ends before its end');
    checkVersion(source.name, file.meta.version);
    await new Reading(file, texts, profile).fill(options);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw new UserError(
      'FIREFOX_MALFORMED',
      `${source.name}: this profile of the Firefox Profiler cannot be read: ${error.message}; save or record it again.`,
    );
  }
}

function checkVersion(name: string, version: number): void {
  if (version >= OLDEST && version <= NEWEST) return;
  if (Number.isNaN(version)) throw new Malformed('meta.preprocessedProfileVersion is not there');
  const what = `${name}: this profile of the Firefox Profiler is of version ${version}`;
  if (version > NEWEST) {
    throw new UserError(
      'FIREFOX_NEWER',
      `${what}, and this stackscope reads up to ${NEWEST}: update stackscope.`,
    );
  }
  throw new UserError(
    'FIREFOX_OLDER',
    `${what}, and stackscope reads from ${OLDEST} on: open it at profiler.firefox.com, which brings it up to date, and save it from there.`,
  );
}

/** Puts a file that was read into the model. */
class Reading {
  private readonly owners: ThreadOwners;
  /** Of the tables that all threads share, where there are such. */
  private readonly shared: StackRows;

  constructor(
    private readonly file: FirefoxFile,
    private readonly texts: Texts,
    private readonly profile: Profile,
  ) {
    this.owners = new ThreadOwners(profile);
    this.shared = this.stackRows(file.shared, 'shared');
  }

  async fill({ onBatch }: ReadOptions): Promise<void> {
    const { meta, threads } = this.file;
    this.setInfo();
    let withoutStack = 0;
    let moments = 0;
    for (const [index, thread] of threads.entries()) {
      const owner = `thread ${index}`;
      const stacks = thread.tables.isEmpty ? this.shared : this.stackRows(thread.tables, owner);
      const id = this.owners.thread(thread);
      const units = { interval: meta.interval, cpuUnit: meta.cpuUnit, isOurs: meta.product === PRODUCT };
      withoutStack += addThreadSamples(this.profile, id, thread, { stacks, units, owner });
      moments += this.addMarkers(id, thread, stacks);
      await onBatch?.(this.profile);
    }
    tellLeftOut(this.profile, withoutStack, moments);
  }

  private setInfo(): void {
    const { info } = this.profile;
    const { meta } = this.file;
    info.engine = 'firefox';
    info.command = meta.arguments === '' ? null : meta.arguments;
    info.startedMs = Math.max(0, meta.startTime);
    if (meta.frequencyHz >= 0) info.frequencyHz = meta.frequencyHz;
    else info.frequencyHz = meta.interval > 0 ? 1000 / meta.interval : 0;
    info.durationUs = Math.max(0, Math.round(this.endMs() * 1000)) || 0;
  }

  /** When the recording ended; when its last sample was taken, where the file does not tell. */
  private endMs(): number {
    const { meta, threads } = this.file;
    if (meta.profilingEndTime > 0) return meta.profilingEndTime;
    let end = 0;
    for (const { samples } of threads)
      end = Math.max(end, samples.get('time', samples.columns.time.length - 1) || 0);
    return end;
  }

  private addMarkers(thread: number, from: FileThread, stacks: StackRows): number {
    const own = from.tables.strings.columns.text.length > 0 ? from.tables.strings : this.file.shared.strings;
    const textOf = (id: number) => (id > 0 ? this.texts.get(id) : '');
    const operations = new MarkerOperations(this.profile, {
      thread,
      stacks,
      isOurs: this.file.meta.product === PRODUCT,
      text: (index) => textOf(own.get('text', index)),
      dataText: textOf,
    });
    operations.add(from);
    return operations.moments;
  }

  private stackRows(tables: FileTables, owner: string): StackRows {
    return new StackRows(
      this.profile,
      new ProcessedFrames(this.profile, this.file, tables, this.texts),
      owner,
    );
  }
}
