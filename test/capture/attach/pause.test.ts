import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planPause } from '../../../src/capture/attach/pause.js';
import { NODES, nodePath } from '../v8/launch.js';

const FACTS = join(import.meta.dirname, '../../../dist/agent/facts.cjs');

interface Facts {
  readonly pid: number;
  readonly heapBytes: number;
  readonly heapObjects: number;
  readonly bytecodeBytes: number;
}

/** What a program tells that keeps what `make` makes of 0 to `count`. */
async function factsWith(version: number, count: number, make: string, setUp = ''): Promise<Facts> {
  const program = `${setUp};const kept = globalThis.kept = []; for (let i = 0; i < ${count}; i++) kept.push(${make});
    setTimeout(() => process.stdout.write(JSON.stringify(require(${JSON.stringify(FACTS)})())), 100);`;
  const args = ['--max-old-space-size=2000', '-e', program];
  const child = spawn(nodePath(version), args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (piece) => {
    text += piece;
  });
  await once(child, 'close');
  return JSON.parse(text) as Facts;
}

describe.each(NODES)('the objects of a heap on Node %i', (version) => {
  it('are counted where they are many and small', async () => {
    const { heapObjects, heapBytes } = await factsWith(version, 1_000_000, '{ i, text: [i] }');
    // The object, its array and the array's elements; Node's own are some hundred thousand.
    expect(heapObjects).toBeGreaterThan(2_600_000);
    expect(heapObjects).toBeLessThan(4_000_000);
    expect(heapBytes).toBeGreaterThan(80e6);
  });

  it('and where they are few and large', async () => {
    const { heapObjects, heapBytes } = await factsWith(
      version,
      15_000,
      'Array.from({ length: 1000 }, () => i)',
    );
    expect(heapObjects).toBeLessThan(600_000);
    expect(heapBytes).toBeGreaterThan(110e6);
  });

  it('and cannot be where the program may not read its memory', async () => {
    const setUp = `const fs = require('node:fs'); const { openSync } = fs;
      fs.openSync = (path, ...more) => { if (String(path).startsWith('/proc')) throw new Error('no'); return openSync(path, ...more); }`;
    const { heapObjects, heapBytes } = await factsWith(version, 10, 'i', setUp);
    expect(heapObjects).toBe(null);
    expect(heapBytes).toBeGreaterThan(1e6);
  });
});

describe('the pause', () => {
  const heap = { heapBytes: 800e6, heapObjects: 20e6, bytecodeBytes: 1e6 };
  const plan = (more: object, maxPauseMs = Number.POSITIVE_INFINITY) =>
    planPause(1, { ...heap, ...more }, maxPauseMs, true);

  it('is that of the objects and the code, hardly of the size', () => {
    const many = plan({});
    const few = plan({ heapObjects: 100_000 });
    expect(many.predictedMs).toBeGreaterThan(8 * few.predictedMs);
    expect(plan({ bytecodeBytes: 41e6 }).predictedMs).toBeGreaterThan(many.predictedMs + 400);
    expect(plan({ heapObjects: null }).predictedMs).toBeGreaterThan(many.predictedMs);
  });

  it('is the cheaper one, or refused, when it is limited', () => {
    expect(plan({}, 700)).toMatchObject({ nameOlder: false });
    expect(plan({}, 700).predictedMs).toBeLessThan(700);
    expect(() => plan({}, 300)).toThrow(
      /\(its heap is 800 MB, 20 million objects\), longer than --max-pause 300/,
    );
  });
});
