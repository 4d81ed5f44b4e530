import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isEntryPointName, roleOfName } from '../../src/profile/entry-points.js';
import { ThreadRole } from '../../src/profile/threads.js';
import { demangle } from '../../src/symbols/demangle.js';
import { NO_NAME } from '../../src/symbols/symbol-table.js';
import { NODE_VERSIONS, nodeBinary, readOwnSymbols } from './programs.js';

/** Busy on the main thread, in a worker, in the pool, and making garbage. */
const BUSY = `
const { Worker } = require('node:worker_threads');
const { pbkdf2, createHash } = require('node:crypto');
const worker = new Worker('for (;;) JSON.parse("[1,2,3]");', { eval: true });
for (let i = 0; i < 4; i++) pbkdf2('a', 'b', 200000, 32, 'sha512', () => {});
let kept = [];
worker.on('online', () => {
  const start = process.cpuUsage();
  while (process.cpuUsage(start).user < 1200000) {
    kept.push(...Array.from({ length: 1000 }, (_, i) => ({ i })));
    if (kept.length > 300000) kept = [];
    createHash('sha256').update('x'.repeat(10000)).digest();
  }
  worker.terminate();
});`;

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(`${tmpdir()}/perf-script-`);
});
afterAll(() => rmSync(directory, { recursive: true }));

function record(version: number): string {
  const data = `${directory}/${version}.data`;
  execFileSync(
    'perf',
    [
      'record',
      '-q',
      '-N',
      '-g',
      '-e',
      'cpu-clock',
      '-F',
      '997',
      '-o',
      data,
      '--',
      nodeBinary(version),
      '-e',
      BUSY,
    ],
    { cwd: directory, stdio: 'ignore' },
  );
  const options = ['-i', data, '-F', 'tid,ip,sym,symoff,dso', '--no-inline', '--no-demangle'];
  return execFileSync('perf', ['script', ...options], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

describe.each(NODE_VERSIONS)('perf script on node %i', (version) => {
  it("agrees with our names, and the threads' roles are told by them", () => {
    const binary = readOwnSymbols(nodeBinary(version));
    const different = new Map<string, number>();
    const roles = new Set<ThreadRole>();
    const entries = new Set<string>();
    let compared = 0;
    // For a frame of a file perf prints the offset in the file.
    for (const [, offset, theirs] of record(version).matchAll(
      /^\s+([0-9a-f]+) (\S+)\+0x\w+ \(\S+\/bin\/node\)$/gm,
    )) {
      const place = binary.find(Number.parseInt(offset, 16));
      const ours = place === NO_NAME ? '' : binary.nameAt(place);
      compared++;
      if (ours !== theirs)
        different.set(`${theirs} | ${ours}`, (different.get(`${theirs} | ${ours}`) ?? 0) + 1);
      const name = demangle(ours);
      const role = roleOfName(name);
      if (role !== undefined) roles.add(role);
      if (isEntryPointName(name)) entries.add(name);
    }
    const differences = [...different.values()].reduce((sum, count) => sum + count, 0);
    expect(compared).toBeGreaterThan(2000);
    expect([differences / compared < 0.01, [...different].slice(0, 10)]).toEqual([true, expect.anything()]);
    const { Main, Worker, Pool, Gc, Compiler } = ThreadRole;
    expect([...roles].sort((a, b) => a - b)).toEqual([Main, Worker, Pool, Gc, Compiler]);
  });
});
