import { describe, expect, it } from 'vitest';
import { NODES } from '../v8/launch.js';
import { attachFor, Target } from './targets.js';

/** `STACKSCOPE_SOAK=1000` for the long run of docs/attaching.md. */
const ATTACHES = Number(process.env['STACKSCOPE_SOAK'] ?? 30);
/** The first ones load code and fill caches. */
const WARM = 10;
/** What one attach may leave in the heap, in bytes. */
const HEAP_AN_ATTACH = 4000;

describe.each(NODES)('a Node %i that is attached to again and again', (version) => {
  it('keeps nothing of it', { timeout: 60_000 + ATTACHES * 3000 }, async () => {
    await using target = await Target.start(version, ['quiet'], ['--inspect-port=0', '--expose-gc']);
    for (let i = 0; i < WARM; i++) await attachFor(target.pid, 30);
    const before = await state(target);
    const grown: number[] = [];
    let last = before;
    for (let half = 0; half < 2; half++) {
      for (let i = 0; i < ATTACHES / 2; i++) await attachFor(target.pid, 30);
      const now = await state(target);
      grown.push(now.memory.heapUsed - last.memory.heapUsed);
      last = now;
    }
    if (process.env['STACKSCOPE_SOAK'] !== undefined) console.log(version, ATTACHES, before, grown, last);
    expect(last.facts).toEqual(before.facts);
    // What each attach leaves is there in both halves; a table of V8's that doubles once is in one.
    expect(Math.min(...grown) / (ATTACHES / 2)).toBeLessThan(HEAP_AN_ATTACH);
  });
});

async function state(target: Target) {
  const { longestMs: _, ...facts } = await target.facts();
  return { facts, memory: await target.memory() };
}
