import { checkOperations } from './check-operations.js';
import type { Table, U32Column } from './columns.js';
import { FrameKind, Tier } from './frames.js';
import { LAYER_NAMES } from './layers.js';
import { Malformed } from './malformed.js';
import { NO_PROCESS } from './processes.js';
import type { Profile } from './profile.js';
import { type Series, UNIT_NAMES } from './series.js';
import { ROLE_NAMES } from './threads.js';

/** The tables of a profile that hold rows; strings and series are checked by themselves. */
export type TableName =
  | 'mappings'
  | 'scripts'
  | 'functions'
  | 'generated'
  | 'frames'
  | 'stacks'
  | 'processes'
  | 'threads'
  | 'operations';

/** Which column holds ids of which table. Parents have rules of their own. */
const REFERENCES: Readonly<Record<TableName, Readonly<Record<string, TableName | 'strings'>>>> = {
  mappings: { path: 'strings', buildId: 'strings' },
  scripts: { url: 'strings', sourceMapUrl: 'strings' },
  functions: { name: 'strings', script: 'scripts', mapping: 'mappings', package: 'strings' },
  generated: { func: 'functions', name: 'strings', script: 'scripts' },
  frames: { func: 'functions' },
  stacks: {},
  processes: { command: 'strings', nodeVersion: 'strings' },
  threads: { process: 'processes', name: 'strings' },
  operations: {
    name: 'strings',
    thread: 'threads',
    host: 'strings',
    address: 'strings',
    result: 'strings',
    error: 'strings',
    stack: 'stacks',
    cause: 'stacks',
    asyncStack: 'stacks',
  },
};

/** Throws `Malformed` at the first invariant of the model that `profile` breaks. */
export function validate(profile: Profile): void {
  for (const table of Object.keys(REFERENCES) as TableName[]) checkRows(profile, table);
  checkAncestors(profile);
  for (const series of profile.series) {
    checkSeries(profile, series);
    checkSamples(profile, series, 0);
    checkTimes(series);
  }
  if (!(profile.quality.lostSamples >= 0)) throw new Malformed('the number of lost samples is negative');
}

/** Checks rows `first` up to `end` of one table, all unless given. */
export function checkRows(profile: Profile, name: TableName, first = 0, end = profile[name].length): void {
  const table: Table = profile[name];
  checkLengths(name, table);
  for (const [column, target] of Object.entries(REFERENCES[name])) {
    const ids = (table.columns[column] as U32Column).data;
    const limit = profile[target].length;
    for (let row = first; row < end; row++) {
      if (ids[row] >= limit) throw new Malformed(`${name} row ${row}: ${column} ${ids[row]} of ${limit}`);
    }
  }
  if (name === 'functions') checkLayers(profile, first, end);
  else if (name === 'frames') checkFlags(profile, first, end);
  else if (name === 'stacks') checkStacks(profile, first, end);
  else if (name === 'processes') checkParents(profile, first, end);
  else if (name === 'threads') checkRoles(profile, first, end);
  else if (name === 'operations') checkOperations(profile.operations, first, end);
}

function checkLengths(name: TableName, table: Table): void {
  for (const [column, { length }] of Object.entries(table.columns)) {
    if (length !== table.length) throw new Malformed(`${name}: column ${column} has ${length} rows`);
  }
}

function checkLayers(profile: Profile, first: number, end: number): void {
  const { layer } = profile.functions.columns;
  for (let row = first; row < end; row++) {
    if (layer.data[row] >= LAYER_NAMES.length)
      throw new Malformed(`functions row ${row}: layer ${layer.data[row]}`);
  }
}

function checkFlags(profile: Profile, first: number, end: number): void {
  const { frames } = profile;
  for (let row = first; row < end; row++) {
    const flags = frames.columns.flags.data[row];
    if (flags > 127 || frames.tier(row) > Tier.Turbofan || frames.kind(row) > FrameKind.Idle) {
      throw new Malformed(`frames row ${row}: flags ${flags}`);
    }
  }
}

function checkStacks(profile: Profile, first: number, end: number): void {
  const parents = profile.stacks.columns.parent.data;
  const frames = profile.stacks.columns.frame.data;
  const limit = profile.frames.length;
  for (let row = Math.max(first, 1); row < end; row++) {
    if (parents[row] >= row) throw new Malformed(`stacks row ${row}: parent ${parents[row]} is not above it`);
    if (frames[row] >= limit) throw new Malformed(`stacks row ${row}: frame ${frames[row]} of ${limit}`);
  }
}

function checkParents({ processes }: Profile, first: number, end: number): void {
  const { length } = processes;
  const parents = processes.columns.parent.data;
  for (let row = first; row < end; row++) {
    if (parents[row] >= length && parents[row] !== NO_PROCESS) {
      throw new Malformed(`processes row ${row}: parent ${parents[row]} of ${length}`);
    }
  }
}

/** Nobody is an own ancestor. Marks each process with the walk up its parents that came by first. */
export function checkAncestors({ processes }: Profile): void {
  const parents = processes.columns.parent.data;
  const walk = new Uint32Array(processes.length);
  for (let row = 0; row < processes.length; row++) {
    let at = row;
    for (; at !== NO_PROCESS && walk[at] === 0; at = parents[at]) walk[at] = row + 1;
    if (at !== NO_PROCESS && walk[at] === row + 1)
      throw new Malformed(`processes row ${at} is its own ancestor`);
  }
}

function checkRoles(profile: Profile, first: number, end: number): void {
  const { role } = profile.threads.columns;
  for (let row = first; row < end; row++) {
    if (role.data[row] >= ROLE_NAMES.length)
      throw new Malformed(`threads row ${row}: role ${role.data[row]}`);
  }
}

/** Checks what a series is of, not its samples. */
export function checkSeries(profile: Profile, series: Series): void {
  if (!(series.thread < profile.threads.length)) throw new Malformed(`series of thread ${series.thread}`);
  if (!(series.unit < UNIT_NAMES.length)) throw new Malformed(`series of unit ${series.unit}`);
}

/** Checks the samples held in memory from index `first` on, but not their order. */
export function checkSamples(profile: Profile, series: Series, first: number): void {
  const stacks = series.stacks.data;
  const weights = series.weights.data;
  const times = series.times.data;
  const limit = profile.stacks.length;
  const { pending } = series;
  if (series.cpu) checkNanoseconds('CPU', series.cpu.data, first, pending);
  if (series.delay) checkNanoseconds('delay', series.delay.data, first, pending);
  for (let i = first; i < pending; i++) {
    if (stacks[i] >= limit) throw new Malformed(`sample ${i}: stack ${stacks[i]} of ${limit}`);
    if (!(weights[i] >= 0 && weights[i] < Number.POSITIVE_INFINITY)) {
      throw new Malformed(`sample ${i}: weight ${weights[i]}`);
    }
    if (series.timed && !Number.isSafeInteger(times[i])) throw new Malformed(`sample ${i}: time ${times[i]}`);
  }
}

/** Nanoseconds, NaN where not known. */
function checkNanoseconds(name: string, ns: Float64Array, first: number, end: number): void {
  for (let i = first; i < end; i++) {
    if (ns[i] < 0 || ns[i] === Number.POSITIVE_INFINITY) throw new Malformed(`sample ${i}: ${name} ${ns[i]}`);
  }
}

function checkTimes(series: Series): void {
  if (!series.timed) return;
  const times = series.times.data;
  for (let i = 1; i < series.pending; i++) {
    if (times[i] < times[i - 1])
      throw new Malformed(`sample ${i}: time ${times[i]} is before ${times[i - 1]}`);
  }
}
