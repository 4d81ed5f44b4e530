import { UserError } from '../../profile/errors.js';
import { Malformed } from '../../profile/malformed.js';
import { NO_PROCESS } from '../../profile/processes.js';
import type { Profile } from '../../profile/profile.js';
import { Unit } from '../../profile/series.js';
import { type ThreadId, ThreadRole } from '../../profile/threads.js';
import type { ReadOptions, Source } from '../format.js';
import { readJson } from '../json/read-json.js';
import { Texts } from '../json/texts.js';
import { CpuprofileFile } from './file-shape.js';
import { GENERATOR } from './generator.js';
import type { IdPlaces } from './id-places.js';
import { OpenSample } from './open-sample.js';
import { SampleStacks } from './sample-stacks.js';
import { TimedSamples } from './timed-samples.js';
import type { V8Node } from './v8-node.js';
import { type Maker, V8Stacks } from './v8-stacks.js';
import { shown, time } from './values.js';

/** Fills `profile` with the one thread a .cpuprofile holds. */
export async function readCpuprofile(source: Source, profile: Profile, options: ReadOptions): Promise<void> {
  try {
    const texts = new Texts();
    const file = new CpuprofileFile(texts);
    const ending = await readJson(source, file.shape, texts);
    await new Reading(source.name, file, ending === 'whole', profile).fill(options);
  } catch (error) {
    if (error instanceof Malformed) throw broken(source.name, error.message);
    throw error;
  }
}

/** Puts a file that was read into the model. */
class Reading {
  private readonly nodes: readonly V8Node[];
  private readonly places: IdPlaces;
  private readonly stacks: SampleStacks;
  private readonly maker: Maker;

  constructor(
    private readonly name: string,
    private readonly file: CpuprofileFile,
    private readonly whole: boolean,
    private readonly profile: Profile,
  ) {
    const { tree, nodes, nodesWhole } = file;
    if (!nodesWhole && !whole) throw new Malformed('it ends before the last of its nodes');
    if (tree.nodes.length > 0) {
      this.nodes = tree.nodes;
      this.places = tree.places();
    } else {
      if (!file.hasNodes) throw new Malformed('it has neither nodes nor a head');
      ({ nodes: this.nodes, places: this.places } = nodes.callersFirst());
    }
    this.maker = file.generator === GENERATOR ? 'stackscope' : tree.isCpuprofilify ? 'cpuprofilify' : 'v8';
    if (this.maker === 'cpuprofilify') tree.takeNamesApart();
    const stacks = new V8Stacks(profile, new Map());
    stacks.load(this.nodes, this.maker);
    this.stacks = new SampleStacks(this.nodes, stacks);
  }

  async fill(options: ReadOptions): Promise<void> {
    const { file, profile } = this;
    profile.info.engine = 'cpuprofile';
    const command = this.maker === 'cpuprofilify' ? this.nodes[0].name : '';
    const process = profile.processes.add({ pid: 0, parent: NO_PROCESS, start: 0, command });
    const thread = profile.threads.add(process, 0, 'main', 0);
    profile.threads.columns.role.data[thread] = ThreadRole.Main;
    if (file.timestamps.length > 0) await this.addTimes(thread, this.timestamps(), options);
    else if (file.hasDeltas) await this.addTimes(thread, this.deltas(), options);
    else this.addCounts(thread);
    if (!this.whole) this.noteCut();
  }

  private deltas(): Times {
    const { samples, timeDeltas } = this.file;
    const startTime = time(this.file.startTime ?? 0, 'startTime');
    const endTime = this.file.endTime === undefined ? startTime : time(this.file.endTime, 'endTime');
    if (this.whole && timeDeltas.length !== samples.length) {
      throw new Malformed(`timeDeltas has ${timeDeltas.length} entries for ${samples.length} samples`);
    }
    return { samples: new TimedSamples(samples, timeDeltas, startTime, 'timeDeltas'), startTime, endTime };
  }

  /** Before 2016 start and end are in seconds, too coarse for where the last sample ends. */
  private timestamps(): Times {
    const { samples, timestamps } = this.file;
    if (this.whole && timestamps.length !== samples.length) {
      throw new Malformed(`timestamps has ${timestamps.length} entries for ${samples.length} samples`);
    }
    return {
      samples: new TimedSamples(samples, timestamps, undefined, 'timestamps'),
      startTime: undefined,
      endTime: 0,
    };
  }

  private async addTimes(
    thread: ThreadId,
    { samples, startTime, endTime }: Times,
    options: ReadOptions,
  ): Promise<void> {
    const { profile } = this;
    const series = profile.addSeries(thread, 'v8', Unit.WallNs);
    let zero = startTime;
    let open: OpenSample | undefined;
    for (const { count, times, ids } of samples.runs()) {
      if (count === 0) continue;
      zero ??= times[0];
      open ??= new OpenSample(series, zero);
      open.run(times, this.stacksOf(ids, count), count);
      await options.onBatch?.(profile);
    }
    const last = open?.begin ?? 0;
    const end = Math.max(this.whole ? endTime : 0, last);
    // How long the last one of a cut file lasted is not told.
    if (this.whole) open?.finish(end);
    profile.info.durationUs = Math.max(0, Math.round(end - (zero ?? end)));
  }

  private stacksOf(ids: Float64Array, count: number): Uint32Array {
    const { places, stacks } = this;
    const found = new Uint32Array(count);
    for (let i = 0; i < count; i++) found[i] = stacks.next(places.get(ids[i]) ?? this.missing(ids[i]));
    return found;
  }

  private missing(id: number): never {
    const { tree, samples } = this.file;
    const which = tree.shared.has(id) ? 'which several nodes have as their id' : 'which is not there';
    throw new Malformed(`samples[${samples.indexOf(id)}] names node ${shown(id)}, ${which}`);
  }

  /** A profile without times tells how often each stack was seen, and no more. */
  private addCounts(thread: ThreadId): void {
    const { samples } = this.file;
    const series = this.profile.addSeries(thread, 'v8', Unit.Count, false);
    // The nodes' own counts are whole when the samples are not.
    if (this.whole) {
      const ids = new Float64Array(samples.length);
      for (const stack of this.stacksOf(ids, samples.read(0, ids))) series.add(0, stack, 1);
      if (samples.length > 0) return;
    }
    this.nodes.forEach(({ hitCount }, node) => {
      if (hitCount > 0) this.stacks.forEach(node, hitCount, (stack, hits) => series.add(0, stack, hits));
    });
  }

  private noteCut(): void {
    const { samples, timeDeltas, hasDeltas } = this.file;
    const what = hasDeltas
      ? `${timeDeltas.length.toLocaleString('en-US')} of its ${samples.length.toLocaleString('en-US')} samples have a time, the others were left out`
      : 'it tells how often each stack was seen, but not when';
    this.profile.quality.note(
      'CPUPROFILE_CUT',
      `${this.name} ends before its end: ${what}.`,
      'Record it again, or fetch it again.',
    );
  }
}

interface Times {
  readonly samples: TimedSamples;
  /** Microseconds on the file's clock; undefined when it begins with the first sample. */
  readonly startTime: number | undefined;
  readonly endTime: number;
}

function broken(name: string, what: string): UserError {
  return new UserError(
    'CPUPROFILE_MALFORMED',
    `${name}: this .cpuprofile cannot be read: ${what}; record it again.`,
  );
}
