/**
 * Folded stacks, the text that Brendan Gregg's stackcollapse scripts write and flamegraph.pl, inferno and
 * speedscope read: a line for each distinct stack, root first, `process;thread;frame;frame count`.
 */
import { UserError } from '../../profile/errors.js';
import type { Profile } from '../../profile/profile.js';
import type { Format, Holding, ReadOptions, Source } from '../format.js';
import { TEXT_LIMITS } from '../text/limits.js';
import { readLines } from '../text/read-lines.js';
import { FoldedReader } from './folded-reader.js';
import { writeFolded } from './write.js';

export const folded: Format = {
  name: 'folded',
  title: 'folded stacks (flamegraph.pl, inferno, speedscope)',
  extensions: ['.folded'],
  keeps:
    'stacks and how many samples each has, by process and, where it has several, thread; times, weights, executing lines, tiers and layers are lost',
  holds: new Set<Holding>(['processes', 'threads', 'definitions']),
  verified: 'stackcollapse-perf.pl read; counts against the samples, lines parsed back',
  detect,
  read,
  write: writeFolded,
};

async function read(source: Source, profile: Profile, options: ReadOptions): Promise<void> {
  profile.info.engine = 'folded';
  const reader = new FoldedReader(profile, options);
  await readLines(source, reader, TEXT_LIMITS.stackLineBytes);
  if (reader.samples > 0) return;
  const why = reader.unread.count > 0 ? `: ${reader.unread.place}` : '';
  throw new UserError(
    'FOLDED_NO_STACKS',
    `${source.name}: no line of this folded text is a stack and a count${why}; write it again, as in "main;read 12".`,
  );
}

/** Most lines end in a count, and one of them has a stack of two frames or more. */
function detect(head: Uint8Array): boolean {
  const lines = new TextDecoder()
    .decode(head)
    .split('\n', MAX_LINES)
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const stacks = lines.filter((line) => STACK_LINE.test(line));
  return stacks.length * 2 > lines.length && stacks.some((line) => line.includes(';'));
}

const MAX_LINES = 50;
const STACK_LINE = /^\S.* \d+(?:\.\d+)?\r?$/;
