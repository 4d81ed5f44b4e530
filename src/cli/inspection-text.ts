import type { PerfDataSummary } from '../formats/perf-data/index.js';
import { byteSize } from './byte-size.js';
import type { Inspection } from './inspect-file.js';
import type { ProfileFacts } from './profile-facts.js';
import { type Cell, textColumns } from './text-columns.js';

/** What `inspect` found as text: sections of aligned columns. */
export function inspectionText(found: Inspection, width: number): string {
  const { name, format, bytes, version, blocks = [], perfData, profile } = found;
  const kind = version === undefined ? format : `${format} version ${version}`;
  const size = bytes === null ? '' : `, ${byteSize(bytes)}`;
  const title = textColumns([[`${name}: ${kind}${size}`]], width).trimStart();
  const sections = [
    table(
      'Blocks',
      ['type', 'blocks', 'bytes', 'unpacked'],
      blocks.map((block) => [block.type, block.blocks, block.bytes, block.rawBytes]),
    ),
    ...(perfData ? perfDataSections(perfData) : []),
    ...(profile ? profileSections(profile) : []),
  ];
  return (
    title +
    sections
      .filter(({ rows }) => rows.length > 0)
      .map((section) => sectionText(section, width))
      .join('')
  );
}

interface Section {
  readonly title: string;
  readonly rows: readonly (readonly Cell[])[];
}

function sectionText({ title, rows }: Section, width: number): string {
  return `\n${title}\n${textColumns(rows, width)}`;
}

/** A section with a line of column names, empty when there is nothing below it. */
function table(title: string, names: readonly string[], rows: readonly (readonly Cell[])[]): Section {
  return { title, rows: rows.length === 0 ? [] : [names, ...rows] };
}

function profileSections(facts: ProfileFacts): Section[] {
  const { tables, processes, series, operations, quality } = facts;
  return [
    { title: 'Recording', rows: recordingRows(facts) },
    { title: 'Tables', rows: Object.entries(tables) },
    table(
      'Processes',
      ['pid', 'exit', 'node', 'command'],
      processes.map(({ pid, exit, node, command }) => [String(pid), exit ?? '', node ?? '', command]),
    ),
    table(
      'Series',
      ['pid', 'tid', 'samples', 'weight', 'unit', 'CPU', 'event', 'role', 'thread'],
      series.map((each) => [
        String(each.pid),
        String(each.tid),
        each.samples,
        each.weight,
        each.unit,
        each.cpu === null ? '–' : Math.round(each.cpu),
        each.event,
        each.role,
        each.thread,
      ]),
    ),
    table(
      'Operations',
      ['kind', 'rows', 'count', 'failed', 'unended'],
      operations.map(({ kind, rows, count, failed, unended }) => [kind, rows, count, failed, unended]),
    ),
    { title: 'Notes', rows: quality.notes.map(({ code, message, cure }) => [code, `${message} ${cure}`]) },
  ];
}

function recordingRows({ info, quality }: ProfileFacts): Cell[][] {
  const started = new Date(info.startedMs);
  return [
    ['command', info.command ?? 'not known'],
    ['engine', info.engine],
    [
      'started',
      info.startedMs === 0 || Number.isNaN(started.getTime()) ? 'not known' : started.toISOString(),
    ],
    ['duration', `${(info.durationUs / 1e6).toFixed(3)} s`],
    ['frequency', info.frequencyHz === 0 ? 'not known' : `${info.frequencyHz} Hz`],
    ['lost', `${quality.lostSamples} samples`],
  ];
}

function perfDataSections({
  mode,
  byteOrder,
  bytes,
  cut,
  events,
  records,
  features,
}: PerfDataSummary): Section[] {
  const known: [string, string | undefined][] = [
    ['mode', `${mode}, ${byteOrder}-endian`],
    ['whole', cut ? `no: it ends or is damaged behind byte ${bytes}` : 'yes'],
    ['command', features.commandLine?.join(' ')],
    ['perf', features.version],
    ['machine', [features.hostname, features.arch, features.osRelease].filter(Boolean).join(', ')],
    ['processor', features.cpu],
    ['build ids', features.buildIds && String(features.buildIds.size)],
  ];
  return [
    { title: 'Recording', rows: known.flatMap(([name, value]) => (value ? [[name, value]] : [])) },
    table(
      'Events',
      ['event', 'unit', 'Hz'],
      events.map(({ name, unit, frequencyHz }) => [name, unit, frequencyHz]),
    ),
    table(
      'Records',
      ['type', 'count', 'bytes'],
      records.map(({ type, count, bytes }) => [type, count, bytes]),
    ),
  ];
}
