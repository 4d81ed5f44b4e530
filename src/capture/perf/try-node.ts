import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import type { EnginePlan } from '../engine.js';

const TRIAL_LIMIT_MS = 10_000;

/** Runs the target's node with `flags` in the target's directory: its version, or why it does not start so. */
export function tryNode(
  { file, cwd, env }: EnginePlan,
  flags: readonly string[],
): Promise<{ version: string } | { refusal: string }> {
  // Without the user's preloads, coverage and the like: they may have effects.
  const plainEnv = Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('NODE_')));
  const args = [...flags, '-p', 'process.versions.node'];
  return new Promise((resolve) => {
    const child = execFile(
      file,
      args,
      { cwd, env: plainEnv, timeout: TRIAL_LIMIT_MS },
      (error, stdout, stderr) => {
        rmSync(`/tmp/perf-${child.pid}.map`, { force: true });
        const version = /^\d+\.\d+\.\S+\n$/.exec(stdout)?.[0].trim();
        if (error === null && version !== undefined) resolve({ version });
        else
          resolve({ refusal: `node does not start with V8's naming flags (${firstLine(stderr || stdout)})` });
      },
    );
  });
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0].slice(0, 200);
}
