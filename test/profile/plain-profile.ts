import type { Table } from '../../src/profile/columns.js';
import type { Profile } from '../../src/profile/profile.js';

/** Everything a profile holds as plain data, to be compared. */
export function plain(profile: Profile) {
  const { strings, info, quality } = profile;
  return {
    info,
    lostSamples: quality.lostSamples,
    notes: quality.notes,
    strings: Array.from({ length: strings.length }, (_, id) => strings.get(id)),
    mappings: rows(profile.mappings),
    scripts: rows(profile.scripts),
    functions: rows(profile.functions),
    generated: rows(profile.generated),
    frames: rows(profile.frames),
    stacks: rows(profile.stacks),
    processes: rows(profile.processes),
    threads: rows(profile.threads),
    operations: rows(profile.operations),
    series: profile.series.map(
      ({
        thread,
        event,
        unit,
        timed,
        times,
        stacks,
        weights,
        cpu,
        delay,
        sampleCount,
        totalWeight,
        totalCpu,
      }) => ({
        of: { thread, event, unit, timed },
        samples: rows({
          columns: { times, stacks, weights, ...(cpu && delay && { cpu, delay }) },
          length: stacks.length,
        }),
        sampleCount,
        totalWeight,
        totalCpu,
      }),
    ),
  };
}

function rows(table: Table): Record<string, number[]> {
  const columns = Object.entries(table.columns);
  return Object.fromEntries(
    columns.map(([name, { data, length }]) => [name, Array.from(data.subarray(0, length))]),
  );
}
