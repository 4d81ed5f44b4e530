import type { NodeProcess } from '../../capture/find/node-processes.js';
import { type TableColumn, table } from '../report/table.js';
import { type Paint, shortenMiddle, visible } from '../terminal.js';
import { age } from './age.js';

/** A name of a user is cut to so many columns. */
const USER_WIDTH = 12;
/** Below this the table has no room for versions and ages. */
const TIGHT = 76;
/** Below this it has none for ports either. */
const TIGHTEST = 56;
/** Below this users stand with the notes, one port stands for all, and it is not said what CPU was used since the start … */
const ROOMY = 110;
/** … and below this notes stand in lines of their own. */
const WIDE = 140;

/** Why a process cannot be attached to, in a word or two, by the code of the whole sentence. */
const REFUSALS: Readonly<Record<string, string>> = {
  ATTACH_OTHER_USER: 'other user',
  ATTACH_HIDDEN: 'hidden',
  ATTACH_STOPPED: 'stopped',
  ATTACH_SIGNAL_UNSAFE: 'no signal',
  ATTACH_OTHER_NETWORK: 'other net',
};

interface ProcessColumn extends TableColumn {
  readonly cell: (each: NodeProcess) => string;
  readonly colour?: (each: NodeProcess, cell: string) => string;
}

/**
 * The processes as a table, in lines no wider than `width`. Users are told of only when they are not all us; notes stand
 * in a column of their own, or in a narrow terminal under the process.
 */
export function processTable(processes: readonly NodeProcess[], width: number, paint: Paint): string[] {
  if (processes.length === 0) return [];
  const columns = columnsFor(processes, width, paint);
  const rows = processes.map((each) => columns.map(({ cell }) => cell(each)));
  const colour = (cell: string, column: number, row: number) =>
    columns[column].colour?.(processes[row], cell) ?? cell;
  const [titles, ...lines] = table(columns, rows, width, paint, colour);
  if (width >= WIDE) return [titles, ...lines];
  const below = (each: NodeProcess) => {
    const user = width < ROOMY && isForeign(each) ? [`user ${userName(each)}`] : [];
    const notes = [...user, notesOf(each)].filter(Boolean).join(', ');
    return notes === '' ? [] : [paint('dim', `    └ ${shortenMiddle(notes, width - 6)}`)];
  };
  return [titles, ...lines.flatMap((line, row) => [line, ...below(processes[row])])];
}

function columnsFor(processes: readonly NodeProcess[], width: number, paint: Paint): ProcessColumn[] {
  const dim = (_: NodeProcess, cell: string) => paint('dim', cell);
  const share = (cpus: number) => `${Math.round(cpus * 100)} %`;
  const all: (ProcessColumn | false)[] = [
    { title: 'pid', align: 'right', cell: ({ pid }) => String(pid) },
    width >= ROOMY &&
      processes.some(isForeign) && {
        ...{ title: 'user', align: 'left', colour: dim },
        cell: userName,
      },
    width >= TIGHT && { title: 'node', align: 'left', cell: ({ node }) => node ?? '?' },
    width >= TIGHT && { title: 'age', align: 'right', cell: ({ ageMs }) => age(ageMs) },
    {
      ...{ title: 'CPU now', align: 'right' },
      cell: ({ cpuNow }) => share(cpuNow),
      colour: ({ cpuNow }, cell) => (cpuNow >= 0.5 ? paint('red', cell) : cell),
    },
    width >= ROOMY && {
      title: 'since start',
      align: 'right',
      cell: ({ cpuSinceStart }) => share(cpuSinceStart),
    },
    width >= TIGHTEST && {
      ...{ title: 'ports', align: 'left' },
      cell: ({ ports }) => portsText(ports, width >= ROOMY ? 3 : 1),
    },
    {
      ...{ title: 'attach', align: 'left' },
      cell: ({ refusal }) => (refusal === null ? 'yes' : (REFUSALS[refusal.code] ?? 'no')),
      colour: ({ refusal }, cell) => paint(refusal === null ? 'green' : 'yellow', cell),
    },
    {
      ...{ title: 'command', align: 'left', stretch: true },
      cell: ({ program }) => visible(program),
      colour: (_, cell) => paint('bold', cell),
    },
    width >= WIDE &&
      processes.some((each) => notesOf(each) !== '') && {
        ...{ title: 'notes', align: 'left', stretch: true, colour: dim },
        cell: notesOf,
      },
  ];
  return all.filter((column) => column !== false);
}

/** The first ports, and how many more there are. */
function portsText(ports: readonly number[] | null, most: number): string {
  if (ports === null) return '?';
  const more = ports.length > most ? ` +${ports.length - most}` : '';
  return ports.slice(0, most).join(' ') + more || '–';
}

function isForeign({ uid }: NodeProcess): boolean {
  return uid !== process.geteuid?.();
}

function userName({ user }: NodeProcess): string {
  return shortenMiddle(visible(user.slice(0, 64)), USER_WIDTH);
}

/** Container, place in a cluster, and flags, which the command stands without. */
function notesOf({ container, isClusterWorker, parentPid, flags }: NodeProcess): string {
  const parts = [
    container === null ? '' : `${container.kind} ${container.id}`.trim(),
    isClusterWorker ? `worker of ${parentPid}` : '',
    flags.join(' '),
  ];
  return visible(parts.filter(Boolean).join(', '));
}
