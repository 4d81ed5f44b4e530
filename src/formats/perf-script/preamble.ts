import type { Profile } from '../../profile/profile.js';
import { launchedCommand } from '../launched-command.js';

/** What `perf script --header` tells before the first sample, in lines that begin with `#`. */
export class Preamble {
  /** Milliseconds since 1970 when perf's clock was at 0; NaN when not told. */
  private clockZeroMs = Number.NaN;

  constructor(private readonly profile: Profile) {}

  take(line: string): void {
    const { info } = this.profile;
    const command = /^# cmdline : (.*)$/.exec(line)?.[1];
    if (command !== undefined) info.command ??= launchedCommand(command.trim().split(/ +/));
    const frequency = /^# event : .*\{ sample_period, sample_freq \} = (\d+),.*\bfreq = 1\b/.exec(line)?.[1];
    if (frequency !== undefined) info.frequencyHz ||= Number(frequency);
    const reference = /^# reference time: .* = (\d+\.\d+) \(TOD\) = (\d+\.\d+) /.exec(line);
    if (reference !== null) this.clockZeroMs = (Number(reference[1]) - Number(reference[2])) * 1000;
  }

  /** `firstUs`: the first sample's time by perf's clock, NaN when it has none. */
  end(firstUs: number): void {
    const { info } = this.profile;
    const startedMs = this.clockZeroMs + firstUs / 1000;
    if (info.startedMs === 0 && startedMs > 0) info.startedMs = startedMs;
  }
}
