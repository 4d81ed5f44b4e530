/** Several recordings as one: side by side, each with processes of its own, or summed up. */
import type { Table } from '../../profile/columns.js';
import { NO_OPERATION } from '../../profile/operations.js';
import { Profile } from '../../profile/profile.js';
import type { Series } from '../../profile/series.js';
import { copySample, seriesLike } from '../copied-sample.js';
import { Owners } from './owners.js';
import { addTables, type TableIds } from './table-ids.js';

export interface CombineOptions {
  /**
   * Sum up: processes of the same command are one, and in them threads of the same role and name; the recordings
   * follow each other in time. Otherwise processes stay apart, on one time line where all tell when they began.
   */
  readonly merge: boolean;
}

export interface NamedProfile {
  /** What a process without a command is called: the file's name. */
  readonly name: string;
  readonly profile: Profile;
}

/** One profile with the samples and operations of all; weights are conserved. Their samples must be in memory. */
export function combineProfiles(inputs: readonly NamedProfile[], { merge }: CombineOptions): Profile {
  const into = new Profile();
  const owners = new Owners(into, merge);
  const scripts = new Map();
  const series = new Map<string, Series>();
  const offsets = offsetsUs(inputs, merge);
  inputs.forEach(({ name, profile }, i) => {
    const tables = addTables(profile, into, scripts);
    const threads = owners.add(profile, name, offsets[i]);
    for (const each of profile.series) {
      addSamples(each, into, threads[each.thread], tables, offsets[i], merge ? series : new Map());
    }
    addOperations(profile, into, threads, tables, offsets[i]);
    for (const { code, message, cure } of profile.quality.notes) into.quality.note(code, message, cure);
    into.quality.lostSamples += profile.quality.lostSamples;
  });
  describe(into, inputs, offsets);
  return into;
}

/** How much later than the first each recording stands. */
function offsetsUs(inputs: readonly NamedProfile[], merge: boolean): number[] {
  if (merge) {
    let end = 0;
    return inputs.map(({ profile }) => {
      const begin = end;
      end += lengthUs(profile);
      return begin;
    });
  }
  const starts = inputs.map(({ profile }) => profile.info.startedMs);
  if (starts.some((start) => start === 0)) return inputs.map(() => 0);
  return starts.map((start) => Math.round((start - Math.min(...starts)) * 1000));
}

/** Until its last sample, where that is after the end that the recording tells. */
function lengthUs({ info, series }: Profile): number {
  const last = ({ timed, times, pending }: Series) => (timed && pending > 0 ? times.data[pending - 1] : 0);
  return series.reduce((most, each) => Math.max(most, last(each)), info.durationUs);
}

function addSamples(
  from: Series,
  into: Profile,
  thread: number,
  { stacks }: TableIds,
  offsetUs: number,
  known: Map<string, Series>,
): void {
  const { event, unit, timed, cpu } = from;
  const key = `${thread} ${unit} ${timed} ${cpu !== undefined} ${event}`;
  const series = known.get(key) ?? seriesLike(into, thread, from);
  known.set(key, series);
  for (let i = 0; i < from.pending; i++) {
    copySample(from, i, series, stacks[from.stacks.data[i]], timed ? offsetUs : 0);
  }
}

const TEXTS = ['name', 'host', 'address', 'result', 'error'] as const;
const STACKS = ['stack', 'cause', 'asyncStack'] as const;
const TIMES = ['start', 'end'] as const;

function addOperations(
  { operations }: Profile,
  into: Profile,
  threads: Uint32Array,
  { stacks, text }: TableIds,
  offsetUs: number,
): void {
  const first = into.operations.length;
  const changes = new Map<string, (value: number) => number>([
    ['thread', (id) => threads[id]],
    ['parent', (id) => (id === NO_OPERATION ? id : id + first)],
    ...TEXTS.map((name) => [name, text] as const),
    ...STACKS.map((name) => [name, (id: number) => stacks[id]] as const),
    ...TIMES.map((name) => [name, (time: number) => time + offsetUs] as const),
  ]);
  const from: Table = operations;
  for (const [name, column] of Object.entries(into.operations.columns)) {
    const change = changes.get(name) ?? ((value: number) => value);
    const { data, length } = from.columns[name];
    for (let row = 0; row < length; row++) column.push(change(data[row]));
  }
}

function describe({ info }: Profile, inputs: readonly NamedProfile[], offsets: readonly number[]): void {
  const infos = inputs.map(({ profile }) => profile.info);
  const started = infos.map(({ startedMs }) => startedMs).filter((start) => start > 0);
  const common = <T>(values: readonly T[], otherwise: T) =>
    new Set(values).size === 1 ? values[0] : otherwise;
  info.command = common(
    infos.map(({ command }) => command),
    null,
  );
  info.engine = [...new Set(infos.map(({ engine }) => engine))].join(', ');
  info.startedMs = started.length === infos.length ? Math.min(...started) : 0;
  info.frequencyHz = common(
    infos.map(({ frequencyHz }) => frequencyHz),
    0,
  );
  info.durationUs = Math.max(...inputs.map(({ profile }, i) => offsets[i] + lengthUs(profile)));
}
