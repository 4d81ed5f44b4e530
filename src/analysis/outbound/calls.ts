import { NO_OPERATION, type OperationId, OperationKind } from '../../profile/operations.js';
import type { Profile } from '../../profile/profile.js';
import type { ThreadId } from '../../profile/threads.js';
import { type Cause, Causes } from './cause.js';

/** What the program asks of others, and waits for. */
const OUTBOUND: ReadonlySet<number> = new Set([
  OperationKind.Dns,
  OperationKind.Connect,
  OperationKind.Tls,
  OperationKind.Http,
  OperationKind.Udp,
  OperationKind.Query,
]);

/** Which operations to look at; what is left out is not limited. */
export interface OperationFilter {
  readonly threads?: ReadonlySet<ThreadId> | undefined;
  /** Those that had not ended then; microseconds from the recording's start. */
  readonly fromUs?: number | undefined;
  /** Those that had begun by then. */
  readonly toUs?: number | undefined;
}

/** One call to somebody else, with all that it took: a lookup or a connect that is part of a request is no call. */
export interface Call {
  readonly operation: OperationId;
  readonly cause: Cause;
  /** The name asked for, else the address; '' when neither is known. */
  readonly host: string;
  /** Microseconds; NaN when its start or its end was not seen. */
  readonly durationUs: number;
  /** How many calls it stands for. */
  readonly count: number;
  readonly failed: boolean;
  /** The served request that it is part of, `NO_OPERATION` when not known. */
  readonly request: OperationId;
}

export function outboundCalls(profile: Profile, filter: OperationFilter = {}): Call[] {
  const { columns, length } = profile.operations;
  const causes = new Causes(profile);
  const calls: Call[] = [];
  for (let operation = 0; operation < length; operation++) {
    if (!OUTBOUND.has(columns.kind.data[operation]) || !isSelected(profile, operation, filter)) continue;
    const parent = columns.parent.data[operation];
    if (parent !== NO_OPERATION && OUTBOUND.has(columns.kind.data[parent])) continue;
    const host = columns.host.data[operation] || columns.address.data[operation];
    calls.push({
      operation,
      cause: causes.of(operation),
      host: profile.strings.get(host),
      durationUs: columns.end.data[operation] - columns.start.data[operation],
      count: columns.count.data[operation],
      failed: columns.error.data[operation] !== 0,
      request: requestOf(profile, parent),
    });
  }
  return calls;
}

/** The requests that the program served, of the same filter. */
export function servedRequests(profile: Profile, filter: OperationFilter = {}): OperationId[] {
  const { kind } = profile.operations.columns;
  return Array.from({ length: profile.operations.length }, (_, operation) => operation).filter(
    (operation) => kind.data[operation] === OperationKind.Request && isSelected(profile, operation, filter),
  );
}

export function isSelected(
  { operations }: Profile,
  operation: OperationId,
  filter: OperationFilter,
): boolean {
  const { thread, start, end } = operations.columns;
  if (filter.threads?.has(thread.data[operation]) === false) return false;
  if (filter.fromUs !== undefined && end.data[operation] < filter.fromUs) return false;
  return filter.toUs === undefined || !(start.data[operation] >= filter.toUs);
}

/** The nearest served request above; parents come before what is part of them, so this ends. */
function requestOf({ operations }: Profile, parent: OperationId): OperationId {
  const { kind, parent: parents } = operations.columns;
  let at = parent;
  while (at !== NO_OPERATION && kind.data[at] !== OperationKind.Request) at = parents.data[at];
  return at;
}
