import type { Profile } from '../../profile/profile.js';

/** Takes what `perf script --header` tells in its lines that begin with `#`. */
export function takePreamble({ info }: Profile, line: string): void {
  const cmdline = /^# cmdline : (.*)$/.exec(line)?.[1];
  const launched = cmdline === undefined ? -1 : cmdline.indexOf(' -- ');
  if (cmdline !== undefined && launched >= 0) info.command ??= cmdline.slice(launched + ' -- '.length).trim();
  const frequency = /^# event : .*\{ sample_period, sample_freq \} = (\d+),.*\bfreq = 1\b/.exec(line)?.[1];
  if (frequency !== undefined && info.frequencyHz === 0) info.frequencyHz = Number(frequency);
}
