import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, expectTypeOf, it } from 'vitest';
import * as agent from '../../src/agent/config.js';
import { AGENT_URL, CPU_TITLE, installExpression, MARK } from '../../src/agent/installed.js';
import type * as hooks from '../../src/agent/io/batch.js';
import * as operations from '../../src/capture/operations/batch.js';
import * as collector from '../../src/capture/v8/agent-protocol.js';

it('is the same on both ends', () => {
  expectTypeOf<agent.AgentRecord>().toEqualTypeOf<collector.AgentRecord>();
  expectTypeOf<agent.AgentConfig>().toEqualTypeOf<collector.AgentConfig>();
  expect(agent.CONFIG_VARIABLE).toBe(collector.CONFIG_VARIABLE);
  expect(agent.STOP_FILE).toBe(collector.STOP_FILE);
  expect(AGENT_URL).toBe(collector.AGENT_URL);
});

it('has the records of both ends word for word', () => {
  const recordsOf = (path: string) => {
    const text = readFileSync(join(import.meta.dirname, '../../src', path), 'utf8');
    return /export type AgentRecord =[\s\S]*?;\n\n/.exec(text)![0];
  };
  expect(recordsOf('agent/config.ts')).toBe(recordsOf('capture/v8/agent-protocol.ts'));
});

it('evaluates to what rotates profiles, and refers to nothing outside itself', () => {
  const calls: string[] = [];
  const console = {
    profile: (t: string) => calls.push(`+${t}`),
    profileEnd: (t: string) => calls.push(`-${t}`),
  };
  const scope: Record<string | symbol, unknown> = { console };
  const exits: (() => void)[] = [];
  const process = { on: (_: string, listener: () => void) => exits.push(listener) };
  const evaluate = new Function('globalThis', 'process', `return ${installExpression(true)}`);
  const installed = evaluate(scope, process);
  installed.rotate('', 'a');
  installed.rotate('a', 'b');
  exits[0]();
  exits[0]();
  expect(calls).toEqual(['+a', '+b', '-a', `+${CPU_TITLE}0 0 0 0`, '-b']);
  expect(scope[Symbol.for(MARK)]).toBe(installed);
});

it('is the same on both ends for operations', () => {
  expectTypeOf<hooks.OperationsBatch>().toEqualTypeOf<operations.OperationsBatch>();
  expectTypeOf<hooks.OperationsConfig>().toEqualTypeOf<operations.OperationsConfig>();
  const preload = readFileSync(join(import.meta.dirname, '../../src/agent/operations.cts'), 'utf8');
  expect(preload).toContain(`= '${operations.OPERATIONS_VARIABLE}';`);
});
