import { CALL_FRAME, FrameKind, Tier } from '../src/profile/frames.js';
import { LAYER_NAMES, Layer } from '../src/profile/layers.js';
import { NO_PROCESS } from '../src/profile/processes.js';
import { Profile } from '../src/profile/profile.js';
import { Unit } from '../src/profile/series.js';
import { ROOT, type StackId } from '../src/profile/stacks.js';
import { ThreadRole } from '../src/profile/threads.js';

/**
 * Builds profiles by hand from lines such as
 *
 *     main;handler@/app/server.js:10:5;Array.push#v8  12
 *
 * A line is a stack, outermost first, and its weight in milliseconds. A frame is
 * `name[@file[:line[:column]]][#layer][~tier][!executing line]`; the layer is `application` unless given
 * (`#dependency/PACKAGE` names the package), the file of JavaScript `/app/main.js`, that of native code none.
 * The name `()` is an anonymous function. `[truncated]`, `[broken]`, `[idle]` and `[async]` are markers.
 * Behind the weight may stand how much of it was CPU time and time without a free CPU: `100 90+8/ms`.
 * Samples of a thread follow each other: each starts when the weights before it are over.
 */
export function profileOf(text: string, options: { unit?: Unit; event?: string } = {}): Profile {
  const profile = new Profile();
  profile.info.engine = 'perf';
  profile.info.frequencyHz = 997;
  const thread = addThread(profile, { tid: 1, role: ThreadRole.Main });
  addSamples(profile, thread, text, options);
  return profile;
}

/** Adds a thread, to process `process` or, when there is none yet, to a new one of pid 1. Returns its id. */
export function addThread(
  profile: Profile,
  info: { tid: number; role?: ThreadRole; name?: string; process?: number; cpuMs?: number },
): number {
  if (profile.processes.length === 0) {
    profile.processes.add({ pid: 1, parent: NO_PROCESS, start: 0, command: 'node main.js' });
  }
  const thread = profile.threads.add(info.process ?? 0, info.tid, info.name ?? 'node', 0);
  profile.threads.columns.role.data[thread] = info.role ?? ThreadRole.Other;
  if (info.cpuMs !== undefined) profile.threads.columns.chargedCpu.data[thread] = info.cpuMs * 1e6;
  return thread;
}

/** Adds a series of samples, as `profileOf` describes them, to a thread. */
export function addSamples(
  profile: Profile,
  thread: number,
  text: string,
  options: { unit?: Unit; event?: string } = {},
): void {
  const unit = options.unit ?? Unit.CpuNs;
  const event = options.event ?? (unit === Unit.CpuNs ? 'cpu-clock' : 'v8');
  const series = profile.addSeries(thread, event, unit, true, text.includes('/ms'));
  let time = 0;
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const [, stack, weight, cpu, delay] = /^\s*(.*?)\s+([\d.]+)(?: ([\d.]+)\+([\d.]+)\/ms)?\s*$/.exec(line)!;
    const known = [cpu, delay].map((ms) => (ms === undefined ? Number.NaN : Number(ms) * 1e6));
    series.add(time, internStack(profile, stack), Number(weight) * 1e6, ...known);
    time += Number(weight) * 1000;
  }
  profile.info.durationUs = Math.max(profile.info.durationUs, time);
}

/** The id of a stack written as `outer;inner`; '' is the empty stack. */
export function internStack(profile: Profile, text: string): StackId {
  if (text === '') return ROOT;
  return text
    .split(';')
    .reduce((parent, frame) => profile.stacks.intern(parent, internFrame(profile, frame)), ROOT);
}

const MARKERS: Record<string, FrameKind> = {
  '[async]': FrameKind.Async,
  '[truncated]': FrameKind.Truncated,
  '[broken]': FrameKind.Broken,
  '[idle]': FrameKind.Idle,
};

const FRAME =
  /^(?<name>.*?)(@(?<file>[^#~!]*?)(:(?<line>\d+))?(:(?<column>\d+))?)?(#(?<layer>[^~!]+))?(~(?<tier>\w+))?(!(?<executing>\d+))?$/;

function internFrame(profile: Profile, text: string): number {
  const kind = MARKERS[text] ?? FrameKind.Call;
  if (kind !== FrameKind.Call)
    return profile.frames.intern({ ...CALL_FRAME, kind, func: internMarker(profile) });
  const parts = FRAME.exec(text)!.groups!;
  const [layerName, ...packageName] = (parts['layer'] ?? 'application').split('/');
  const layer = LAYER_NAMES.indexOf(layerName as (typeof LAYER_NAMES)[number]) as Layer;
  if (layer < 0) throw new Error(`no layer ${layerName} in ${text}`);
  const isScript = layer >= Layer.NodeJs && layer <= Layer.Application;
  const file = parts['file'] ?? (isScript ? '/app/main.js' : '');
  const func = profile.functions.intern(
    {
      name: parts['name'] === '()' ? '' : parts['name'],
      script: isScript ? profile.scripts.intern(file) : 0,
      mapping: isScript ? 0 : profile.mappings.intern(file, ''),
      line: Number(parts['line'] ?? 0),
      column: Number(parts['column'] ?? 0),
    },
    layer,
    packageName.join('/'),
  );
  const tier = { interpreted: Tier.Interpreted, turbofan: Tier.Turbofan }[parts['tier'] ?? ''] ?? Tier.None;
  return profile.frames.intern({ ...CALL_FRAME, func, tier, line: Number(parts['executing'] ?? 0) });
}

function internMarker(profile: Profile): number {
  return profile.functions.intern({ name: '', script: 0, mapping: 0, line: 0, column: 0 }, Layer.Unknown, '');
}
