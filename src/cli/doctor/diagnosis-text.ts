import type { Check, CheckGroup, CheckState } from '../../capture/doctor/check.js';
import type { Diagnosis } from '../../capture/doctor/diagnose.js';
import { type Paint, textWidth, visible } from '../terminal.js';
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

/**
 * The diagnosis in lines no wider than `width`, but for commands.
 * @param about what was looked at, and by whom
 */
export function diagnosisLines({ checks }: Diagnosis, about: string, width: number, paint: Paint): string[] {
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
