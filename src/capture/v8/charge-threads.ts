import type { Profile } from '../../profile/profile.js';
import type { ThreadClocks } from '../thread-clocks.js';
import type { ThreadNames } from '../thread-names.js';
import type { RecordedProcess } from './recorded-process.js';

/** Writes into the profile what every thread has used, but for those that are there for the recording alone. */
export function chargeThreads(
  profile: Profile,
  clocks: ThreadClocks,
  names: ThreadNames,
  processes: readonly RecordedProcess[],
): void {
  const agentNs = processes.reduce((sum, { pid, agentTid }) => sum + clocks.takeOut(pid, agentTid), 0);
  let profilerNs = 0;
  for (const { pid, tid } of names.profilers) {
    const ns = clocks.takeOut(pid, tid);
    profilerNs += ns;
    const process = processes.find((each) => each.pid === pid);
    if (process !== undefined) process.profilerCpuNs += ns;
  }
  clocks.fill(profile);
  names.fill(profile);
  if (agentNs + profilerNs === 0) return;
  profile.quality.note(
    'V8_OWN_CPU',
    `The recording used ${ms(agentNs + profilerNs)} ms of CPU in threads of its own (V8's profiler ${ms(profilerNs)} ms, the agent ${ms(agentNs)} ms): they are in no number here.`,
  );
}

function ms(ns: number): string {
  return (ns / 1e6).toFixed(0);
}
