import { describe, expect, it } from 'vitest';
import { NODES } from '../v8/launch.js';
import { attachFor, Target } from './targets.js';

/** `STACKSCOPE_SOAK=1000` for the long run of docs/attaching.md. */
const ATTACHES = Number(process.env['STACKSCOPE_SOAK'] ?? 30);
/** The first ones load code and fill caches. */
const WARM = 10;
/** What one attach may leave in the heap, in bytes; V8's own tables grow by fits and starts. */
const HEAP_AN_ATTACH = 4000;

describe.each(NODES)('a Node %i that is attached to again and again', (version) => {
  it('keeps nothing of it', { timeout: 60_000 + ATTACHES * 3000 }, async () => {
    await using target = await Target.start(version, ['quiet'], ['--inspect-port=0', '--expose-gc']);
    for (let i = 0; i < WARM; i++) await attachFor(target.pid, 30);
    const before = await state(target);
    for (let i = 0; i < ATTACHES; i++) await attachFor(target.pid, 30);
    const after = await state(target);
    if (process.env['STACKSCOPE_SOAK'] !== undefined) console.log(version, ATTACHES, before, after);
    expect(after.facts).toEqual(before.facts);
    const grown = after.memory.heapUsed - before.memory.heapUsed;
    expect(grown / ATTACHES).toBeLessThan(HEAP_AN_ATTACH);
  });
});

async function state(target: Target) {
  const { longestMs: _, ...facts } = await target.facts();
  return { facts, memory: await target.memory() };
}
