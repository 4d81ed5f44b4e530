import { UserError } from '../../profile/errors.js';
import type { Profile } from '../../profile/profile.js';
import type { Series } from '../../profile/series.js';
import type { StackId } from '../../profile/stacks.js';
import { ThreadRoles } from '../../profile/thread-roles.js';
import type { ReadOptions } from '../format.js';
import { BATCH, TEXT_LIMITS } from './limits.js';
import { StackBuilder } from './stack-builder.js';
import { type TextEvent, TextTasks, type TextThread } from './text-tasks.js';

/** In the place of a time or a weight that a text does not tell. */
export const NOT_TOLD = Number.NaN;

/** Takes the samples of a text into a profile and hands them on in batches, each series in the order of time. */
export class SampleIntake {
  readonly tasks: TextTasks;
  readonly stacks: StackBuilder;
  samples = 0;
  /** The first time of the text's own, NOT_TOLD before it. */
  firstUs = NOT_TOLD;
  private readonly roles: ThreadRoles;
  private readonly unsorted = new Set<Series>();
  /** The last time that was handed on of each series. */
  private readonly handedOn = new Map<Series, number>();
  private batched = 0;

  private lastUs = 0;
  private late = 0;

  /** `maxStack`: frames at which the recorder stopped following callers. */
  constructor(
    private readonly profile: Profile,
    private readonly options: ReadOptions,
    maxStack: number,
  ) {
    this.tasks = new TextTasks(profile);
    this.stacks = new StackBuilder(profile, maxStack);
    this.roles = new ThreadRoles(profile, this.stacks.traits);
  }

  /** The text's own time as microseconds from the first one told; 0 for one that is not. */
  timeOf(timeUs: number): number {
    if (Number.isNaN(timeUs)) return 0;
    if (Number.isNaN(this.firstUs)) this.firstUs = timeUs;
    return timeUs - this.firstUs;
  }

  /** Adds a sample; `timeUs` is the text's own, `weight` its own too; both may be NOT_TOLD. */
  add(thread: TextThread, event: TextEvent, timeUs: number, weight: number, stack: StackId): void {
    const timed = !Number.isNaN(timeUs);
    const weighed = !Number.isNaN(weight);
    const series = this.tasks.series(thread, event, timed, weighed);
    const time = this.timeOf(timeUs);
    const { pending, times } = series;
    if (timed && pending > 0 && time < times.data[pending - 1]) this.unsorted.add(series);
    if (time > this.lastUs) this.lastUs = time;
    series.add(time, stack, weighed ? weight : 1);
    if (!thread.hasToldRole) this.roles.observe(thread, stack);
    this.samples++;
  }

  /** Hands a batch on when there is one. To be awaited now and then. */
  async flush(): Promise<void> {
    const { onBatch } = this.options;
    const waiting = this.samples - this.batched;
    if (onBatch === undefined) {
      if (waiting > TEXT_LIMITS.stacks) throw tooLarge('samples');
    } else if (waiting >= BATCH) {
      this.sort();
      this.batched = this.samples;
      for (const series of this.profile.series) {
        if (series.pending > 0) this.handedOn.set(series, series.times.data[series.pending - 1]);
      }
      await onBatch(this.profile);
    }
    if (this.profile.stacks.length > TEXT_LIMITS.stacks) throw tooLarge('distinct stacks');
  }

  /** Puts the last samples in order and says how long the recording is. */
  end(): void {
    this.sort();
    this.profile.info.durationUs = Math.max(this.profile.info.durationUs, this.lastUs);
    if (this.late === 0) return;
    this.profile.quality.note(
      'TEXT_TIMES_UNSORTED',
      `${this.late} samples are out of order in the text and bear the time of the one before them.`,
      'Sort the recording by time, or read it in one piece without converting to .stackscope.',
    );
  }

  private sort(): void {
    for (const series of this.profile.series) {
      if (!series.timed || series.pending === 0) continue;
      if (this.unsorted.has(series)) sortByTime(series);
      const before = this.handedOn.get(series);
      if (before === undefined) continue;
      for (let i = 0; i < series.pending && series.times.data[i] < before; i++) {
        series.times.data[i] = before;
        this.late++;
      }
    }
    this.unsorted.clear();
  }
}

/** Samples of one time keep their order. */
function sortByTime({ times, stacks, weights, pending }: Series): void {
  const order = Uint32Array.from({ length: pending }, (_, i) => i).sort(
    (a, b) => times.data[a] - times.data[b] || a - b,
  );
  for (const column of [times, stacks, weights]) {
    const sorted = Array.from(order, (i) => column.data[i]);
    column.data.set(sorted);
  }
}

function tooLarge(what: string): UserError {
  return new UserError(
    'TEXT_TOO_LARGE',
    `The text has more than ${TEXT_LIMITS.stacks} ${what}: read a part of it.`,
  );
}
