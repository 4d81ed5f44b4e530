import type { OperationId } from '../../profile/operations.js';
import type { Profile } from '../../profile/profile.js';
import { groupBy } from './group-by.js';
import { type Outbound, sumKnown } from './index.js';

/** One line of the ledger: what a package, or the application itself, called. */
export interface EgressEntry {
  /** '' is the application itself, or nothing that is known. */
  readonly packageName: string;
  /** The name that was asked for, else the address. */
  readonly host: string;
  readonly calls: number;
  /** NaN when not known of any call. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** The first of them, whose stack shows how it came to it. */
  readonly first: OperationId;
}

/** Who called whom, by package, then most calls first. Lookups of names count: they leave the machine too. */
export function egressLedger({ operations }: Profile, { calls }: Outbound): EgressEntry[] {
  const { bytesIn, bytesOut } = operations.columns;
  const groups = groupBy(calls, ({ cause, host }) => `${cause.packageName} ${host}`);
  return [...groups.values()]
    .map((group) => ({
      packageName: group[0].cause.packageName,
      host: group[0].host,
      calls: group.reduce((sum, { count }) => sum + count, 0),
      bytesIn: sumKnown(group, bytesIn.data),
      bytesOut: sumKnown(group, bytesOut.data),
      first: group[0].operation,
    }))
    .sort(
      (a, b) =>
        compareTexts(a.packageName, b.packageName) || b.calls - a.calls || compareTexts(a.host, b.host),
    );
}

/**
 * Whether a pattern of `--allow` covers the host: the host itself, or with a leading `*.` any name below it.
 */
export function isAllowed(host: string, allowed: readonly string[]): boolean {
  const name = host.toLowerCase();
  return allowed.some((pattern) => {
    const wanted = pattern.toLowerCase();
    return wanted.startsWith('*.') ? name.endsWith(wanted.slice(1)) : name === wanted;
  });
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
