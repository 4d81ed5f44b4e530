import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import type { OperationsBatch } from '../../../src/agent/io/batch.js';

/** As built: the agent's modules are CommonJS, loaded by programs. */
const load = createRequire(new URL('../../../dist/agent/io/', import.meta.url));
const CallStacks = load('./call-stacks.cjs');
const Ledger = load('./ledger.cjs');

type Drained = Omit<OperationsBatch, 'pid' | 'tid' | 'main'>;

function ledger() {
  return new Ledger(new CallStacks('/nowhere/'));
}

it('has those that are recorded stand for those that are not', () => {
  const book = ledger();
  const made = 5000;
  for (let i = 0; i < made; i++) book.begin('http', `peer ${i % 3}`, undefined, false).end({ result: '200' });
  const { begun, leftOut, stoodFor } = book.drain() as Drained;
  expect(begun.length).toBeGreaterThanOrEqual(1000);
  expect(begun.length).toBeLessThan(made);
  expect(begun.length + leftOut).toBe(made);
  const counted = begun.reduce((sum, { count }) => sum + (count ?? 1), 0);
  expect(counted).toBe(begun.length + stoodFor);
});

it('records all that is part of a recorded one, and nothing that is part of another', () => {
  const book = ledger();
  const first = book.begin('request', '', undefined, false);
  const requests = Array.from({ length: 5000 }, () => book.begin('request', '', undefined, false));
  const left = requests.find(({ isLeftOut }: { isLeftOut: boolean }) => isLeftOut);
  expect(book.begin('http', 'a', first, false).isLeftOut).toBe(false);
  expect(book.begin('http', 'a', left, false).isLeftOut).toBe(true);
  const { begun } = book.drain() as Drained;
  expect(begun.at(-1)).toMatchObject({ kind: 'http', parent: begun[0].id });
});

it('holds no more than it may, however many are open', () => {
  const book = ledger();
  const root = book.begin('request', '', undefined, false);
  for (let i = 0; i < 50_000; i++) book.begin('http', 'a', root, false);
  const { begun, leftOut } = book.drain() as Drained;
  expect(begun.length).toBeLessThanOrEqual(20_000);
  expect(begun.length + leftOut).toBe(50_001);
});

it('tells of an end in a later batch, and of a peer that is too long only its begin', () => {
  const book = ledger();
  const operation = book.begin('http', 'a', undefined, false);
  operation.set({ host: 'x'.repeat(5000) });
  const first = book.drain() as Drained;
  expect(first.begun[0].host).toHaveLength(1024);
  expect(book.drain()).toBeUndefined();
  operation.end({ result: '200' });
  const { begun, changed } = book.drain() as Drained;
  expect(begun).toEqual([]);
  expect(changed).toMatchObject([{ id: first.begun[0].id, result: '200' }]);
  expect(changed[0].end).toBeGreaterThanOrEqual(first.begun[0].start);
});

it('takes a stack though the program wants none, and leaves its settings', () => {
  const settings = Error as { prepareStackTrace?: unknown; stackTraceLimit: number };
  const { stackTraceLimit } = settings;
  settings.stackTraceLimit = 0;
  const stacks = new CallStacks('/nowhere/');
  const had = Object.hasOwn(Error, 'prepareStackTrace');
  try {
    expect(stacks.take().stack).toBeGreaterThan(0);
    expect(settings.stackTraceLimit).toBe(0);
    expect(Object.hasOwn(Error, 'prepareStackTrace')).toBe(had);
  } finally {
    settings.stackTraceLimit = stackTraceLimit;
  }
  const before = stacks.drain().frames.length;
  expect(before).toBeGreaterThan(1);
});
