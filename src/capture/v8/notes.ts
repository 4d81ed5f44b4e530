import { Layer } from '../../profile/layers.js';
import type { Profile } from '../../profile/profile.js';
import type { RecordedProcess } from './recorded-process.js';

/** Says what V8's profiler cannot tell, and what of this recording is missing. Times in microseconds. */
export function noteQuality(profile: Profile, processes: readonly RecordedProcess[], nowUs: number): void {
  if (processes.length === 0) {
    noteNothing(profile);
    return;
  }
  if (profile.series.some(({ cpu }) => cpu === undefined)) {
    profile.quality.note(
      'V8_WALL_TIME',
      "V8's profiler samples wall time, and this kernel does not tell of the threads' CPU time: a thread blocked in a synchronous call seems to work there.",
      'Record with the perf engine.',
    );
  }
  noteLosses(profile, processes, nowUs);
  noteUnseenCpu(profile, processes);
}

/** Says what of this recording is missing. */
export function noteLosses(profile: Profile, processes: readonly RecordedProcess[], nowUs: number): void {
  noteLostEnds(profile, processes, nowUs);
  noteHoles(profile, processes);
}

/** Said when the first `(program)` sample is met. */
export function noteProgram(profile: Profile): void {
  const { functions } = profile;
  for (let id = 0; id < functions.length; id++) {
    if (functions.name(id) !== '(program)' || functions.layer(id) !== Layer.Unknown) continue;
    profile.quality.note(
      'V8_PROGRAM',
      "(program) is native code outside any JavaScript call (libuv, Node's C++, the kernel): V8's profiler cannot see into it.",
      'Record with the perf engine to see it by name.',
    );
    return;
  }
}

function noteNothing(profile: Profile): void {
  profile.quality.note(
    'V8_NO_AGENT',
    'No Node process reported: the command is not a Node program, ended before Node started, forbids worker threads or the inspector (--permission), or was started by a shell whose children --no-children leaves out.',
    'Record with the perf engine.',
  );
}

function noteLostEnds(profile: Profile, processes: readonly RecordedProcess[], nowUs: number): void {
  const lost = processes
    .map((process) => ({ process, us: process.lostUs(process.goneUs ?? nowUs) }))
    .filter(({ process, us }) => process.end === undefined && us > 0);
  if (lost.length === 0) return;
  const all = lost.map(({ process, us }) => `process ${process.pid}: ${ms(us)} ms`).join(', ');
  profile.quality.note(
    'V8_LOST_END',
    `Ended without its last samples, as by SIGKILL or a crash (wall time not covered): ${all}.`,
  );
}

function noteHoles(profile: Profile, processes: readonly RecordedProcess[]): void {
  const holes = processes.reduce((sum, { holesUs }) => sum + holesUs, 0);
  if (holes === 0) return;
  profile.quality.note(
    'V8_HOLES',
    `The profiler was not running for ${ms(holes)} ms in between; the program may have ended our profile with console.profileEnd().`,
  );
}

/** Says what the start of the profiler cost processes that were launched. */
export function notePause(profile: Profile, processes: readonly RecordedProcess[]): void {
  if (processes.length === 0) return;
  const longest = processes.reduce((most, { startPauseUs }) => Math.max(most, startPauseUs), 0);
  profile.quality.note(
    'V8_START_PAUSE',
    `Starting the profiler stopped each thread once, for ${ms(longest)} ms at most; it is not part of the samples.`,
  );
}

/** CPU of threads without JavaScript, of which there are no samples. */
function noteUnseenCpu(profile: Profile, processes: readonly RecordedProcess[]): void {
  let all = 0;
  let unseen = 0;
  for (const { end, sampledCpuNs, ownCpuNs } of processes) {
    if (!end) continue;
    const own = end.processCpuNs - (end.agentCpuNs ?? 0) - ownCpuNs;
    all += own;
    unseen += Math.max(0, own - sampledCpuNs);
  }
  if (all === 0 || unseen / all < 0.02) return;
  const share = Math.round((unseen / all) * 100);
  profile.quality.note(
    'V8_UNSEEN_CPU',
    `${ms(unseen / 1000)} ms of CPU (${share} %) were spent where V8's profiler has no samples: start-up, garbage collection and compiler threads, libuv's pool.`,
    'Record with the perf engine to see them.',
  );
}

function ms(us: number): string {
  return us < 10_000 ? (us / 1000).toFixed(1) : String(Math.round(us / 1000));
}
