/** What bpftrace prints: maps whose keys have stacks, and stacks by `printf`. */
import { UserError } from '../../profile/errors.js';
import type { Profile } from '../../profile/profile.js';
import type { Format, Holding, ReadOptions, Source } from '../format.js';
import { TEXT_LIMITS } from '../text/limits.js';
import { readLines } from '../text/read-lines.js';
import { BpftraceReader } from './bpftrace-reader.js';

export const bpftrace: Format = {
  name: 'bpftrace',
  title: 'bpftrace maps of stacks, and printed stacks',
  extensions: ['.bt'],
  keeps:
    'stacks and their values by map, programs and processes that are keys, times that were printed; other keys and histograms are lost',
  holds: new Set<Holding>(['times', 'weights', 'processes', 'threads', 'definitions', 'tiers', 'layers']),
  verified: 'bpftrace 0.17: recordings, and live beside perf',
  detect,
  read,
};

async function read(source: Source, profile: Profile, options: ReadOptions): Promise<void> {
  profile.info.engine = 'bpftrace';
  const reader = new BpftraceReader(profile, options);
  await readLines(source, reader, TEXT_LIMITS.lineBytes);
  if (reader.samples > 0) return;
  throw new UserError(
    'BPFTRACE_NO_STACKS',
    `${source.name}: no stack is in this output of bpftrace; count them with @[ustack] = count().`,
  );
}

/** What bpftrace says first, or an entry of a map whose key is a stack. */
function detect(head: Uint8Array): boolean {
  return new TextDecoder()
    .decode(head)
    .split('\n', MAX_LINES)
    .some((line) => line.length <= MAX_LINE && BEGINNING.test(line));
}

const MAX_LINES = 1000;
const MAX_LINE = 4096;
const BEGINNING = /^Attaching \d+ probes?\.\.\.\s*$|^@\w*\[(?:.*, )?\s*$|^, .*\]: \d+\s*$/;
