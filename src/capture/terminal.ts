import { statFields } from './procfs.js';

/** Indices in `statFields`: process group, controlling terminal, its foreground process group. */
const GROUP = 2;
const TERMINAL = 4;
const FOREGROUND_GROUP = 5;

const NO_TERMINAL = '0';

const hadTerminal = terminalOf() !== NO_TERMINAL;

/**
 * Whether a signal that came to us came from the terminal, and so to the target too, which is in our process
 * group. The kernel does not tell who sent it: a terminal signals its foreground group, and at its own end
 * (SIGHUP) is no terminal any more.
 */
export function isFromTerminal(signal: NodeJS.Signals): boolean {
  if (signal === 'SIGTERM') return false;
  if (signal === 'SIGHUP') return hadTerminal && terminalOf() === NO_TERMINAL;
  const fields = statFields('self');
  return (
    fields !== undefined && fields[TERMINAL] !== NO_TERMINAL && fields[FOREGROUND_GROUP] === fields[GROUP]
  );
}

function terminalOf(): string {
  return statFields('self')?.[TERMINAL] ?? NO_TERMINAL;
}
