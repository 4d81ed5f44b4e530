import { arch, release } from 'node:os';
import type { Check, CheckGroup, CheckState } from '../../capture/doctor/check.js';
import { type Diagnosis, diagnose } from '../../capture/doctor/diagnose.js';
import { processesAtPort } from '../../capture/find/at-port.js';
import { asked } from '../asked-process.js';
import { EXIT } from '../exit-codes.js';
import { onLinux } from '../on-linux.js';
import { outputWidth, type Paint, painter, textWidth, visible, visibleJson } from '../terminal.js';
import { wrap } from '../wrap.js';

const TITLES: Readonly<Record<CheckGroup, string>> = {
  engine: 'Engines: one is enough',
  names: 'Names',
  probe: 'Probes',
  access: 'Access',
};

const SIGNS: Readonly<Record<CheckState, readonly [sign: string, style: 'green' | 'yellow' | 'red']>> = {
  works: ['✓', 'green'],
  limited: ['~', 'yellow'],
  missing: ['✗', 'red'],
  refused: ['✗', 'red'],
};

/** Writes the diagnosis to stdout; the exit code is 0 when something can be recorded, else 1. */
export async function printDiagnosis(options: { pid?: string; json?: boolean }): Promise<void> {
  onLinux('stackscope doctor');
  const diagnosis = await diagnose(options.pid === undefined ? undefined : pidOf(options.pid));
  process.exitCode = diagnosis.works ? 0 : EXIT.badInput;
  const text = options.json
    ? visibleJson({ schema: 1, ...diagnosis })
    : lines(diagnosis, outputWidth(process.stdout), painter(process.stdout)).join('\n');
  process.stdout.write(`${text}\n`);
}

function pidOf(text: string): number {
  const one = asked(text);
  return 'pid' in one ? one.pid : processesAtPort(one.port)[0];
}

function lines(diagnosis: Diagnosis, width: number, paint: Paint): string[] {
  const { checks, process: target } = diagnosis;
  const about =
    target === null
      ? `stackscope on Node ${process.versions.node}, Linux ${release()} ${arch()}, ${who()}`
      : `process ${target.pid}, ${target.command}; asked by ${who()}`;
  const nameWidth = Math.max(...checks.map(({ name }) => textWidth(name)));
  const groups = Object.keys(TITLES) as CheckGroup[];
  return [
    ...wrap(about, '', width),
    ...groups.flatMap((group) => [
      '',
      paint('bold', TITLES[group]),
      ...checks
        .filter((check) => check.group === group)
        .flatMap((check) => checkLines(check, nameWidth, width, paint)),
    ]),
  ];
}

function checkLines(
  { name, state, detail, cure }: Check,
  nameWidth: number,
  width: number,
  paint: Paint,
): string[] {
  const [sign, style] = SIGNS[state];
  const lead = ' '.repeat(4 + nameWidth + 2);
  const [first, ...more] = wrap(detail, lead, width);
  const head = `  ${paint(style, sign)} ${name}${' '.repeat(nameWidth - textWidth(name) + 2)}`;
  // A command is shown whole, for copying, however long it is.
  const command = cure === null ? [] : [`${lead}${paint('cyan', `→ ${visible(cure)}`)}`];
  return [head + first.slice(lead.length), ...more, ...command];
}

function who(): string {
  return process.geteuid?.() === 0 ? 'root' : `user ${process.geteuid?.()}`;
}
