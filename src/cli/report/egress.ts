import { type EgressEntry, egressLedger, isAllowed } from '../../analysis/outbound/egress.js';
import { outboundOf } from '../../analysis/outbound/index.js';
import { operationStack } from '../../analysis/outbound/operation-json.js';
import type { Selection } from '../../analysis/selection.js';
import type { Profile } from '../../profile/profile.js';
import { byteSize } from '../byte-size.js';
import { EXIT } from '../exit-codes.js';
import { type Output, outputWidth, painter, shortenMiddle, visible, visibleJson } from '../terminal.js';
import { count } from './numbers.js';
import { table } from './table.js';

/** How `--egress` was asked for. */
export interface EgressOptions {
  /** Hosts that may be called, separated by commas; `*.example.com` is any name below it. */
  readonly allow?: string;
  /** Whether another one makes the command exit with 3. */
  readonly failOnEgress?: boolean;
  readonly json?: boolean;
}

/** Innermost frames of the first stack that the text shows. */
const FRAMES = 6;
const UNKNOWN = '–';

/** Writes who called whom, and sets the exit code. */
export function printEgress({ profile, options }: Selection, egress: EgressOptions, stream: Output): void {
  const ledger = egressLedger(profile, outboundOf(profile, options));
  const allowed = (egress.allow ?? '').split(',').flatMap((host) => host.trim() || []);
  const others = ledger.filter(({ host }) => !isAllowed(host, allowed));
  stream.write(
    egress.json ? egressJson(profile, ledger, allowed) : egressText(profile, ledger, others, stream),
  );
  if (egress.failOnEgress && others.length > 0) process.exitCode = EXIT.egress;
}

function egressJson(profile: Profile, ledger: readonly EgressEntry[], allowed: readonly string[]): string {
  const entries = ledger.map((entry) => ({
    package: entry.packageName || null,
    host: entry.host || null,
    calls: entry.calls,
    bytesIn: Number.isNaN(entry.bytesIn) ? null : entry.bytesIn,
    bytesOut: Number.isNaN(entry.bytesOut) ? null : entry.bytesOut,
    allowed: isAllowed(entry.host, allowed),
    stack: operationStack(profile, entry.first),
  }));
  return `${visibleJson({ egress: entries })}\n`;
}

function egressText(
  profile: Profile,
  ledger: readonly EgressEntry[],
  others: readonly EgressEntry[],
  stream: Output,
): string {
  if (ledger.length === 0) return 'The recording holds no outbound call.\n';
  const width = outputWidth(stream);
  const paint = painter(stream);
  const size = (bytes: number) => (Number.isNaN(bytes) ? UNKNOWN : byteSize(bytes));
  const rows = ledger.map((entry) => [
    visible(entry.packageName) || '(application)',
    visible(entry.host) || 'unknown',
    count(entry.calls),
    size(entry.bytesIn),
    size(entry.bytesOut),
    others.includes(entry) ? 'not allowed' : '',
  ]);
  const columns = [
    { title: 'package', align: 'left', stretch: true },
    { title: 'host', align: 'left', stretch: true },
    { title: 'calls', align: 'right' },
    { title: 'in', align: 'right' },
    { title: 'out', align: 'right' },
    { title: '', align: 'left' },
  ] as const;
  const first = others.map((entry) => firstStack(profile, entry, width)).join('');
  return `${table(columns, rows, width, paint).join('\n')}\n${first}`;
}

/** How a call that is not allowed came about. */
function firstStack(profile: Profile, { host, packageName, first }: EgressEntry, width: number): string {
  const title = `First call to ${visible(host) || 'an unknown host'}${packageName && ` by ${visible(packageName)}`}`;
  const frames = operationStack(profile, first).slice(0, FRAMES);
  const lines = frames.length === 0 ? ['(its stack is not known)'] : frames.map(visible);
  return ['', title, ...lines.map((line) => `  ${line}`)]
    .map((line) => `${shortenMiddle(line, width)}\n`)
    .join('');
}
