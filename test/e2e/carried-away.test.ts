import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  COMMAND,
  type Finished,
  nodeBinary,
  program,
  record,
  run,
  scratchDirectory,
  stackscope,
} from './stackscope.js';

const ROOT = join(import.meta.dirname, '../..');

/** Runs a script where only the command itself and the files in `directory` can be read. */
function whereNothingElseIs(directory: string, args: readonly string[]): Promise<Finished> {
  const readable = [...['dist', 'node_modules'].map((name) => join(ROOT, name)), directory];
  const allowed = [...readable.map((path) => `${path}/*`), join(ROOT, 'package.json')];
  const flags = ['--permission', ...allowed.map((path) => `--allow-fs-read=${path}`)];
  return run(nodeBinary('24'), [...flags, ...args]);
}

describe('a recording carried away', () => {
  const scratch = scratchDirectory();
  afterAll(() => scratch.remove());
  const elsewhere = join(scratch.path, 'elsewhere');
  mkdirSync(elsewhere);

  it.each(['perf', 'v8'] as const)(
    'gives the same report without program, node and symbols: %s',
    async (engine) => {
      const { file, summary } = await record(scratch.path, '22', engine, [program('mostly-idle.mjs')]);
      for (const { pid } of summary.processes) expect(existsSync(`/tmp/perf-${pid}.map`)).toBe(false);
      const inPlace = await stackscope(['report', file, '--json']);
      const carried = join(elsewhere, `${engine}.stackscope`);
      renameSync(file, carried);
      const away = await whereNothingElseIs(elsewhere, [COMMAND, 'report', carried, '--json']);
      expect(away.stderr).toBe('');
      expect(away.stdout).toBe(inPlace.stdout);
      expect(summary.functions.some(({ name }) => name === 'answer')).toBe(true);
    },
  );

  it.each([nodeBinary('22'), program('mostly-idle.mjs'), '/proc/kallsyms'])(
    'there, %s cannot be read',
    async (path) => {
      const script = `require('node:fs').openSync(${JSON.stringify(path)})`;
      const { stderr } = await whereNothingElseIs(elsewhere, ['-e', script]);
      expect(stderr).toContain('ERR_ACCESS_DENIED');
    },
  );
});
