import { UserError } from '../profile/errors.js';
import type { Profile } from '../profile/profile.js';
import type { RecordingSink } from './engine.js';

/**
 * Hands samples to the sink. When that fails, the user is told at once and the samples are dropped from then on:
 * the program under recording is not to suffer for a full disk. The failure comes up again at the end.
 */
export class SampleOutput {
  private failure: unknown;

  constructor(
    private readonly sink: RecordingSink,
    private readonly notice: ((message: string) => void) | undefined,
  ) {}

  async append(profile: Profile): Promise<void> {
    try {
      if (this.failure === undefined) await this.sink.append(profile);
    } catch (error) {
      this.failure = error;
      this.notice?.(`${reasonOf(error)} Nothing more is recorded; the program runs on.`);
    }
    if (this.failure !== undefined) for (const series of profile.series) series.drain();
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
