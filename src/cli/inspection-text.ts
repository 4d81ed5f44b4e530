import { byteSize } from './byte-size.js';
import type { Inspection } from './inspect-file.js';
import { type Cell, textColumns } from './text-columns.js';

/** What `inspect` found as text: sections of aligned columns. */
export function inspectionText(found: Inspection, width: number): string {
  const { name, format, bytes, version } = found;
  const kind = version === undefined ? format : `${format} version ${version}`;
  const size = bytes === null ? '' : `, ${byteSize(bytes)}`;
  const title = textColumns([[`${name}: ${kind}${size}`]], width).trimStart();
  return (
    title +
    sectionsOf(found)
      .map(({ title, rows }) => `\n${title}\n${textColumns(rows, width)}`)
      .join('')
  );
}

interface Section {
  readonly title: string;
  readonly rows: readonly (readonly Cell[])[];
}

function sectionsOf(found: Inspection): Section[] {
  const { blocks = [], tables, processes, series, quality } = found;
  const sections = [
    { title: 'Recording', rows: recordingRows(found) },
    table(
      'Blocks',
      ['type', 'blocks', 'bytes', 'unpacked'],
      blocks.map((block) => [block.type, block.blocks, block.bytes, block.rawBytes]),
    ),
    { title: 'Tables', rows: Object.entries(tables) },
    table(
      'Processes',
      ['pid', 'exit', 'node', 'command'],
      processes.map(({ pid, exit, node, command }) => [pid, exit ?? '', node ?? '', command]),
    ),
    table(
      'Series',
      ['pid', 'tid', 'samples', 'weight', 'unit', 'event', 'role', 'thread'],
      series.map((each) => [
        each.pid,
        each.tid,
        each.samples,
        each.weight,
        each.unit,
        each.event,
        each.role,
        each.thread,
      ]),
    ),
    { title: 'Notes', rows: quality.notes.map(({ code, message, cure }) => [code, `${message} ${cure}`]) },
  ];
  return sections.filter(({ rows }) => rows.length > 0);
}

/** A section with a line of column names, empty when there is nothing below it. */
function table(title: string, names: readonly string[], rows: readonly (readonly Cell[])[]): Section {
  return { title, rows: rows.length === 0 ? [] : [names, ...rows] };
}

function recordingRows({ info, quality }: Inspection): Cell[][] {
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
