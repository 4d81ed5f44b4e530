import type { Profile } from '../../profile/profile.js';
import type { ThreadClocks } from '../thread-clocks.js';
import type { NamedThread, ThreadNames } from '../thread-names.js';
import type { RecordedProcess } from './recorded-process.js';

/** Threads that are there for the recording alone, beside the agents'. */
export interface OwnThreads {
  /** Those that V8's profilers work in. */
  readonly profilers: readonly NamedThread[];
  /** The one that makes the file, when it is in the program itself. */
  readonly recorder?: { readonly pid: number; readonly tid: number };
}

/** Writes into the profile what every thread is called and has used, but for those that are there for the recording alone. */
export function chargeThreads(
  profile: Profile,
  clocks: ThreadClocks,
  names: ThreadNames,
  processes: readonly RecordedProcess[],
  { profilers, recorder }: OwnThreads = names,
): void {
  let agentNs = processes.reduce((sum, { pid, agentTid }) => sum + clocks.takeOut(pid, agentTid), 0);
  let profilerNs = 0;
  const takeOut = ({ pid, tid }: { readonly pid: number; readonly tid: number }) => {
    const ns = clocks.takeOut(pid, tid);
    const process = processes.find((each) => each.pid === pid);
    if (process !== undefined) process.ownCpuNs += ns;
    return ns;
  };
  for (const profiler of profilers) profilerNs += takeOut(profiler);
  if (recorder !== undefined) agentNs += takeOut(recorder);
  clocks.fill(profile);
  names.fill(profile);
  for (const process of processes) process.nameThreads();
  if (agentNs + profilerNs === 0) return;
  profile.quality.note(
    'V8_OWN_CPU',
    `The recording used ${ms(agentNs + profilerNs)} ms of CPU in threads of its own (V8's profiler ${ms(profilerNs)} ms, the agent ${ms(agentNs)} ms): they are in no number here.`,
  );
}

function ms(ns: number): string {
  return (ns / 1e6).toFixed(0);
}
