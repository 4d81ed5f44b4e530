/** What DTrace prints: samples of profile_1ms.d, stacks of other probes, and `ustack()` aggregations. */
import { UserError } from '../../profile/errors.js';
import type { Profile } from '../../profile/profile.js';
import type { Format, Holding, ReadOptions, Source } from '../format.js';
import { TEXT_LIMITS } from '../text/limits.js';
import { readLines } from '../text/read-lines.js';
import { DtraceReader } from './dtrace-reader.js';

export const dtrace: Format = {
  name: 'dtrace',
  title: 'DTrace stacks and aggregations',
  extensions: ['.stack'],
  keeps:
    'stacks, times of profile_1ms.d, counts of aggregations, program and process as far as printed; no threads',
  holds: new Set<Holding>(['times', 'weights', 'processes', 'definitions', 'tiers', 'layers']),
  verified: 'recordings of io.js by others (macOS); aggregations built from the manual, unverified',
  detect,
  read,
};

async function read(source: Source, profile: Profile, options: ReadOptions): Promise<void> {
  profile.info.engine = 'dtrace';
  const reader = new DtraceReader(profile, options);
  await readLines(source, reader, TEXT_LIMITS.lineBytes);
  if (reader.samples > 0) return;
  throw new UserError(
    'DTRACE_NO_STACKS',
    `${source.name}: no stack of DTrace is in this text; print them with ustack(), as profile_1ms.d does.`,
  );
}

/** DTrace's own column names, a sample of profile_1ms.d, or frames of the form ``module`symbol``. */
function detect(head: Uint8Array): boolean {
  return new TextDecoder()
    .decode(head)
    .split('\n', MAX_LINES)
    .some((line) => line.length <= MAX_LINE && BEGINNING.test(line));
}

const MAX_LINES = 400;
const MAX_LINE = 4096;
const BEGINNING = /^CPU\s+ID\s+FUNCTION:NAME|^\S.* \d+ \d+: profile-\d+\w*:\s*$|^(?: {8,}|\t+)[\w.+-]+`\S/;
