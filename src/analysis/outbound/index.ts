/** Who the program talks to, which of its functions makes it, and whether that is what it waits for. */
import type { FunctionId } from '../../profile/functions.js';
import { OPERATION_KIND_NAMES } from '../../profile/operations.js';
import type { Profile } from '../../profile/profile.js';
import { type Call, type OperationFilter, outboundCalls, servedRequests } from './calls.js';
import { type OutboundCulprit, outboundCulprit } from './culprit.js';
import { groupBy } from './group-by.js';
import { type Spread, spreadOf } from './spread.js';

/** Calls that have something in common. */
export interface CallGroup extends Spread {
  readonly calls: number;
  readonly failed: number;
}

export interface Peer extends CallGroup {
  /** The name that was asked for; '' when the program used an address. */
  readonly host: string;
  /** '' when it is not known, or several were used. */
  readonly address: string;
  /** 0 for none. */
  readonly port: number;
  readonly kind: (typeof OPERATION_KIND_NAMES)[number];
  /** NaN when not known of any call. */
  readonly bytesIn: number;
  readonly bytesOut: number;
}

export interface CallCause extends CallGroup {
  /** `NO_FUNCTION` when nothing of the program was on the stack. */
  readonly func: FunctionId;
  /** See `Cause`. */
  readonly packageName: string;
  readonly hosts: readonly string[];
}

export interface Outbound {
  readonly calls: readonly Call[];
  /** Requests that the program served. */
  readonly requests: number;
  readonly culprit: OutboundCulprit | undefined;
  /** Most time first. */
  readonly peers: readonly Peer[];
  readonly causes: readonly CallCause[];
  /** How many calls failed with each error, most first. */
  readonly errors: readonly { readonly error: string; readonly calls: number }[];
}

export function outboundOf(profile: Profile, filter: OperationFilter = {}): Outbound {
  const calls = outboundCalls(profile, filter);
  const requests = servedRequests(profile, filter);
  const { count } = profile.operations.columns;
  const wholeUs =
    Math.min(filter.toUs ?? Number.POSITIVE_INFINITY, profile.info.durationUs) - (filter.fromUs ?? 0);
  return {
    calls,
    requests: requests.reduce((sum, request) => sum + count.data[request], 0),
    culprit: outboundCulprit(profile, calls, { requests, wholeUs, threads: filter.threads }),
    peers: peersOf(profile, calls),
    causes: causesOf(calls),
    errors: errorsOf(profile, calls),
  };
}

/** Calls of a group for each request that was served; NaN when none was. */
export function perRequest({ requests }: Outbound, calls: number): number {
  return requests === 0 ? Number.NaN : calls / requests;
}

function peersOf({ operations, strings }: Profile, calls: readonly Call[]): Peer[] {
  const { host, address, port, kind, bytesIn, bytesOut } = operations.columns;
  const key = ({ operation }: Call) =>
    [host.data[operation] || -address.data[operation], port.data[operation], kind.data[operation]].join(' ');
  return groups(calls, key).map((group) => {
    const [{ operation }] = group;
    const addresses = new Set(group.map((call) => address.data[call.operation]).filter((id) => id !== 0));
    return {
      host: strings.get(host.data[operation]),
      address: addresses.size === 1 ? strings.get([...addresses][0]) : '',
      port: port.data[operation],
      kind: OPERATION_KIND_NAMES[kind.data[operation]],
      bytesIn: sumKnown(group, bytesIn.data),
      bytesOut: sumKnown(group, bytesOut.data),
      ...groupOf(group),
    };
  });
}

function causesOf(calls: readonly Call[]): CallCause[] {
  return groups(calls, ({ cause }) => `${cause.func} ${cause.packageName}`).map((group) => {
    const [{ cause }] = group;
    return { ...cause, hosts: [...new Set(group.map(({ host }) => host))].sort(), ...groupOf(group) };
  });
}

function errorsOf({ operations, strings }: Profile, calls: readonly Call[]) {
  const failed = calls.filter((call) => call.failed);
  const { error } = operations.columns;
  return groups(failed, ({ operation }) => String(error.data[operation]))
    .map((group) => ({ error: strings.get(error.data[group[0].operation]), calls: groupOf(group).calls }))
    .sort((a, b) => b.calls - a.calls);
}

/** Groups of calls with the same key, most time first. */
function groups(calls: readonly Call[], key: (call: Call) => string): Call[][] {
  const all = [...groupBy(calls, key).values()];
  const totals = new Map(all.map((group) => [group, spreadOf(group).totalUs]));
  return all.sort((a, b) => totals.get(b)! - totals.get(a)! || b.length - a.length);
}

function groupOf(group: readonly Call[]): CallGroup {
  const number = (some: readonly Call[]) => some.reduce((sum, { count }) => sum + count, 0);
  return { calls: number(group), failed: number(group.filter(({ failed }) => failed)), ...spreadOf(group) };
}

/** The sum of a column over calls, each as often as it stands for; NaN when it is known of none. */
export function sumKnown(calls: readonly Call[], values: ArrayLike<number>): number {
  const known = calls.filter(({ operation }) => !Number.isNaN(values[operation]));
  if (known.length === 0) return Number.NaN;
  return known.reduce((sum, { operation, count }) => sum + values[operation] * count, 0);
}
