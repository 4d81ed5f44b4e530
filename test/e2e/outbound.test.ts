import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openProfile } from '../../src/cli/open-profile.js';
import {
  COMMAND,
  NODES,
  type NodeVersion,
  nodeBinary,
  program,
  run,
  scratchDirectory,
  stackscope,
} from './stackscope.js';

const scratch = scratchDirectory();
afterAll(() => scratch.remove());

/** What the program says of each of its calls. */
interface Fact {
  readonly kind: string;
  readonly cause: string;
  readonly host: string | null;
  readonly port: number | null;
  readonly result: string;
  readonly ms: number;
}
interface Told {
  readonly facts: readonly Fact[];
  readonly prepared: number;
  readonly limit: number;
}

/** A line of `report --operations`. */
interface Operation {
  readonly kind: string;
  readonly name: string;
  readonly startMs: number;
  readonly durationMs: number;
  readonly phases: Readonly<Record<string, number>>;
  readonly peer: {
    readonly host: string | null;
    readonly address: string | null;
    readonly port: number | null;
  };
  readonly bytesIn?: number;
  readonly result: string | null;
  readonly error: string | null;
  readonly cause: { readonly name: string; readonly file: string; readonly line: number } | null;
  readonly stack: readonly string[];
  readonly asyncStack: readonly string[];
  readonly side: string;
}

async function recorded(node: NodeVersion, engine: string, args: readonly string[], io = 'auto') {
  const file = join(scratch.path, `${node}-${engine}-${io}.stackscope`);
  const options = ['record', '--engine', engine, '--io', io, '--no-report', '-o', file];
  const finished = await stackscope([...options, '--', nodeBinary(node), ...args]);
  expect(finished.code, finished.stderr).toBe(0);
  const { stdout } = await stackscope(['report', file, '--operations']);
  const operations = stdout
    .split('\n')
    .filter(Boolean)
    .map((line): Operation => JSON.parse(line));
  return { ...finished, file, operations };
}

/** Calls of the program itself: what is part of another has the other's stack, or none. */
function ownCalls(operations: readonly Operation[]): Operation[] {
  const causes = new Set(['httpGet', 'tryFetch', 'timeOut', 'connectTo', 'lookUp', 'lookUpLater']);
  return operations.filter(
    ({ kind, cause }) =>
      cause !== null &&
      causes.has(cause.name) &&
      (kind !== 'connect' || cause.name === 'connectTo') &&
      (kind !== 'dns' || cause.name.startsWith('lookUp')),
  );
}

/** The definition that a place of the program is in: the function's name stands in its line. */
function expectDefinition(cause: NonNullable<Operation['cause']>): void {
  const line = readFileSync(cause.file, 'utf8').split('\n')[cause.line - 1];
  expect(line).toContain(`function ${cause.name}(`);
}

describe.each(NODES)('Node %s', (node) => {
  it('has each call once, with whom, who and how long', async () => {
    const times = 2 + Math.floor(Math.random() * 4);
    const { operations, stdout } = await recorded(node, 'v8', [
      program('outbound.cjs'),
      'plain',
      String(times),
    ]);
    const { facts } = JSON.parse(stdout) as Told;
    const calls = ownCalls(operations);
    const textOf = (...parts: readonly unknown[]) => parts.join(' ');
    const found = calls.map(({ kind, cause, peer, result, error }) =>
      textOf(kind, cause!.name, peer.host ?? '-', peer.port ?? '-', result ?? error),
    );
    const truth = facts.map(({ kind, cause, host, port, result }) =>
      textOf(kind, cause, host ?? '-', port ?? '-', result),
    );
    expect(found.toSorted()).toEqual(truth.toSorted());

    // What the program measured goes from before the call until after the answer.
    for (const [kind, cause] of new Set(facts.map((fact) => [fact.kind, fact.cause] as const))) {
      const sum = (list: readonly number[]) => list.reduce((all, each) => all + each, 0);
      const measured = sum(facts.filter((each) => each.cause === cause).map(({ ms }) => ms));
      const seen = calls.filter((each) => each.cause!.name === cause && each.kind === kind);
      const durations = sum(seen.map(({ durationMs }) => durationMs));
      expect(durations).toBeLessThanOrEqual(measured + seen.length);
      // The server's timer of 30 ms is in every answer.
      const answered = seen.filter(({ kind: of, result }) => of === 'http' && result === '200');
      for (const { durationMs, phases } of answered) {
        expect(durationMs).toBeGreaterThan(28);
        expect(phases['firstByteMs']).toBeGreaterThan(25);
        expect(sum(Object.values(phases))).toBeLessThan(durationMs + 1);
      }
    }
    for (const { cause } of calls) expectDefinition(cause!);

    const served = operations.filter(({ kind }) => kind === 'request');
    const answers = facts.filter(({ kind, result }) => kind === 'http' && result !== 'ECONNREFUSED').length;
    expect(served).toHaveLength(answers);
    expect(served.filter(({ error }) => error === 'aborted')).toHaveLength(1);
    expect(new Set(served.map(({ name }) => name))).toEqual(new Set(['GET /slow', 'GET /never']));
    // A kept connection is looked up and made once.
    const kept = calls.filter(
      ({ cause, peer, result }) => cause!.name === 'httpGet' && peer.host === 'localhost' && result === '200',
    );
    expect(kept.filter(({ phases }) => phases['dnsMs'] !== undefined)).toHaveLength(1);
    expect(kept).toHaveLength(times);
  });

  it('changes nothing for a program that has its own ways', async () => {
    const args = [program('outbound.cjs'), 'hostile', '2'];
    const alone = await run(nodeBinary(node), args);
    const { stdout, stderr, operations } = await recorded(node, 'v8', args);
    const [before, after] = [alone.stdout, stdout].map((text) => JSON.parse(text) as Told);
    expect(after.prepared).toBe(before.prepared);
    expect(after.limit).toBe(0);
    expect(after.facts.map(({ result }) => result)).toEqual(before.facts.map(({ result }) => result));
    expect(stderr).not.toContain('Warning');
    expect(ownCalls(operations)).toHaveLength(after.facts.length);
  });
});

it('sees nothing when it is told not to', async () => {
  const { operations, stdout } = await recorded('24', 'v8', [program('outbound.cjs'), 'plain', '2'], 'off');
  expect(operations).toEqual([]);
  expect(JSON.parse(stdout).facts.length).toBeGreaterThan(20);
});

describe.each(['v8', 'perf'])('the demo, by %s', (engine) => {
  it('names the function, the host and how often in its first lines', async () => {
    const file = join(scratch.path, `demo-${engine}.stackscope`);
    const demo = await run(process.execPath, [COMMAND, 'demo', '--engine', engine, '-d', '1.5', '-o', file]);
    expect(demo.code, demo.stderr).toBe(0);
    const lines = demo.stderr.split('\n');
    const at = lines.findIndex((line) => line.includes(' samples in '));
    expect(lines[at + 1]).toMatch(
      /^Waiting: getTipOfTheDay {2}server\.mjs:9:24 {2}\d\d\.\d % of its requests' time$/,
    );
    expect(lines[at + 2]).toMatch(/^ {9}it calls localhost:\d+ 1\.0 times a request, \d+ ms each$/);

    // Functions of calls are those of samples: both are on the stacks of each.
    const { functions, scripts } = await openProfile(file);
    const names = Array.from({ length: functions.length }, (_, id) => functions.name(id));
    for (const name of ['handleRequest', 'getTipOfTheDay']) {
      expect(names.filter((each) => each === name)).toHaveLength(1);
    }
    const urls = Array.from({ length: scripts.length }, (_, id) => scripts.url(id));
    expect(urls.filter((url) => url.endsWith('external-request/server.mjs'))).toHaveLength(1);
  });
});
