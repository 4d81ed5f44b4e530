import { FrameKind } from '../../profile/frames.js';
import type { FunctionId } from '../../profile/functions.js';
import { Layer } from '../../profile/layers.js';
import type { Profile } from '../../profile/profile.js';
import { ROLE_NAMES, type ThreadId, ThreadRole } from '../../profile/threads.js';
import { libraryLabel } from '../library-label.js';
import { shortSymbol } from '../short-symbol.js';

/** What a box of the graph is called. */
export interface BoxName {
  /** What is written in it. */
  readonly name: string;
  /** What more is told of it: the whole symbol, the file. */
  readonly details: readonly string[];
  /** Undefined for what is no code: a process, a thread. */
  readonly layer: Layer | undefined;
}

export function functionBox(profile: Profile, func: FunctionId): BoxName {
  const { functions, scripts, mappings } = profile;
  const { script, mapping, line, column } = functions.columns;
  const whole = functions.name(func);
  const layer = functions.layer(func);
  if (script.data[func] === 0) {
    const path = mappings.path(mapping.data[func]);
    const name = whole === '' ? libraryLabel(path) : shortSymbol(whole) || whole;
    const details = [whole !== '' && name !== whole ? whole : '', whole === '' ? '' : path];
    return { name, details: details.filter(Boolean), layer };
  }
  const isTop = line.data[func] === 1 && column.data[func] <= 1;
  const place = [scripts.url(script.data[func]), line.data[func], column.data[func]]
    .filter(Boolean)
    .join(':');
  return { name: whole || (isTop ? '(top level)' : '(anonymous)'), details: place ? [place] : [], layer };
}

const MARKERS: Partial<Record<FrameKind, string>> = {
  [FrameKind.Async]: '(async)',
  [FrameKind.Truncated]: '(truncated)',
  [FrameKind.Broken]: '(broken)',
};

const MARKER_DETAILS: Partial<Record<FrameKind, string>> = {
  [FrameKind.Async]: 'started asynchronously by what is below',
  [FrameKind.Truncated]: 'the callers were cut by the depth limit',
  [FrameKind.Broken]: 'the callers are not known: the chain broke',
};

export function markerBox(kind: FrameKind): BoxName {
  return { name: MARKERS[kind] ?? '(idle)', details: [MARKER_DETAILS[kind] ?? ''], layer: Layer.Unknown };
}

export function processBox({ processes }: Profile, process: number): BoxName {
  const pid = processes.columns.pid.data[process];
  const command = processes.command(process);
  return {
    name: command || `process ${pid}`,
    details: command === '' ? [] : [`process ${pid}`],
    layer: undefined,
  };
}

/** A role, or the thread's name: threads that are called the same are one box. */
export function threadBox({ threads }: Profile, thread: ThreadId): BoxName {
  const role: ThreadRole = threads.columns.role.data[thread];
  const name = role === ThreadRole.Other ? threads.name(thread) : ROLE_NAMES[role];
  return {
    name: name || `thread ${threads.columns.tid.data[thread]}`,
    details: ['threads of this kind'],
    layer: undefined,
  };
}
