import { UserError } from '../profile/errors.js';
import type { Profile } from '../profile/profile.js';
import type { RecordingSink } from './engine.js';

/** Samples that are worth a write of their own, and milliseconds after which fewer are: what a kill -9 may cost. */
const BATCH_SAMPLES = 65_536;
const BATCH_MS = 2000;

/**
 * Hands samples to the sink, many at a time. When that fails, the user is told at once and the samples are dropped from then on:
 * the program under recording is not to suffer for a full disk. The failure comes up again at the end.
 */
export class SampleOutput {
  private failure: unknown;
  private lastMs = performance.now();

  /** @param describe puts into the profile what is known so far of the recording as a whole */
  constructor(
    private readonly sink: RecordingSink,
    private readonly describe: () => void,
    private readonly notice: ((message: string) => void) | undefined,
  ) {}

  /** Whether nothing more is written. */
  get hasFailed(): boolean {
    return this.failure !== undefined;
  }

  /** Writes what is pending when it is much, or has waited long enough. */
  async append(profile: Profile): Promise<void> {
    if (!this.isDue(profile)) return;
    this.lastMs = performance.now();
    this.describe();
    try {
      if (this.failure === undefined) await this.sink.append(profile);
    } catch (error) {
      this.failure = error;
      this.notice?.(`${reasonOf(error)} Nothing more is recorded; the program runs on.`);
    }
    if (this.failure !== undefined) for (const series of profile.series) series.drain();
  }

  private isDue({ series }: Profile): boolean {
    const pending = series.reduce((sum, { pending }) => sum + pending, 0);
    return pending >= BATCH_SAMPLES || (pending > 0 && performance.now() - this.lastMs >= BATCH_MS);
  }

  /** @throws UserError with exit code 125 when anything could not be written */
  async finish(profile: Profile): Promise<void> {
    try {
      if (this.failure === undefined) await this.sink.finish(profile);
    } catch (error) {
      this.failure = error;
    }
    if (this.failure === undefined) return;
    throw new UserError('RECORDING_CUT', reasonOf(this.failure), 125);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof UserError ? error.message : `The recording cannot be written: ${String(error)}.`;
}
