import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AGENT_FOLDER, agentFileNames, ownFile } from '../own-files.js';
import { UserError } from '../profile/errors.js';

/**
 * The folder with the agent's files for the target to load: as it is installed when every user can read it there, for
 * the target's children may be another's; else a copy in `workDir`, which is open to who knows its name. Always a
 * copy for a target with a root directory of its own. Undefined where there is neither.
 */
export function agentFolder(workDir: string | null, isElsewhere = false): string | undefined {
  if (workDir === null) return AGENT_FOLDER;
  if (!isElsewhere && AGENT_FOLDER !== undefined && isForAll(AGENT_FOLDER)) return AGENT_FOLDER;
  const copy = join(workDir, 'agent');
  if (!existsSync(copy)) copyForAll(copy);
  return copy;
}

/**
 * Where a file of the agent is for the target to load, see `agentFolder`.
 * @throws UserError when there is no place for it
 */
export function agentFile(name: string, workDir: string | null): string {
  const folder = agentFolder(workDir);
  if (folder !== undefined) return join(folder, name);
  const message = 'There is no writable folder for the files that the program is to load; set TMPDIR.';
  throw new UserError('V8_NO_SPOOL', message, 125);
}

/** Every file of the agent that `file` belongs to. */
export function agentScripts(file: string): string[] {
  return filesIn(dirname(file)).map((name) => join(dirname(file), name));
}

/** As a value in NODE_OPTIONS, which is split at spaces but for double quotes. */
export function quotedOption(path: string): string {
  return /[\s"\\]/.test(path) ? `"${path.replace(/["\\]/g, '\\$&')}"` : path;
}

function isForAll(directory: string): boolean {
  for (let at = directory; ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false;
    if (at === dirname(at)) break;
  }
  return filesIn(directory).every((name) => (statSync(join(directory, name)).mode & 0o004) !== 0);
}

function copyForAll(copy: string): void {
  mkdirForAll(copy);
  for (const name of agentFileNames()) {
    if (!existsSync(dirname(join(copy, name)))) mkdirForAll(dirname(join(copy, name)));
    writeForAll(join(copy, name), ownFile(`agent/${name}`));
  }
  writeForAll(join(copy, 'package.json'), '{"type":"module"}');
}

/** Whatever our umask says, as below. */
function mkdirForAll(path: string): void {
  mkdirSync(path);
  chmodSync(path, 0o711);
}

function writeForAll(path: string, content: string | Buffer): void {
  writeFileSync(path, content);
  chmodSync(path, 0o644);
}

function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' });
}
