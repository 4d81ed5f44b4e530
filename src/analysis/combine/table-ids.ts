import type { FrameId } from '../../profile/frames.js';
import type { FunctionId } from '../../profile/functions.js';
import type { Profile } from '../../profile/profile.js';
import type { ScriptId } from '../../profile/scripts.js';

/** What the rows of one profile's tables are in another: the new id by the old one. */
export interface TableIds {
  readonly functions: Uint32Array;
  readonly stacks: Uint32Array;
  readonly text: (id: number) => number;
}

/**
 * Puts one profile's functions, frames and stacks into `into`, where those that it has already are the same. Scripts are
 * told by their url, the n-th of it in each; `known` holds those of the profiles before.
 */
export function addTables(from: Profile, into: Profile, known: Map<string, ScriptId[]>): TableIds {
  const text = (id: number) => into.strings.intern(from.strings.get(id));
  const mappings = ids(from.mappings.length, (id) =>
    into.mappings.intern(from.mappings.path(id), from.mappings.buildId(id)),
  );
  const scripts = scriptIds(from, into, known);
  const functions = functionIds(from, into, scripts, mappings);
  addGenerated(from, into, scripts, functions);
  const frames = frameIds(from, into, functions);
  const { parent, frame } = from.stacks.columns;
  const stacks = new Uint32Array(from.stacks.length);
  for (let id = 1; id < stacks.length; id++) {
    stacks[id] = into.stacks.intern(stacks[parent.data[id]], frames[frame.data[id]]);
  }
  return { functions, stacks, text };
}

function ids(length: number, idOf: (id: number) => number): Uint32Array {
  return Uint32Array.from({ length }, (_, id) => idOf(id));
}

function scriptIds(
  { scripts, strings }: Profile,
  into: Profile,
  known: Map<string, ScriptId[]>,
): Uint32Array {
  const seen = new Map<string, number>();
  return ids(scripts.length, (id) => {
    if (id === 0) return 0;
    const url = scripts.url(id);
    const map = strings.get(scripts.columns.sourceMapUrl.data[id]);
    const nth = seen.get(url) ?? 0;
    seen.set(url, nth + 1);
    if (url === '') return into.scripts.add(url, map);
    const ofUrl = known.get(url) ?? [];
    known.set(url, ofUrl);
    if (ofUrl.length === nth) ofUrl.push(into.scripts.add(url, map));
    return ofUrl[nth];
  });
}

function functionIds(
  { functions }: Profile,
  into: Profile,
  scripts: Uint32Array,
  mappings: Uint32Array,
): Uint32Array {
  const { script, mapping, line, column } = functions.columns;
  return ids(functions.length, (id): FunctionId => {
    const place = { line: line.data[id], column: column.data[id] };
    const owner = { script: scripts[script.data[id]], mapping: mappings[mapping.data[id]] };
    const key = { name: functions.name(id), ...owner, ...place };
    return into.functions.intern(key, functions.layer(id), functions.package(id));
  });
}

function addGenerated(from: Profile, into: Profile, scripts: Uint32Array, functions: Uint32Array): void {
  const { func, name, script, line, column } = from.generated.columns;
  const known = into.generated.columns.func;
  const have = new Set(known.data.subarray(0, known.length));
  for (let row = 0; row < from.generated.length; row++) {
    const id = functions[func.data[row]];
    if (have.has(id)) continue;
    have.add(id);
    into.generated.add(id, {
      name: from.strings.get(name.data[row]),
      script: scripts[script.data[row]],
      line: line.data[row],
      column: column.data[row],
    });
  }
}

function frameIds({ frames }: Profile, into: Profile, functions: Uint32Array): Uint32Array {
  const { func, line, column, addressLo, addressHi } = frames.columns;
  return ids(frames.length, (id): FrameId => {
    return into.frames.intern({
      func: functions[func.data[id]],
      line: line.data[id],
      column: column.data[id],
      tier: frames.tier(id),
      kind: frames.kind(id),
      inlined: frames.inlined(id) ? 1 : 0,
      addressLo: addressLo.data[id],
      addressHi: addressHi.data[id],
    });
  });
}
