import { accessSync, closeSync, constants, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { UserError } from '../profile/errors.js';

/** What `execvp` searches when there is no PATH. */
const DEFAULT_PATH = '/bin:/usr/bin';
const NOT_FOUND = 127;
const CANNOT_RUN = 126;

/**
 * The file that running `name` would run: itself when it holds a slash, else the first executable of that name
 * in `searchPath`, as a shell does it.
 * @throws UserError with exit code 127 when there is none, 126 when it cannot be run
 */
export function findCommand(name: string, searchPath: string | undefined): string {
  const candidates = name.includes('/') ? [name] : pathCandidates(name, searchPath ?? DEFAULT_PATH);
  let refused: string | undefined;
  for (const file of candidates) {
    const state = runnable(file);
    if (state === 'yes') return file;
    if (state === 'no') refused ??= file;
  }
  if (refused !== undefined) {
    throw new UserError(
      'COMMAND_NOT_EXECUTABLE',
      `${refused} cannot be run: it is no executable file; to run a script with Node, put node before it.`,
      CANNOT_RUN,
    );
  }
  const where = name.includes('/') ? 'there is no such file' : 'it is in no folder of PATH';
  throw new UserError(
    'COMMAND_NOT_FOUND',
    `${name} was not found: ${where}; check its spelling, or give its path.`,
    NOT_FOUND,
  );
}

/** An empty entry of PATH is the working directory. */
function pathCandidates(name: string, searchPath: string): string[] {
  if (name === '') return [];
  return searchPath.split(delimiter).map((folder) => (folder === '' ? `./${name}` : join(folder, name)));
}

function runnable(file: string): 'yes' | 'no' | 'absent' {
  try {
    if (!statSync(file).isFile()) return 'no';
    accessSync(file, constants.X_OK);
    return 'yes';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? 'no' : 'absent';
  }
}

/**
 * Whether `file` is node's own binary, so that flags can be put on its command line. A version manager's shim is
 * not: it is a script, or an executable of another name behind a link.
 */
export function isNodeBinary(file: string): boolean {
  try {
    return /^node(js)?(-?v?\d[\w.]*)?$/.test(basename(realpathSync(file))) && isElf(file);
  } catch {
    return false;
  }
}

function isElf(file: string): boolean {
  const descriptor = openSync(file, 'r');
  try {
    const magic = Buffer.alloc(4);
    readSync(descriptor, magic, 0, 4, 0);
    return magic.toString('latin1') === '\x7fELF';
  } finally {
    closeSync(descriptor);
  }
}
