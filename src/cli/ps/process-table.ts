import type { NodeProcess } from '../../capture/find/node-processes.js';
import { type TableColumn, table } from '../report/table.js';
import { type Paint, shortenMiddle, visible } from '../terminal.js';
import { age } from './age.js';

/** At most so many ports are shown. */
const MOST_PORTS = 3;
/** Below this it is not said what CPU a process used since its start … */
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
  ATTACH_NO_PROCESS: 'ended',
};

interface ProcessColumn extends TableColumn {
  readonly cell: (each: NodeProcess) => string;
  readonly colour?: (each: NodeProcess, cell: string) => string;
}

/**
 * The processes as a table, in lines no wider than `width`. The users stand there only when they are not all us; notes
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
    const notes = notesOf(each);
    return notes === '' ? [] : [paint('dim', `    └ ${shortenMiddle(notes, width - 6)}`)];
  };
  return [titles, ...lines.flatMap((line, row) => [line, ...below(processes[row])])];
}

function columnsFor(processes: readonly NodeProcess[], width: number, paint: Paint): ProcessColumn[] {
  const dim = (_: NodeProcess, cell: string) => paint('dim', cell);
  const share = (cpus: number) => `${Math.round(cpus * 100)} %`;
  const all: (ProcessColumn | false)[] = [
    { title: 'pid', align: 'right', cell: ({ pid }) => String(pid) },
    processes.some(({ uid }) => uid !== process.geteuid?.()) && {
      ...{ title: 'user', align: 'left', colour: dim },
      cell: ({ user }) => visible(user),
    },
    { title: 'node', align: 'left', cell: ({ node }) => node ?? '?' },
    { title: 'age', align: 'right', cell: ({ ageMs }) => age(ageMs) },
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
    { title: 'ports', align: 'left', cell: ({ ports }) => portsText(ports) },
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

function portsText(ports: readonly number[] | null): string {
  if (ports === null) return '?';
  const more = ports.length > MOST_PORTS ? ' …' : '';
  return ports.slice(0, MOST_PORTS).join(' ') + more || '–';
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
