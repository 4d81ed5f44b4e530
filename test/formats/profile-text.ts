import { FrameKind, TIER_NAMES } from '../../src/profile/frames.js';
import { LAYER_NAMES } from '../../src/profile/layers.js';
import type { Profile } from '../../src/profile/profile.js';
import { type Series, UNIT_NAMES } from '../../src/profile/series.js';
import { ROOT, type StackId } from '../../src/profile/stacks.js';
import { ROLE_NAMES } from '../../src/profile/threads.js';

/** How much of a profile is told: enough to see a change, not too much to be read by a person. */
const MOST_FUNCTIONS = 25;
const MOST_STACKS = 4;
const MOST_FRAMES = 40;

/** What a profile holds, told for people: what it is of, each series' sums, the functions and stacks that weigh most. */
export function profileText(profile: Profile): string {
  const lines = [
    `command: ${profile.info.command ?? 'not known'}`,
    `engine: ${profile.info.engine}, ${profile.info.frequencyHz || 'unknown'} Hz, ${profile.info.durationUs} µs`,
    ...(profile.quality.lostSamples > 0 ? [`lost: ${profile.quality.lostSamples}`] : []),
    ...profile.quality.notes.map(({ code, message }) => `note ${code}: ${message}`),
    '',
    ...profile.series.map((series) => seriesLine(profile, series)),
    '',
    'functions by samples, self and total',
    ...functionLines(profile),
    '',
    'stacks by samples, outermost frame first',
    ...stackLines(profile),
  ];
  return `${lines.join('\n')}\n`;
}

function seriesLine({ threads, processes }: Profile, series: Series): string {
  const { thread, event, unit, timed, times, pending } = series;
  const process = threads.columns.process.data[thread];
  const who = `${processes.columns.pid.data[process]}/${threads.columns.tid.data[thread]}`;
  const role = ROLE_NAMES[threads.columns.role.data[thread]];
  const when = timed && pending > 0 ? `${times.data[0]} to ${times.data[pending - 1]} µs` : 'no times';
  const names = `'${processes.command(process)}' ${role} '${threads.name(thread)}'`;
  return `${who} ${names}, ${event || 'no event'}: ${pending} samples, ${series.totalWeight} ${UNIT_NAMES[unit]}, ${when}`;
}

function functionLines(profile: Profile): string[] {
  const self = new Map<string, number>();
  const total = new Map<string, number>();
  forEachSample(profile, (stack) => {
    const names = framesOf(profile, stack).map((frame) => functionText(profile, frame));
    if (names.length > 0) add(self, names[names.length - 1]);
    for (const name of new Set(names)) add(total, name);
  });
  const ranked = [...total].sort(
    ([a, m], [b, n]) => (self.get(b) ?? 0) - (self.get(a) ?? 0) || n - m || compare(a, b),
  );
  const more = ranked.length > MOST_FUNCTIONS ? [`… ${ranked.length - MOST_FUNCTIONS} more`] : [];
  return [
    ...ranked.slice(0, MOST_FUNCTIONS).map(([name, count]) => `${self.get(name) ?? 0} ${count} ${name}`),
    ...more,
  ];
}

function stackLines(profile: Profile): string[] {
  const counts = new Map<StackId, number>();
  forEachSample(profile, (stack) => add(counts, stack));
  const ranked = [...counts].sort(([a, m], [b, n]) => n - m || a - b);
  return ranked.slice(0, MOST_STACKS).flatMap(([stack, count]) => {
    const frames = framesOf(profile, stack).map((frame) => `  ${frameText(profile, frame)}`);
    const more = frames.length > MOST_FRAMES ? [`  … ${frames.length - MOST_FRAMES} more`] : [];
    return [`${count} samples, ${frames.length} frames`, ...frames.slice(0, MOST_FRAMES), ...more];
  });
}

function forEachSample({ series }: Profile, visit: (stack: StackId) => void): void {
  for (const { stacks, pending } of series) for (let i = 0; i < pending; i++) visit(stacks.data[i]);
}

/** Outermost first. */
function framesOf({ stacks }: Profile, stack: StackId): number[] {
  const frames: number[] = [];
  for (let at = stack; at !== ROOT; at = stacks.columns.parent.data[at])
    frames.push(stacks.columns.frame.data[at]);
  return frames.reverse();
}

function frameText(profile: Profile, frame: number): string {
  const { frames } = profile;
  const line = frames.columns.line.data[frame];
  const tier = frames.tier(frame);
  const address = frames.columns.addressHi.data[frame] * 2 ** 32 + frames.columns.addressLo.data[frame];
  return [
    functionText(profile, frame),
    ...(line > 0 ? [`at ${line}:${frames.columns.column.data[frame]}`] : []),
    ...(tier > 0 ? [TIER_NAMES[tier]] : []),
    ...(frames.inlined(frame) ? ['inlined'] : []),
    ...(address > 0 ? [`0x${address.toString(16)}`] : []),
  ].join(' ');
}

function functionText({ frames, functions, scripts, mappings }: Profile, frame: number): string {
  const kind = frames.kind(frame);
  if (kind !== FrameKind.Call) return `<${FrameKind[kind].toLowerCase()}>`;
  const func = frames.func(frame);
  const { script, mapping, line, column } = functions.columns;
  const where = script.data[func] === 0 ? mappings.path(mapping.data[func]) : scripts.url(script.data[func]);
  const place = [where, line.data[func], column.data[func]].filter(Boolean).join(':');
  const packageName = functions.package(func);
  const layer = LAYER_NAMES[functions.layer(func)];
  return `${functions.name(func) || '?'} [${packageName === '' ? layer : `${layer} ${packageName}`}] ${place}`.trimEnd();
}

function add<T>(counts: Map<T, number>, key: T): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
