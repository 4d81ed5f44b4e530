import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { Source } from '../../../src/formats/format.js';
import { readPerfData } from '../../../src/formats/perf-data/index.js';
import { FrameKind } from '../../../src/profile/frames.js';
import { Profile } from '../../../src/profile/profile.js';
import { ROOT, type StackId } from '../../../src/profile/stacks.js';
import { PlainNamer } from './plain-namer.js';

/** A committed recording, unpacked. */
export function fixture(name: string): Uint8Array {
  return new Uint8Array(
    gunzipSync(readFileSync(new URL(`../../fixtures/perf/6.1/${name}.data.gz`, import.meta.url))),
  );
}

export interface SourceOptions {
  readonly pieceBytes?: number;
  /** Without it the source is a stream. */
  readonly seekable?: boolean;
}

/** Bytes as a source that hands them on in one buffer, used again for every piece. */
export function sourceOf(
  bytes: Uint8Array,
  { pieceBytes = 65_536, seekable = true }: SourceOptions = {},
): Source {
  return {
    name: 'test.data',
    size: seekable ? bytes.length : undefined,
    async *chunks() {
      const buffer = new Uint8Array(pieceBytes);
      for (let at = 0; at < bytes.length; at += pieceBytes) {
        const piece = bytes.subarray(at, at + pieceBytes);
        buffer.set(piece);
        yield buffer.subarray(0, piece.length);
      }
    },
    ...(seekable
      ? { read: async (offset: number, length: number) => bytes.slice(offset, offset + length) }
      : {}),
  };
}

/** Reads a recording with addresses for names and the recording's own clock for times. */
export async function read(
  bytes: Uint8Array,
  options: SourceOptions = {},
): Promise<{ profile: Profile; namer: PlainNamer }> {
  const profile = new Profile();
  const namer = new PlainNamer(profile);
  await readPerfData(sourceOf(bytes, options), profile, { symbolizer: namer, startNs: 0 });
  return { profile, namer };
}

/** One line a sample, sorted: pid/tid event µs weight and the addresses, callee first, without the marker. */
export function linesOf(profile: Profile): string[] {
  const lines: string[] = [];
  const { processes, threads } = profile;
  for (const series of profile.series) {
    const tid = threads.columns.tid.data[series.thread];
    const pid = processes.columns.pid.data[threads.columns.process.data[series.thread]];
    for (let i = 0; i < series.pending; i++) {
      const stack = namesOf(profile, series.stacks.data[i]).join(' ');
      lines.push(`${pid}/${tid} ${series.event} ${series.times.data[i]} ${series.weights.data[i]} ${stack}`);
    }
  }
  return lines.sort();
}

function namesOf(profile: Profile, stack: StackId): string[] {
  const { parent, frame } = profile.stacks.columns;
  const names: string[] = [];
  for (let at = stack; at !== ROOT; at = parent.data[at]) {
    if (profile.frames.kind(frame.data[at]) === FrameKind.Call) {
      names.push(profile.functions.name(profile.frames.func(frame.data[at])));
    }
  }
  return names;
}

/** A directory of its own for recordings made by a test. */
export function scratch(): { path: (name: string) => string; remove: () => void } {
  const directory = mkdtempSync(join(tmpdir(), 'stackscope-perf-data-'));
  return { path: (name) => join(directory, name), remove: () => rmSync(directory, { recursive: true }) };
}

const BUSY = fileURLToPath(new URL('programs/busy.cjs', import.meta.url));

/** Records the busy program with perf; `options` as for perf record, without -o. V8 writes its maps to /tmp. */
export function record(
  output: string,
  directory: string,
  options: readonly string[],
  milliseconds: number,
): void {
  const target = [
    process.execPath,
    '--perf-basic-prof',
    '--interpreted-frames-native-stack',
    '--no-logfile-per-isolate',
  ];
  const args = ['record', '-g', '-k', 'mono', '-N', '-q', ...options];
  const command = ['--', ...target, `--logfile=${join(directory, 'v8.log')}`, BUSY, String(milliseconds)];
  const isPipe = output.endsWith('.pipe');
  const out = isPipe ? openSync(output, 'w') : 'ignore';
  execFileSync('perf', [...args, '-o', isPipe ? '-' : output, ...command], {
    stdio: ['ignore', out, 'ignore'],
    cwd: directory,
  });
  if (typeof out === 'number') closeSync(out);
}
