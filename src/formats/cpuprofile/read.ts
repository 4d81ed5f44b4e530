import { UserError } from '../../profile/errors.js';
import { Malformed } from '../../profile/malformed.js';
import { NO_PROCESS } from '../../profile/processes.js';
import type { Profile } from '../../profile/profile.js';
import { Unit } from '../../profile/series.js';
import { ThreadRole } from '../../profile/threads.js';
import type { Source } from '../format.js';
import { parseV8Profile, type V8Profile } from './v8-profile.js';
import { addV8Samples } from './v8-series.js';
import { V8Stacks } from './v8-stacks.js';

/** The text is parsed in one piece, which takes several times its size in memory. */
export const MAX_BYTES = 256 * 1024 * 1024;

/** Fills `profile` with the one thread a .cpuprofile holds. */
export async function readCpuprofile(source: Source, profile: Profile): Promise<void> {
  const v8 = parse(await readText(source), source.name);
  profile.info.engine = 'cpuprofile';
  profile.info.durationUs = Math.max(0, Math.round(v8.endTime - v8.startTime));
  const process = profile.processes.add({ pid: 0, parent: NO_PROCESS, start: 0, command: '' });
  const thread = profile.threads.add(process, 0, 'main', 0);
  profile.threads.columns.role.data[thread] = ThreadRole.Main;
  const stacks = new V8Stacks(profile, new Map());
  stacks.load(v8.nodes, !v8.ours);
  if (v8.times.length > 0) {
    const series = profile.addSeries(thread, 'v8', Unit.WallNs);
    addV8Samples(series, v8, stacks, { zero: v8.startTime, from: 0 });
  } else {
    addCounts(profile, thread, v8, stacks);
  }
}

/** A profile without times tells how often each stack was seen, and no more. */
function addCounts(profile: Profile, thread: number, v8: V8Profile, stacks: V8Stacks): void {
  const series = profile.addSeries(thread, 'v8', Unit.Count, false);
  for (const sample of v8.samples) series.add(0, stacks.stackOf(sample), 1);
  if (v8.samples.length > 0) return;
  v8.nodes.forEach(({ hitCount }, index) => {
    if (hitCount > 0) series.add(0, stacks.stackOf(index), hitCount);
  });
}

async function readText(source: Source): Promise<string> {
  const decoder = new TextDecoder();
  const pieces: string[] = [];
  let bytes = 0;
  for await (const chunk of source.chunks()) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw tooLarge(source.name);
    pieces.push(decoder.decode(chunk, { stream: true }));
  }
  return pieces.join('') + decoder.decode();
}

function parse(text: string, name: string): V8Profile {
  try {
    return parseV8Profile(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) throw broken(name, `it is not whole JSON (${error.message})`);
    if (error instanceof Malformed) throw broken(name, error.message);
    throw error;
  }
}

function broken(name: string, what: string): UserError {
  return new UserError(
    'CPUPROFILE_MALFORMED',
    `${name}: this .cpuprofile cannot be read: ${what}; record it again.`,
  );
}

function tooLarge(name: string): UserError {
  const message = `${name}: a .cpuprofile of more than ${MAX_BYTES / 2 ** 20} MiB is not read; record a shorter time or at a lower frequency.`;
  return new UserError('CPUPROFILE_TOO_LARGE', message);
}
