import { UserError } from '../../profile/errors.js';
import { Malformed } from '../../profile/malformed.js';
import type { Profile } from '../../profile/profile.js';
import { tellLeftOut } from '../firefox/left-out.js';
import { MarkerOperations } from '../firefox/marker-operations.js';
import type { NumberColumns } from '../firefox/number-columns.js';
import { StackRows } from '../firefox/stack-rows.js';
import { ThreadOwners } from '../firefox/thread-owners.js';
import { addThreadSamples } from '../firefox/thread-samples.js';
import { GECKO_NEWEST, GECKO_OLDEST } from '../firefox/versions.js';
import type { ReadOptions, Source } from '../format.js';
import { readJson } from '../json/read-json.js';
import { Texts } from '../json/texts.js';
import { GeckoFile, type GeckoProcess, type GeckoThread } from './gecko-file.js';
import { GeckoFrames } from './gecko-frames.js';
import type { SchemaRows } from './rows.js';

/** Fills `profile` with a profile as Firefox itself writes it, of all of its processes. */
export async function readGecko(source: Source, profile: Profile, { onBatch }: ReadOptions): Promise<void> {
  const texts = new Texts();
  const file = new GeckoFile(texts);
  try {
    const ending = await readJson(source, file.shape, texts);
    if (ending !== 'whole') throw new Malformed('it ends before its end');
    const reading = new Reading(file, texts, profile);
    reading.checkVersion(source.name);
    reading.setInfo();
    for (const process of file.processes) {
      for (const thread of process.threads) {
        reading.addThread(process, thread);
        await onBatch?.(profile);
      }
    }
    reading.tell();
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw new UserError(
      'GECKO_MALFORMED',
      `${source.name}: this profile of Firefox cannot be read: ${error.message}; record it again.`,
    );
  }
}

/** Puts a file that was read into the model. */
class Reading {
  private readonly owners: ThreadOwners;
  private withoutStack = 0;
  private moments = 0;
  private count = 0;

  constructor(
    private readonly file: GeckoFile,
    private readonly texts: Texts,
    private readonly profile: Profile,
  ) {
    this.owners = new ThreadOwners(profile);
  }

  checkVersion(name: string): void {
    const { version } = this.file.processes[0];
    if (Number.isNaN(version)) throw new Malformed('meta.version is not there');
    if (version >= GECKO_OLDEST && version <= GECKO_NEWEST) return;
    throw new UserError(
      'GECKO_VERSION',
      `${name}: this profile of Firefox is of version ${version}, and stackscope reads ${GECKO_OLDEST} to ${GECKO_NEWEST}: open it at profiler.firefox.com and save it from there.`,
    );
  }

  setInfo(): void {
    const { info } = this.profile;
    const { startTime, interval } = this.file.processes[0];
    info.engine = 'firefox';
    info.startedMs = Math.max(0, startTime);
    info.frequencyHz = interval > 0 ? 1000 / interval : 0;
  }

  addThread(process: GeckoProcess, from: GeckoThread): void {
    const { profile } = this;
    const { thread } = from;
    const owner = `thread ${this.count++}`;
    // Times of each process are from its own start.
    const shift = process.startTime - this.file.processes[0].startTime;
    thread.isMainThread = thread.name === 'GeckoMain';
    thread.registerTime += shift;
    thread.unregisterTime += shift;
    copyColumns(from.samples, thread.samples, { time: shift });
    copyColumns(from.markers, thread.markers, { startTime: shift, endTime: shift });
    const frames = new GeckoFrames(profile, from, this.texts, process.libs);
    const stacks = new StackRows(profile, frames, owner);
    const id = this.owners.thread(thread);
    const units = { interval: process.interval, cpuUnit: process.cpuUnit, isOurs: false };
    this.withoutStack += addThreadSamples(profile, id, thread, { stacks, units, owner });
    this.addMarkers(id, from, { stacks, frames });
    const last = thread.samples.columns.time;
    const end = last.length > 0 ? last.data[last.length - 1] * 1000 : 0;
    profile.info.durationUs = Math.max(profile.info.durationUs, Math.round(end) || 0);
  }

  tell(): void {
    tellLeftOut(this.profile, this.withoutStack, this.moments);
  }

  private addMarkers(
    thread: number,
    from: GeckoThread,
    { stacks, frames }: { stacks: StackRows; frames: GeckoFrames },
  ): void {
    const operations = new MarkerOperations(this.profile, {
      thread,
      stacks,
      isOurs: false,
      text: (index) => frames.text(index),
      dataText: (id) => (id > 0 ? this.texts.get(id) : ''),
    });
    operations.add(from.thread);
    this.moments += operations.moments;
  }
}

/** Fills the columns of a table that rows have too; `shifts` are added to those of times. */
function copyColumns<Name extends string>(
  rows: SchemaRows,
  table: NumberColumns<Name>,
  shifts: Partial<Record<Name, number>>,
): void {
  for (const name of Object.keys(table.columns) as Name[]) {
    if (!rows.has(name)) continue;
    const shift = shifts[name] ?? 0;
    for (let row = 0; row < rows.length; row++) table.push(name, rows.get(name, row) + shift);
  }
}
