import { type CallCause, type Peer, perRequest } from '../../analysis/outbound/index.js';
import { NO_FUNCTION } from '../../analysis/own-functions.js';
import { byteSize } from '../byte-size.js';
import { shortenMiddle, textWidth, visible } from '../terminal.js';
import { layerOf, paintLayer, type ReportContext } from './context.js';
import { count, duration, percent } from './numbers.js';
import type { Section } from './sections.js';
import { type TableColumn, table } from './table.js';

const ROWS = 10;

/** A column, and the width of the terminal from which on there is room for it. */
interface OutboundColumn extends TableColumn {
  readonly least: number;
}

const UNKNOWN = '–';
/** Room for a function, its place and a share. */
const NARROWEST = 30;

/** The first lines when the program mostly waits for others: for which function's calls, to whom, how often and how long. */
export function outboundAnswer(context: ReportContext): string[] {
  const { outbound, paint, places, width } = context;
  const { culprit } = outbound;
  if (culprit === undefined) return [];
  const whole = outbound.requests > 0 ? "its requests' time" : 'the time';
  const lead = 'Waiting: ';
  const words = ` of ${whole}`;
  const fits = width - textWidth(lead + words) >= NARROWEST;
  const share = percent(culprit.share) + (fits ? words : '');
  const room = width - textWidth(lead) - textWidth(share) - 4;
  const place = places.place(culprit.func);
  const name = shortenMiddle(
    places.name(culprit.func),
    Math.max(Math.floor(room / 2), room - textWidth(place)),
  );
  const first = `${paint('bold', lead + name)}  ${shortenMiddle(place, room - textWidth(name))}  ${paint('bold', share)}`;
  return [first, paint('dim', shortenMiddle(`         ${callWords(context)}`, width))];
}

/** `calls tips.example:8080 1.0 times a request, 52 ms each`. */
function callWords({ outbound, selection }: ReportContext): string {
  const { calls, host, packageName } = outbound.culprit!;
  const number = calls.reduce((sum, call) => sum + call.count, 0);
  const totalUs = calls.reduce((sum, call) => sum + (call.durationUs * call.count || 0), 0);
  const port = selection.profile.operations.columns.port.data[calls[0].operation];
  const peer = visible(host || 'an unknown host') + (port > 0 ? `:${port}` : '');
  const often =
    outbound.requests > 0
      ? `${perRequest(outbound, number).toFixed(1)} times a request`
      : `${count(number)} times`;
  const through = packageName === '' ? '' : ` through ${visible(packageName)}`;
  return `it calls ${peer}${through} ${often}, ${duration((totalUs / number) * 1000)} each`;
}

/** Whom the program called, and which functions made it. */
export function outboundSections(context: ReportContext): Section[] {
  const { outbound, limit } = context;
  if (outbound.calls.length === 0) return [];
  const number = outbound.calls.reduce((sum, call) => sum + call.count, 0);
  const served = outbound.requests > 0 ? `, ${count(outbound.requests)} requests served` : '';
  return [
    {
      title: `Outbound calls: ${count(number)}${served}; by peer`,
      lines: [...peerTable(context, outbound.peers.slice(0, limit ?? ROWS)), ...errorLines(context)],
    },
    {
      title: 'Outbound calls by function: who makes them',
      lines: causeTable(context, outbound.causes.slice(0, limit ?? ROWS)),
    },
  ];
}

function peerTable({ width, paint }: ReportContext, peers: readonly Peer[]): string[] {
  const cells = peers.map((peer) => [
    count(peer.calls),
    peer.failed > 0 ? count(peer.failed) : '',
    ...times(peer.p50Us, peer.p95Us, peer.maxUs),
    ...[peer.bytesIn, peer.bytesOut].map((bytes) => (Number.isNaN(bytes) ? UNKNOWN : byteSize(bytes))),
    peer.kind,
    peerName(peer),
  ]);
  const { shown, rows } = chosen(PEER_COLUMNS, cells, width);
  return table(shown, rows, width, paint);
}

const PEER_COLUMNS: readonly OutboundColumn[] = [
  { title: 'calls', align: 'right', least: 0 },
  { title: 'failed', align: 'right', least: 50 },
  { title: 'median', align: 'right', least: 0 },
  { title: '95 %', align: 'right', least: 60 },
  { title: 'longest', align: 'right', least: 90 },
  { title: 'in', align: 'right', least: 80 },
  { title: 'out', align: 'right', least: 80 },
  { title: 'kind', align: 'left', least: 60 },
  { title: 'peer', align: 'left', stretch: true, least: 0 },
];

function peerName({ host, address, port }: Peer): string {
  const name = host || address || 'unknown';
  const at = port > 0 ? `:${port}` : '';
  const brackets = host === '' && address.includes(':') && port > 0 ? `[${name}]${at}` : name + at;
  return visible(host !== '' && address !== '' && address !== host ? `${brackets} (${address})` : brackets);
}

function causeTable(context: ReportContext, causes: readonly CallCause[]): string[] {
  const { outbound, places, width, paint } = context;
  const cells = causes.map((cause) => [
    count(cause.calls),
    cause.failed > 0 ? count(cause.failed) : '',
    outbound.requests > 0 ? perRequest(outbound, cause.calls).toFixed(1) : '',
    duration(cause.totalUs * 1000),
    ...times(cause.p50Us, cause.p95Us),
    cause.func === NO_FUNCTION ? 'not known' : places.name(cause.func),
    cause.func === NO_FUNCTION ? '' : places.place(cause.func),
    visible(cause.hosts.join(', ')),
  ]);
  const { shown, rows } = chosen(CAUSE_COLUMNS, cells, width);
  const colour = (cell: string, column: number, row: number) => {
    const { title } = shown[column];
    if (title === 'where') return paint('dim', cell);
    if (title !== 'function' || causes[row].func === NO_FUNCTION) return cell;
    return paintLayer(paint, layerOf(context, causes[row].func), cell);
  };
  return table(shown, rows, width, paint, colour);
}

const CAUSE_COLUMNS: readonly OutboundColumn[] = [
  { title: 'calls', align: 'right', least: 0 },
  { title: 'failed', align: 'right', least: 50 },
  { title: 'a request', align: 'right', least: 60 },
  { title: 'time', align: 'right', least: 50 },
  { title: 'median', align: 'right', least: 0 },
  { title: '95 %', align: 'right', least: 60 },
  { title: 'function', align: 'left', stretch: true, least: 0 },
  { title: 'where', align: 'left', stretch: true, least: 50 },
  { title: 'to', align: 'left', stretch: true, least: 0 },
];

/** Why calls failed, most often first. */
function errorLines({ outbound, width }: ReportContext): string[] {
  if (outbound.errors.length === 0) return [];
  const words = outbound.errors.slice(0, 5).map(({ error, calls }) => `${count(calls)} × ${visible(error)}`);
  return [shortenMiddle(`  failed: ${words.join(', ')}`, width)];
}

function times(...microseconds: readonly number[]): string[] {
  return microseconds.map((us) => (Number.isNaN(us) ? UNKNOWN : duration(us * 1000)));
}

/** The columns that fit: without those that say nothing in any row, and in a narrow terminal without the lesser ones. */
function chosen(
  columns: readonly OutboundColumn[],
  cells: readonly (readonly string[])[],
  width: number,
): { shown: OutboundColumn[]; rows: string[][] } {
  const isShown = ({ least }: OutboundColumn, column: number) =>
    width >= least && cells.some((row) => row[column] !== '');
  const kept = columns.flatMap((each, column) => (isShown(each, column) ? [column] : []));
  return {
    shown: kept.map((column) => columns[column]),
    rows: cells.map((row) => kept.map((column) => row[column])),
  };
}
