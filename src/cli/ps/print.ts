import { listNodeProcesses, type ProcessList } from '../../capture/find/node-processes.js';
import { onLinux } from '../on-linux.js';
import { outputWidth, painter, tell, visibleJson } from '../terminal.js';
import { processTable } from './process-table.js';

/** Writes the Node processes to stdout, and what is hidden from us to stderr. */
export async function printProcesses({ json }: { json?: boolean }): Promise<void> {
  onLinux('stackscope ps');
  const list = await listNodeProcesses();
  if (json) {
    process.stdout.write(`${visibleJson({ schema: 1, ...list })}\n`);
    return;
  }
  const lines = processTable(list.processes, outputWidth(process.stdout), painter(process.stdout));
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  for (const words of hiddenWords(list)) tell(`stackscope: ${words}`);
}

/** What does not stand in the table, and why. */
function hiddenWords({ processes, hidden, isContained }: ProcessList): string[] {
  const words = [];
  if (processes.length === 0) words.push('no Node process is seen here');
  const foreign = processes.filter(({ ports }) => ports === null).length;
  if (foreign > 0) {
    words.push(
      `${foreign === 1 ? 'one process is' : `${foreign} processes are`} of another user: version, ports and flags are hidden; sudo stackscope ps shows them`,
    );
  }
  // What hides even from root is not this machine's to show.
  if (hidden > 0 && process.geteuid?.() !== 0) {
    words.push(
      `${hidden} other ${hidden === 1 ? 'process' : 'processes'} of other users may run Node under another name; sudo stackscope ps tells`,
    );
  }
  if (isContained) words.push('this is a container: processes outside are not seen from here');
  return words;
}
