import { FrameKind } from '../../profile/frames.js';
import { OPERATION_KIND_NAMES, OPERATION_SIDE_NAMES, type OperationId } from '../../profile/operations.js';
import type { Profile } from '../../profile/profile.js';
import { ROOT, type StackId } from '../../profile/stacks.js';
import { functionFile, functionName } from '../function-names.js';
import { NO_FUNCTION } from '../own-functions.js';
import { isSelected, type OperationFilter } from './calls.js';
import { type Cause, Causes } from './cause.js';

/** The phases by their names in JSON, and the columns that hold them. */
const PHASES = {
  queueMs: 'queue',
  dnsMs: 'dns',
  connectMs: 'connect',
  tlsMs: 'tls',
  firstByteMs: 'firstByte',
  bodyMs: 'body',
} as const;

/**
 * The selected operations, each as one object of `report --operations --json` (docs/operations.schema.json), in the
 * order in which they were recorded. What was not seen is absent, never 0.
 */
export function* operationObjects(profile: Profile, filter: OperationFilter = {}) {
  const causes = new Causes(profile);
  for (let id = 0; id < profile.operations.length; id++) {
    if (isSelected(profile, id, filter)) yield operationObject(profile, id, causes.of(id));
  }
}

function operationObject(profile: Profile, id: OperationId, cause: Cause) {
  const { operations, threads, processes, strings } = profile;
  const { columns } = operations;
  const thread = columns.thread.data[id];
  const text = (column: 'host' | 'address' | 'result' | 'error') => strings.get(columns[column].data[id]);
  return {
    kind: OPERATION_KIND_NAMES[columns.kind.data[id]],
    ...(operations.name(id) !== '' && { name: operations.name(id) }),
    pid: processes.columns.pid.data[threads.columns.process.data[thread]],
    tid: threads.columns.tid.data[thread],
    ...known('startMs', columns.start.data[id] / 1000),
    ...known('durationMs', (columns.end.data[id] - columns.start.data[id]) / 1000),
    phases: Object.assign(
      {},
      ...Object.entries(PHASES).map(([name, column]) => known(name, columns[column].data[id] / 1000)),
    ) as { [Name in keyof typeof PHASES]?: number },
    ...(columns.attempts.data[id] > 1 && { attempts: columns.attempts.data[id] }),
    ...(columns.count.data[id] > 1 && { count: columns.count.data[id] }),
    peer: {
      host: text('host') || null,
      address: text('address') || null,
      port: columns.port.data[id] || null,
    },
    ...known('bytesIn', columns.bytesIn.data[id]),
    ...known('bytesOut', columns.bytesOut.data[id]),
    result: text('result') || null,
    error: text('error') || null,
    cause: cause.func === NO_FUNCTION ? null : causeObject(profile, cause),
    stack: operationStack(profile, id),
    asyncStack: framesOf(profile, columns.asyncStack.data[id]),
    side: OPERATION_SIDE_NAMES[columns.side.data[id]],
  };
}

/** The frames of the stack that caused it, or did it, innermost first; as in `stack` of the JSON. */
export function operationStack(profile: Profile, id: OperationId): string[] {
  const { cause, stack } = profile.operations.columns;
  return framesOf(profile, cause.data[id] || stack.data[id]);
}

/** The causing function as every JSON of outbound calls tells it. */
export function causeObject(profile: Profile, { func, packageName }: Cause) {
  return {
    name: functionName(profile, func),
    file: functionFile(profile, func) || null,
    line: profile.functions.columns.line.data[func] || null,
    package: packageName || null,
  };
}

/** The frames of a stack, innermost first, each as `name file:line:column` of what was executing, or as defined. */
function framesOf(profile: Profile, stack: StackId): string[] {
  const { frames, functions, stacks } = profile;
  const texts: string[] = [];
  for (let at = stack; at !== ROOT; at = stacks.columns.parent.data[at]) {
    const frame = stacks.columns.frame.data[at];
    if (frames.kind(frame) !== FrameKind.Call) continue;
    const func = frames.func(frame);
    const isExecuting = frames.columns.line.data[frame] > 0;
    const { line, column } = isExecuting ? frames.columns : functions.columns;
    const row = isExecuting ? frame : func;
    const place = [functionFile(profile, func), line.data[row], column.data[row]].filter(Boolean).join(':');
    texts.push(`${functionName(profile, func)} ${place}`.trimEnd());
  }
  return texts;
}

function known(name: string, value: number): Record<string, number> {
  return Number.isNaN(value) ? {} : { [name]: value };
}
