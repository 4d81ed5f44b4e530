import { OPERATION_KIND_NAMES } from '../profile/operations.js';
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
    series: profile.series.map(({ thread, event, unit, timed, cpu, sampleCount, totalWeight, totalCpu }) => ({
      pid: processColumns.pid.data[threadColumns.process.data[thread]],
      tid: threadColumns.tid.data[thread],
      thread: threads.name(thread),
      role: ROLE_NAMES[threadColumns.role.data[thread]],
      event,
      unit: UNIT_NAMES[unit],
      timed,
      samples: sampleCount,
      weight: totalWeight,
      /** In ns; null when its samples do not tell. */
      cpu: cpu ? totalCpu : null,
    })),
    operations: operationFacts(profile),
    quality: { lostSamples: quality.lostSamples, notes: [...quality.notes] },
  };
}

export type ProfileFacts = ReturnType<typeof profileFacts>;

/** The operations by kind: rows, what they stand for, and how many of the rows failed or did not end. */
function operationFacts({ operations }: Profile) {
  const { kind, end, error, count } = operations.columns;
  const facts = OPERATION_KIND_NAMES.map((name) => ({
    kind: name,
    rows: 0,
    count: 0,
    failed: 0,
    unended: 0,
  }));
  for (let row = 0; row < operations.length; row++) {
    const fact = facts[kind.data[row]];
    fact.rows++;
    fact.count += count.data[row];
    if (error.data[row] !== 0) fact.failed++;
    if (Number.isNaN(end.data[row])) fact.unended++;
  }
  return facts.filter(({ rows }) => rows > 0);
}

function tableLengths(profile: Profile) {
  const { strings, mappings, scripts, functions, generated, frames, stacks } = profile;
  const { processes, threads, series, operations } = profile;
  const code = { strings, mappings, scripts, functions, generated, frames, stacks };
  const tables = { ...code, processes, threads, series, operations };
  return Object.fromEntries(Object.entries(tables).map(([name, { length }]) => [name, length]));
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
