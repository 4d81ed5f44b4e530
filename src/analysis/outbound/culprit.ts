import type { FunctionId } from '../../profile/functions.js';
import { NO_OPERATION, type OperationId } from '../../profile/operations.js';
import type { Profile } from '../../profile/profile.js';
import { type ThreadId, ThreadRole } from '../../profile/threads.js';
import { NO_FUNCTION } from '../own-functions.js';
import type { Call } from './calls.js';
import { groupBy } from './group-by.js';
import { coveredTime, type Interval, overlapTime } from './in-flight.js';

/** Waiting must make up this share of the served requests' time, or of a script's whole time, to be the answer. */
const WAITING_SHARE = 0.5;
/** A main thread that is busier than this delays every answer by itself: what it then seems to wait for is no cause. */
const BUSY_SHARE = 0.5;

/** The function for whose calls to one host the program waits. */
export interface OutboundCulprit {
  readonly func: FunctionId;
  readonly packageName: string;
  readonly host: string;
  readonly calls: readonly Call[];
  /** Share of the served requests' time in which they waited for these calls; of the whole time without requests. */
  readonly share: number;
}

/** What waiting is compared with. */
export interface Served {
  readonly requests: readonly OperationId[];
  /** Microseconds that were looked at. */
  readonly wholeUs: number;
  /** Those that are looked at; all unless given. */
  readonly threads: ReadonlySet<ThreadId> | undefined;
}

/**
 * The culprit when waiting outweighs work: the cause and host whose calls take at least half of the requests' time, while
 * the main thread is mostly idle. Undefined when there is none.
 */
export function outboundCulprit(
  profile: Profile,
  calls: readonly Call[],
  served: Served,
): OutboundCulprit | undefined {
  const requests = intervalsOf(profile, served.requests);
  const activeUs = requests.length > 0 ? coveredTime(requests) : served.wholeUs;
  if (!(activeUs > 0) || mainThreadsBusy(profile, served.threads, activeUs) > BUSY_SHARE) return undefined;
  const requestsUs = requests.reduce((sum, [from, to]) => sum + to - from, 0);
  let culprit: OutboundCulprit | undefined;
  for (const group of byCauseAndHost(calls)) {
    const share =
      requests.length > 0
        ? waitedUs(profile, group, requests) / requestsUs
        : waitedUs(profile, group) / activeUs;
    if (share < WAITING_SHARE || share <= (culprit?.share ?? 0)) continue;
    const [{ cause, host }] = group;
    culprit = {
      func: cause.func,
      packageName: cause.packageName,
      host,
      calls: group,
      share: Math.min(1, share),
    };
  }
  return culprit;
}

function byCauseAndHost(calls: readonly Call[]): Iterable<Call[]> {
  const known = calls.filter(({ cause }) => cause.func !== NO_FUNCTION);
  return groupBy(known, ({ cause, host }) => `${cause.func} ${host}`).values();
}

/**
 * Time in which requests waited for these calls: where each tells its request, exactly; else at most so many requests
 * can have waited as calls were open. Without requests, the time in which one was open.
 */
function waitedUs(profile: Profile, calls: readonly Call[], requests?: readonly Interval[]): number {
  const all = intervalsOf(
    profile,
    calls.map(({ operation }) => operation),
  );
  if (requests === undefined) return coveredTime(all);
  if (calls.some(({ request }) => request === NO_OPERATION)) return overlapTime(requests, all);
  const byRequest = groupBy(calls, ({ request }) => request);
  let waited = 0;
  for (const [request, part] of byRequest) {
    const operations = part.map(({ operation }) => operation);
    waited += overlapTime(intervalsOf(profile, [request]), intervalsOf(profile, operations));
  }
  return waited;
}

/** Those whose start and end were seen. */
function intervalsOf({ operations }: Profile, ids: readonly OperationId[]): Interval[] {
  const { start, end } = operations.columns;
  return ids.map((id): Interval => [start.data[id], end.data[id]]).filter(([from, to]) => to > from);
}

/** The share of the time in which the busiest main thread was on a CPU; 0 when nothing is known of it. */
function mainThreadsBusy(
  { threads, series }: Profile,
  selected: ReadonlySet<ThreadId> | undefined,
  activeUs: number,
): number {
  const { role, chargedCpu } = threads.columns;
  let busiest = 0;
  for (let thread = 0; thread < threads.length; thread++) {
    if (role.data[thread] !== ThreadRole.Main || selected?.has(thread) === false) continue;
    const sampled = series
      .filter((each) => each.thread === thread && each.cpu !== undefined)
      .reduce((sum, { totalCpu }) => sum + totalCpu, 0);
    const cpuNs = Number.isNaN(chargedCpu.data[thread]) ? sampled : chargedCpu.data[thread];
    busiest = Math.max(busiest, cpuNs / 1000 / activeUs);
  }
  return busiest;
}
