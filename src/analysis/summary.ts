import type { FunctionId } from '../profile/functions.js';
import { LAYER_NAMES } from '../profile/layers.js';
import { NO_PROCESS } from '../profile/processes.js';
import type { Profile } from '../profile/profile.js';
import type { QualityNote } from '../profile/quality.js';
import { UNIT_NAMES, Unit } from '../profile/series.js';
import { ROLE_NAMES } from '../profile/threads.js';
import { findCulprits, type Suspect } from './culprit.js';
import { functionFile, functionName } from './function-names.js';
import { type FunctionWeight, functionWeights } from './functions.js';
import { javascriptOf } from './javascript.js';
import { layerWeights } from './layers.js';
import type { Measure } from './measure.js';
import { packageWeights } from './packages.js';
import { sumKnown } from './processes.js';
import { qualityShares } from './quality-shares.js';
import type { Selection } from './selection.js';
import { threadWeights } from './threads.js';
import { tierShares } from './tier-shares.js';

/** Where a function is defined. Numbers are from 1, null when not known. */
interface Place {
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
  const javascript = javascriptOf(selection);
  const named = javascript ?? selection;
  const culprits = findCulprits(named, javascript ? functionWeights(javascript) : functions);
  return {
    schema: 1 as const,
    recording: recordingOf(profile),
    processes: processesOf(profile),
    totals: totalsOf(selection),
    culprit: culprits.length > 0 ? culpritOf(named, culprits[0]) : null,
    layers: layerWeights(selection)
      .filter(({ self }) => self > 0)
      .map(({ layer, self }) => ({
        layer: LAYER_NAMES[layer],
        selfMs: inMs(selection, self),
        share: shareOf(selection, self),
      })),
    packages: packagesOf(selection),
    threads: threadsOf(selection),
    functions: functions.map((weight) => functionOf(selection, weight)),
    javascript: javascript ? javascriptSummary(javascript) : null,
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
function javascriptSummary(selection: Selection) {
  return {
    samples: selection.samples,
    weightKind: UNIT_NAMES[selection.measure.unit],
    sampledMs: inMs(selection, selection.total),
    idleMs: inMs(selection, selection.idle),
    packages: packagesOf(selection),
    functions: functionWeights(selection).map((weight) => functionOf(selection, weight)),
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

function totalsOf(selection: Selection) {
  return {
    samples: selection.samples,
    weightKind: UNIT_NAMES[selection.measure.unit],
    sampledMs: inMs(selection, selection.total),
    cpuMs: knownOrNull(sumKnown(threadWeights(selection).map(({ chargedNs }) => chargedNs)) / 1e6),
    idleMs: inMs(selection, selection.idle),
  };
}

function threadsOf(selection: Selection) {
  const { processes, threads } = selection.profile;
  return threadWeights(selection).map(({ thread, sampled, chargedNs }) => ({
    pid: processes.columns.pid.data[threads.columns.process.data[thread]],
    tid: threads.columns.tid.data[thread],
    name: threads.name(thread),
    role: ROLE_NAMES[threads.columns.role.data[thread]],
    sampledMs: inMs(selection, sampled),
    cpuMs: knownOrNull(chargedNs / 1e6),
  }));
}

function culpritOf(selection: Selection, { func, total }: Suspect) {
  return { ...placeOf(selection.profile, func), share: shareOf(selection, total) };
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

function placeOf(profile: Profile, func: FunctionId): Place {
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

function knownOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
