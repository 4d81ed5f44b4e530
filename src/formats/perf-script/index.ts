/** The text that Linux `perf script` prints of a perf.data: a sample each, with its stack, callee first. */
import { UserError } from '../../profile/errors.js';
import type { Profile } from '../../profile/profile.js';
import type { Format, Holding, ReadOptions, Source } from '../format.js';
import { TEXT_LIMITS } from '../text/limits.js';
import { readLines } from '../text/read-lines.js';
import { detect } from './detect.js';
import { ScriptReader } from './script-reader.js';

export const perfScript: Format = {
  name: 'perf-script',
  title: 'perf script text',
  extensions: ['.perf'],
  keeps:
    'samples with their stacks as perf named them, times, periods, events, processes where asked for (-F +pid), threads; names are not looked up again',
  holds: new Set<Holding>([
    'times',
    'weights',
    'processes',
    'threads',
    'definitions',
    'tiers',
    'layers',
    'inlining',
  ]),
  verified: 'perf 6.1, against our own reading of the same perf.data; a text of perf 3 by others',
  detect,
  read,
};

async function read(source: Source, profile: Profile, options: ReadOptions): Promise<void> {
  if (profile.info.engine === '') profile.info.engine = 'perf';
  const reader = new ScriptReader(profile, options);
  await readLines(source, reader, TEXT_LIMITS.lineBytes);
  if (reader.samples > 0) return;
  const why =
    reader.unread.count > 0 ? `; the first line that is not understood is ${reader.unread.place}` : '';
  throw new UserError(
    'PERF_SCRIPT_NO_SAMPLES',
    `${source.name}: no sample of perf script is whole in this text${why}; print it again with perf script.`,
  );
}
