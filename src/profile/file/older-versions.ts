/**
 * What brings older files up to date: the columns that a table of theirs does not have, and what is then in every
 * row. Version 1 lacks nothing else: no row of `generated` means that no function was moved.
 */
interface Addition {
  /** The first version that has it. */
  readonly since: number;
  readonly table: string;
  readonly column: string;
  readonly value: number;
}

const ADDITIONS: readonly Addition[] = [
  { since: 3, table: 'series', column: 'cpu', value: 0 },
  { since: 3, table: 'threads', column: 'runDelay', value: Number.NaN },
];

/** The columns that `table` has not in a file of `version`, by name, with what stands for them. */
export function missingColumns(version: number, table: string): ReadonlyMap<string, number> {
  const missing = ADDITIONS.filter((each) => each.table === table && version < each.since);
  return new Map(missing.map(({ column, value }) => [column, value]));
}
