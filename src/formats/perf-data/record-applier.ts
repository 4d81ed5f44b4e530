import type { Profile } from '../../profile/profile.js';
import type { Series } from '../../profile/series.js';
import type { TaskRows } from '../../profile/task-rows.js';
import { ThreadRoles } from '../../profile/thread-roles.js';
import type { AddressNamer } from './address-namer.js';
import { Callchains } from './callchains.js';
import type { Damage } from './damage.js';
import type { Events, RecordedEvent } from './events.js';
import { hexOf, type RecordingFeatures, textOf } from './features.js';
import { FrameNaming } from './frame-naming.js';
import { readValuesLength } from './record-layout.js';
import {
  MISC_COMM_EXEC,
  MISC_CPUMODE_MASK,
  MISC_FORK_SYNTHESIZED,
  MISC_MMAP_BUILD_ID,
  MISC_MMAP_DATA,
  RecordType,
} from './records.js';
import type { SampleClock } from './sample-clock.js';
import type { SampledThread } from './sampled-thread.js';
import { Tasks } from './tasks.js';

/** How often the namer is told the time, and asked whether names became stale. */
const TICK_US = 1000;

/** Stands for the pid and tid of a sample that has none, and of a thread that is already gone. */
const NO_PID = 0xffffffff;
/** Maps of the kernel bear it: its symbols are not looked up through them. */
const KERNEL_PID = 0xffffffff;

const PROT_EXEC = 4;
const HIGH_HALF = 0x1_0000_0000;

/** Takes records in time order and makes processes, threads and samples of them. */
export class RecordApplier {
  private readonly tasks: Tasks;
  private readonly chains: Callchains;
  private readonly roles: ThreadRoles;
  private tick = 0;
  private nextTickUs = 0;
  samples = 0;

  constructor(
    private readonly profile: Profile,
    private readonly namer: AddressNamer,
    private readonly events: Events,
    private readonly clock: SampleClock,
    private readonly features: RecordingFeatures,
    private readonly damage: Damage,
    rows: TaskRows,
  ) {
    this.tasks = new Tasks(profile, namer, rows);
    this.chains = new Callchains(profile, namer, new FrameNaming(namer));
    this.roles = new ThreadRoles(profile, namer);
  }

  /** Applies the record at words[at], whose time is `ns`. */
  apply(words: Uint32Array, at: number, ns: number): void {
    const time = this.clock.tell(ns);
    if (time >= this.nextTickUs) this.advance(time);
    const end = at + (words[at + 1] >>> 18);
    switch (words[at]) {
      case RecordType.Sample:
        this.applySample(words, at, end, time);
        break;
      case RecordType.Mmap:
      case RecordType.Mmap2:
        this.applyMapping(words, at, end, time);
        break;
      case RecordType.Comm:
        this.applyComm(words, at, end, time);
        break;
      case RecordType.Fork:
        this.applyFork(words, at, time);
        break;
      case RecordType.Exit:
        this.tasks.exit(words[at + 2], words[at + 4], time);
        break;
      case RecordType.Lost:
        this.applyLost(words[at + 4] + words[at + 5] * HIGH_HALF);
        break;
      case RecordType.LostSamples:
        this.applyLost(words[at + 2] + words[at + 3] * HIGH_HALF);
        break;
      case RecordType.Throttle:
        this.damage.throttled++;
    }
  }

  private advance(time: number): void {
    this.namer.advance(time);
    this.nextTickUs = time + TICK_US;
    this.tick++;
  }

  private applySample(words: Uint32Array, at: number, end: number, time: number): void {
    const event = this.events.ofSample(words, at, end);
    if (event === undefined) {
      this.damage.unknownSamples++;
      return;
    }
    const { layout } = event;
    const hasTid = layout.tid >= 0;
    const thread = this.tasks.thread(
      hasTid ? words[at + layout.tid] : NO_PID,
      hasTid ? words[at + layout.tid + 1] : NO_PID,
      time,
    );
    this.tasks.refresh(thread.task, this.tick);
    const weight =
      layout.period < 0
        ? event.fixedPeriod
        : words[at + layout.period] + words[at + layout.period + 1] * HIGH_HALF;
    const stack = this.stackOf(thread, event, words, at, end);
    this.roles.observe(thread, stack);
    this.seriesOf(thread, event).add(time, stack, weight);
    this.samples++;
  }

  private stackOf(
    thread: SampledThread,
    event: RecordedEvent,
    words: Uint32Array,
    at: number,
    end: number,
  ): number {
    const { layout, attr } = event;
    const mode = words[at + 1] & MISC_CPUMODE_MASK;
    if (!layout.hasCallchain) {
      if (layout.ip < 0) return this.chains.stackOf(thread, words, at, 0, mode, event.maxStack);
      return this.chains.stackOfAddress(thread, words[at + layout.ip], words[at + layout.ip + 1], mode);
    }
    let chain = at + layout.rest;
    if (layout.read >= 0) chain += readValuesLength(words, chain, end, attr.readFormat);
    return this.chains.stackOf(thread, words, chain + 2, words[chain], mode, event.maxStack);
  }

  private seriesOf(thread: SampledThread, event: RecordedEvent): Series {
    let series = thread.series[event.index];
    if (series === undefined) {
      series = this.profile.addSeries(thread.id, event.name, event.unit, event.layout.time >= 0);
      thread.series[event.index] = series;
    }
    return series;
  }

  private applyMapping(words: Uint32Array, at: number, end: number, time: number): void {
    const pid = words[at + 2];
    const isMmap2 = words[at] === RecordType.Mmap2;
    const misc = words[at + 1] & 0xffff;
    const isCode = isMmap2 ? (words[at + 16] & PROT_EXEC) !== 0 : (misc & MISC_MMAP_DATA) === 0;
    if (pid === KERNEL_PID || !isCode) return;
    const path = textAt(words, at + (isMmap2 ? 18 : 10), end);
    const buildId =
      isMmap2 && (misc & MISC_MMAP_BUILD_ID) !== 0
        ? buildIdAt(words, at + 10)
        : this.features.buildIds?.get(path);
    const inode = isMmap2 && (misc & MISC_MMAP_BUILD_ID) === 0 ? u64At(words, at + 12) : 0;
    this.tasks.map(
      pid,
      {
        start: u64At(words, at + 4),
        length: u64At(words, at + 6),
        fileOffset: u64At(words, at + 8),
        path,
        ...(inode > 0 ? { inode } : {}),
        ...(buildId ? { buildId } : {}),
      },
      time,
    );
  }

  private applyComm(words: Uint32Array, at: number, end: number, time: number): void {
    const isExec = (words[at + 1] & MISC_COMM_EXEC) !== 0;
    this.tasks.comm(words[at + 2], words[at + 3], textAt(words, at + 4, end), isExec, time);
  }

  private applyFork(words: Uint32Array, at: number, time: number): void {
    const inherits = (words[at + 1] & MISC_FORK_SYNTHESIZED) === 0;
    this.tasks.fork(words[at + 2], words[at + 3], words[at + 4], inherits, time);
  }

  private applyLost(count: number): void {
    this.damage.lostEvents += count;
    this.profile.quality.lostSamples += count;
  }
}

function u64At(words: Uint32Array, at: number): number {
  return words[at] + words[at + 1] * HIGH_HALF;
}

function textAt(words: Uint32Array, at: number, end: number): string {
  return textOf(new Uint8Array(words.buffer, at * 4, (end - at) * 4));
}

/** u8 size, three bytes of padding, 20 bytes. */
function buildIdAt(words: Uint32Array, at: number): string {
  const bytes = new Uint8Array(words.buffer, at * 4, 24);
  return hexOf(bytes.subarray(4, 4 + Math.min(bytes[0], 20)));
}
