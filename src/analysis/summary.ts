import type { FunctionId } from '../profile/functions.js';
import { LAYER_NAMES } from '../profile/layers.js';
import { NO_PROCESS } from '../profile/processes.js';
import type { Profile } from '../profile/profile.js';
import type { QualityNote } from '../profile/quality.js';
import { UNIT_NAMES, Unit } from '../profile/series.js';
import { ROLE_NAMES, type ThreadId } from '../profile/threads.js';
import { blockedCauses } from './blocked.js';
import { findCulprits } from './culprit.js';
import { functionFile, functionName } from './function-names.js';
import { type FunctionWeight, functionWeights } from './functions.js';
import { javascriptOf } from './javascript.js';
import { knownOrNull } from './known-or-null.js';
import { layerWeights } from './layers.js';
import type { Measure } from './measure.js';
import { outboundOf } from './outbound/index.js';
import { outboundSummary } from './outbound/summary.js';
import { NO_FUNCTION } from './own-functions.js';
import { packageWeights } from './packages.js';
import { sumKnown } from './processes.js';
import { qualityShares } from './quality-shares.js';
import type { Selection } from './selection.js';
import { threadWeights } from './threads.js';
import { tierShares } from './tier-shares.js';
import { splitMainThreads, splitTime, type TimeSplit } from './time-split.js';

/** Where a function is defined. Numbers are from 1, null when not known. */
export interface Place {
  readonly name: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
}

/** The object of `report --json`: the contract of docs/report.schema.json. Shares are 0 to 1. */
export type Summary = ReturnType<typeof summarize>;

/**
 * Everything a report says, as plain data. Times are milliseconds; when `totals.weightKind` is `count` or `bytes`
 * the `…Ms` fields of samples hold that instead.
 */
export function summarize(selection: Selection) {
  const { profile } = selection;
  const functions = functionWeights(selection);
  const split = splitTime(selection);
  const javascript = javascriptOf(selection);
  const named = javascript ?? selection;
  /** Of the samples that tell what waited: V8's, where its are beside those of another engine. */
  const told = javascript ? splitTime(javascript) : split;
  return {
    schema: 1 as const,
    recording: recordingOf(profile),
    processes: processesOf(profile),
    totals: totalsOf(selection, split),
    culprit: culpritOf(told?.cpu ?? named),
    blocked: told === undefined ? null : blockedOf(told),
    outbound: outboundSummary(profile, outboundOf(profile, selection.options)),
    layers: layersOf(selection, split),
    packages: packagesOf(selection),
    threads: threadsOf(selection, split, told),
    functions: functionsOf(selection, functions, split),
    javascript: javascript ? javascriptSummary(javascript, told) : null,
    quality: qualityOf(selection, javascript === undefined),
  };
}

function recordingOf({ info }: Profile) {
  return {
    command: info.command,
    engine: info.engine,
    started: info.startedMs > 0 ? new Date(info.startedMs).toISOString() : null,
    durationMs: info.durationUs / 1000,
    frequencyHz: info.frequencyHz > 0 ? info.frequencyHz : null,
  };
}

/** All of the recording's, whatever is selected: threads and their ancestors refer to them. */
function processesOf({ processes }: Profile) {
  const { pid, parent, exit } = processes.columns;
  return Array.from({ length: processes.length }, (_, process) => ({
    pid: pid.data[process],
    command: processes.command(process),
    node: processes.nodeVersion(process) || null,
    parent: parent.data[process] === NO_PROCESS ? null : pid.data[parent.data[process]],
    exit: knownOrNull(exit.data[process]),
  }));
}

/** Functions and packages by V8's profiler, whose unit is another. */
function javascriptSummary(selection: Selection, split: TimeSplit | undefined) {
  return {
    samples: selection.samples,
    weightKind: UNIT_NAMES[selection.measure.unit],
    sampledMs: inMs(selection, selection.total),
    idleMs: inMs(selection, selection.idle),
    ...partsOf(selection, split),
    packages: packagesOf(selection),
    functions: functionsOf(selection, functionWeights(selection), split),
  };
}

function packagesOf(selection: Selection) {
  return packageWeights(selection).map(({ name, self, total }) => ({
    package: name,
    selfMs: inMs(selection, self),
    totalMs: inMs(selection, total),
    share: shareOf(selection, self),
  }));
}

function totalsOf(selection: Selection, split: TimeSplit | undefined) {
  return {
    samples: selection.samples,
    weightKind: UNIT_NAMES[selection.measure.unit],
    sampledMs: inMs(selection, selection.total),
    cpuMs: knownOrNull(sumKnown(threadWeights(selection).map(({ chargedNs }) => chargedNs)) / 1e6),
    idleMs: inMs(selection, selection.idle),
    ...partsOf(selection, split),
  };
}

/** What the time of the samples consists of. */
function partsOf(selection: Selection, split: TimeSplit | undefined) {
  const cpu = cpuOf(selection, split);
  return {
    sampledCpuMs: partMs(cpu, cpu?.total),
    blockedMs: split ? split.blocked.total / 1e6 : null,
    runDelayMs: split ? split.delay.total / 1e6 : null,
    idleCpuMs: split ? split.cpu.ofIdle / 1e6 : null,
  };
}

/** What waited in calls, by the application function that made them. */
function blockedOf(split: TimeSplit) {
  const { profile } = split.wall;
  const main = splitMainThreads(split);
  const recorded = main.wall.total + main.wall.idle;
  return {
    totalMs: split.blocked.total / 1e6,
    mainShare: recorded === 0 ? 0 : Math.min(1, main.blocked.total / recorded),
    causes: blockedCauses(split.blocked).map(({ caller, callee, weight }) => ({
      caller: caller === NO_FUNCTION ? null : placeOf(profile, caller),
      in: callee === NO_FUNCTION ? null : functionName(profile, callee),
      ms: weight / 1e6,
      share: shareOf(split.blocked, weight),
    })),
  };
}

function layersOf(selection: Selection, split: TimeSplit | undefined) {
  const selfs = (part: Selection | undefined) =>
    new Map(part && layerWeights(part).map(({ layer, self }) => [layer, self]));
  const cpu = selfs(cpuOf(selection, split));
  const blocked = selfs(split?.blocked);
  return layerWeights(selection)
    .filter(({ self }) => self > 0)
    .map(({ layer, self }) => ({
      layer: LAYER_NAMES[layer],
      selfMs: inMs(selection, self),
      share: shareOf(selection, self),
      cpuMs: partMs(cpuOf(selection, split), cpu.get(layer)),
      blockedMs: partMs(split?.blocked, blocked.get(layer)),
    }));
}

/** The selection of CPU time, where that is known. */
function cpuOf(selection: Selection, split: TimeSplit | undefined): Selection | undefined {
  return split?.cpu ?? (selection.measure.unit === Unit.CpuNs ? selection : undefined);
}

/** Nanoseconds of a part in ms: 0 for what has nothing of it, null when nothing is known of it. */
function partMs(part: Selection | undefined, ns: number | undefined): number | null {
  return part === undefined ? null : (ns ?? 0) / 1e6;
}

/** @param told what tells of waiting: `split`, or that of V8's samples beside those of `selection` */
function threadsOf(selection: Selection, split: TimeSplit | undefined, told: TimeSplit | undefined) {
  const { processes, threads } = selection.profile;
  const partOfThread = (part: Selection | undefined, thread: ThreadId) =>
    part === undefined || part.threadSamples[thread] === 0 ? null : part.threadWeights[thread] / 1e6;
  return threadWeights(selection).map(({ thread, sampled, chargedNs, delayNs }) => ({
    pid: processes.columns.pid.data[threads.columns.process.data[thread]],
    tid: threads.columns.tid.data[thread],
    name: threads.name(thread),
    role: ROLE_NAMES[threads.columns.role.data[thread]],
    sampledMs: inMs(selection, sampled),
    cpuMs: knownOrNull(chargedNs / 1e6),
    sampledCpuMs: partOfThread(split?.cpu, thread),
    blockedMs: partOfThread(told?.blocked, thread),
    runDelayMs: knownOrNull(delayNs / 1e6),
  }));
}

function culpritOf(selection: Selection) {
  const [culprit] = findCulprits(selection, functionWeights(selection));
  if (culprit === undefined) return null;
  return { ...placeOf(selection.profile, culprit.func), share: shareOf(selection, culprit.total) };
}

function functionsOf(
  selection: Selection,
  functions: readonly FunctionWeight[],
  split: TimeSplit | undefined,
) {
  const cpuPart = cpuOf(selection, split);
  const byFunction = (part: Selection | undefined) =>
    new Map(
      (part === selection ? functions : part ? functionWeights(part) : []).map((each) => [each.func, each]),
    );
  const cpu = byFunction(cpuPart);
  const blocked = byFunction(split?.blocked);
  return functions.map((weight) => ({
    ...functionOf(selection, weight),
    cpuMs: partMs(cpuPart, cpu.get(weight.func)?.total),
    selfCpuMs: partMs(cpuPart, cpu.get(weight.func)?.self),
    blockedMs: partMs(split?.blocked, blocked.get(weight.func)?.total),
    selfBlockedMs: partMs(split?.blocked, blocked.get(weight.func)?.self),
  }));
}

function functionOf(selection: Selection, { func, self, total, tiers }: FunctionWeight) {
  const { functions } = selection.profile;
  return {
    ...placeOf(selection.profile, func),
    layer: LAYER_NAMES[functions.layer(func)],
    package: functions.package(func) || null,
    selfMs: inMs(selection, self),
    totalMs: inMs(selection, total),
    selfShare: shareOf(selection, self),
    totalShare: shareOf(selection, total),
    tiers: tierShares(tiers),
  };
}

export function placeOf(profile: Profile, func: FunctionId): Place {
  const { line, column } = profile.functions.columns;
  return {
    name: functionName(profile, func),
    file: functionFile(profile, func) || null,
    line: line.data[func] || null,
    column: column.data[func] || null,
  };
}

function qualityOf(selection: Selection, isAlone: boolean) {
  const shares = qualityShares(selection);
  const { quality } = selection.profile;
  return {
    wholeShare: shares.whole,
    truncatedShare: shares.truncated,
    brokenShare: shares.broken,
    unknownShare: shares.unknown,
    unknownLeafShare: shares.unknownLeaf,
    lostSamples: quality.lostSamples,
    notes: [...quality.notes, ...(isAlone ? measureNotes(selection.measure) : [])],
  };
}

/** What a reader must know about the choice of the event. */
export function measureNotes({ unit, event, leftOut }: Measure): QualityNote[] {
  if (leftOut.length === 0) return [];
  const message = `the recording also holds ${leftOut.join(', ')}: this report is of ${event} (${UNIT_NAMES[unit]}) alone, since units are never added up`;
  return [{ code: 'SEVERAL_EVENTS', message, cure: '' }];
}

function inMs({ measure }: Selection, weight: number): number {
  return measure.unit === Unit.CpuNs || measure.unit === Unit.WallNs ? weight / 1e6 : weight;
}

function shareOf({ total }: Selection, weight: number): number {
  return total === 0 ? 0 : Math.min(1, weight / total);
}
