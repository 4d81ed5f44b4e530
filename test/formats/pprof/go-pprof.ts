import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What `go tool pprof` makes of a profile. */
export interface GoProfile {
  /** `type/unit` of each value. */
  readonly types: readonly string[];
  /** By sample: its values, and its functions, the innermost first, as `name file:line s=definition`. */
  readonly samples: readonly GoSample[];
  /** `start/limit/offset file build-id [flags]`. */
  readonly mappings: readonly string[];
  readonly header: ReadonlyMap<string, string>;
}

export interface GoSample {
  readonly values: readonly number[];
  readonly frames: readonly string[];
  readonly labels: readonly string[];
}

/** Parses `go tool pprof -raw`: google/pprof, profile.go, `Profile.String`. */
export function goRaw(bytes: Uint8Array): GoProfile {
  const text = goPprof(bytes, ['-raw']);
  const [head, rest] = halves(text, '\nSamples:\n');
  const [samples, tables] = halves(rest, '\nLocations\n');
  const [locations, mappings] = halves(tables, '\nMappings\n');
  const [types, ...lines] = samples.split('\n');
  const frames = locationFrames(locations);
  return {
    types: typesOf(types),
    samples: sampleLines(lines, frames),
    mappings: mappings.split('\n').flatMap((line) => line.trim() || []),
    header: new Map(head.split('\n').map((line) => halves(line, ': '))),
  };
}

/** Nanoseconds, bytes or counts of each function itself and with all it called, by `go tool pprof -top`. */
export function goTop(bytes: Uint8Array, type: string, unit: string): Map<string, [number, number]> {
  const text = goPprof(bytes, [
    '-top',
    `-sample_index=${type}`,
    `-unit=${unit}`,
    '-nodecount=100000',
    '-nodefraction=0',
  ]);
  const rows = text.matchAll(
    /^ *([\d.]+)\w* +[\d.]+% +[\d.]+% +([\d.]+)\w* +[\d.]+% {2}(.*?)(?: \((?:partial-)?inline\))?$/gm,
  );
  return new Map([...rows].map(([, flat, cum, name]) => [name, [Number(flat), Number(cum)]]));
}

function goPprof(bytes: Uint8Array, options: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'stackscope-pprof-'));
  try {
    const file = join(folder, 'profile');
    writeFileSync(file, bytes);
    const env = { ...process.env, GOTOOLCHAIN: 'local', GOFLAGS: '', GOPROXY: 'off', PPROF_TMPDIR: folder };
    return execFileSync('go', ['tool', 'pprof', '-symbolize=none', ...options, file], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 64 * 2 ** 20,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function halves(text: string, at: string): [string, string] {
  const index = text.indexOf(at);
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + at.length)];
}

/** Lines of a sample, `values: locations`, and below it those of its labels. */
function sampleLines(lines: readonly string[], frames: ReadonlyMap<string, string[]>): GoSample[] {
  const samples: { values: number[]; frames: string[]; labels: string[] }[] = [];
  for (const line of lines) {
    const sample = /^ *((?:-?\d+ +)*-?\d+): ([\d ]*)$/.exec(line);
    if (sample === null) {
      samples.at(-1)?.labels.push(line.trim());
      continue;
    }
    const ids = sample[2].split(' ').filter(Boolean);
    samples.push({
      values: sample[1].trim().split(/ +/).map(Number),
      frames: ids.flatMap((id) => frames.get(id)!),
      labels: [],
    });
  }
  return samples;
}

/** Lines such as `1: 0x4b4df6 M=1 name file:line:column s=12`, and those of what it was inlined into. */
function locationFrames(text: string): Map<string, string[]> {
  const frames = new Map<string, string[]>();
  let last: string[] = [];
  for (const line of text.split('\n')) {
    const location = /^ *(\d+): (0x[0-9a-f]+) (?:M=\d+ )?(?:\[F\] )?(.*)$/.exec(line);
    if (location !== null) {
      last = [];
      frames.set(location[1], last);
    }
    const named = location === null ? line.trim() : location[3];
    last.push(named === '' ? location![2] : named);
  }
  return frames;
}

/** `name/unit` of each value; a name may hold blanks, and the default's is marked. */
function typesOf(line: string): string[] {
  const types = line.matchAll(/(.*?\/(?:nanoseconds|bytes|count))(?:\[dflt\])? ?/g);
  return [...types].map(([, type]) => type);
}
