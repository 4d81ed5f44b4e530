import type { Profile } from '../profile/profile.js';
import { UNIT_NAMES } from '../profile/series.js';
import { ROLE_NAMES } from '../profile/threads.js';

/** What a profile holds, in numbers: plain data for `inspect`. Times are in microseconds from the start. */
export function profileFacts(profile: Profile) {
  const { info, quality, processes, threads } = profile;
  const processColumns = processes.columns;
  const threadColumns = threads.columns;
  return {
    info: { ...info },
    tables: tableLengths(profile),
    processes: Array.from({ length: processes.length }, (_, id) => ({
      pid: processColumns.pid.data[id],
      command: processes.command(id),
      node: processes.nodeVersion(id) || null,
      start: processColumns.start.data[id],
      end: known(processColumns.end.data[id]),
      exit: known(processColumns.exit.data[id]),
    })),
    series: profile.series.map(({ thread, event, unit, timed, sampleCount, totalWeight }) => ({
      pid: processColumns.pid.data[threadColumns.process.data[thread]],
      tid: threadColumns.tid.data[thread],
      thread: threads.name(thread),
      role: ROLE_NAMES[threadColumns.role.data[thread]],
      event,
      unit: UNIT_NAMES[unit],
      timed,
      samples: sampleCount,
      weight: totalWeight,
    })),
    quality: { lostSamples: quality.lostSamples, notes: [...quality.notes] },
  };
}

export type ProfileFacts = ReturnType<typeof profileFacts>;

function tableLengths(profile: Profile) {
  const { strings, mappings, scripts, functions, generated, frames, stacks, processes, threads, series } =
    profile;
  const tables = {
    strings,
    mappings,
    scripts,
    functions,
    generated,
    frames,
    stacks,
    processes,
    threads,
    series,
  };
  return Object.fromEntries(Object.entries(tables).map(([name, { length }]) => [name, length]));
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
