import { chmodSync, cpSync, existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Compiled, seen from src/ (tests) and from dist/ alike. */
const AGENT = fileURLToPath(new URL('../../dist/agent', import.meta.url));

/**
 * Where a file of the agent is for the target to load: as it is installed when every user can read it there, for
 * the target's children may be another's; else a copy in `workDir`, which is open to who knows its name. Always a
 * copy for a target with a root directory of its own.
 */
export function agentFile(name: string, workDir: string | null, isElsewhere = false): string {
  if (workDir === null || (!isElsewhere && isForAll(AGENT))) return join(AGENT, name);
  const copy = join(workDir, 'agent');
  if (!existsSync(copy)) copyForAll(copy);
  return join(copy, name);
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
  cpSync(AGENT, copy, { recursive: true });
  writeFileSync(join(copy, 'package.json'), '{"type":"module"}');
  chmodSync(copy, 0o711);
  for (const name of filesIn(copy)) {
    const path = join(copy, name);
    chmodSync(path, statSync(path).isDirectory() ? 0o711 : 0o644);
  }
}

function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' });
}
