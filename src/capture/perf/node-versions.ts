import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import type { Profile } from '../../profile/profile.js';
import type { EnginePlan } from '../engine.js';
import { isNodeBinary } from '../find-command.js';

const VERSION_LIMIT_MS = 2000;
/** Different Node binaries that are asked in one recording. */
const MAX_ASKED = 4;

/** Fills in Node's version for the processes that ran one; `ownVersion` is that of the launched one, '' if unknown. */
export function describeNodeVersions({ profile, tree, file, isNode }: EnginePlan, ownVersion: string): void {
  const versions = new Map<string, string>();
  if (isNode && ownVersion !== '') versions.set(realpathSync(file), ownVersion);
  for (const { pid, executable } of tree.seen) {
    if (!isNodeBinary(executable)) continue;
    if (!versions.has(executable) && versions.size < MAX_ASKED)
      versions.set(executable, askVersion(executable));
    setVersion(profile, pid, versions.get(executable) ?? '');
  }
}

function askVersion(node: string): string {
  const { stdout } = spawnSync(node, ['--version'], { env: {}, encoding: 'utf8', timeout: VERSION_LIMIT_MS });
  return /^v(\d+\.\S+)/.exec(stdout ?? '')?.[1] ?? '';
}

/** A pid's last row is the process that ran node: the rows before are what it was before an exec. */
function setVersion({ processes }: Profile, pid: number, version: string): void {
  const row = processes.columns.pid.data.subarray(0, processes.length).lastIndexOf(pid);
  if (row >= 0) processes.setNodeVersion(row, version);
}
