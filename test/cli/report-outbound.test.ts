import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach, describe, expect, it } from 'vitest';
import { printReport, type ReportOptions } from '../../src/cli/report/print.js';
import { textWidth } from '../../src/cli/terminal.js';
import { OperationKind } from '../../src/profile/operations.js';
import type { Profile } from '../../src/profile/profile.js';
import { HOSTILE_NAMES } from '../hostile-names.js';
import { addCall, addRequest, STACKS, waitingProfile } from '../operations.js';
import { addSamples } from '../profiles.js';

async function report(profile: Profile, options: ReportOptions = {}, columns = 80): Promise<string> {
  let text = '';
  await printReport(profile, options, { write: (piece: string) => (text += piece), columns, isTTY: false });
  return text;
}

function schema(name: string) {
  const text = readFileSync(new URL(`../../docs/${name}.schema.json`, import.meta.url), 'utf8');
  return new Ajv2020({ strict: false }).compile(JSON.parse(text) as object);
}

/** A server that asks for a tip on each request, a database on some, and has a package that phones home. */
function server(): Profile {
  const profile = waitingProfile(1000, 60);
  addSamples(profile, 0, `${STACKS.tip} 60`);
  for (let at = 0; at < 1000; at += 100) {
    const parent = addRequest(profile, at, at + 95);
    addCall(profile, at + 2, at + 82, {
      parent,
      result: '200',
      bytesIn: 2000,
      bytesOut: 300,
      firstByte: 70_000,
    });
    if (at % 500 === 0) {
      const kind = OperationKind.Query;
      addCall(profile, at + 82, at + 90, {
        kind,
        stackText: STACKS.query,
        parent,
        host: 'db.example',
        port: 5432,
      });
    }
  }
  addCall(profile, 10, 20, {
    stackText: STACKS.phoneHome,
    host: 'metrics.example',
    port: 443,
    error: 'ECONNREFUSED',
  });
  profile.info.durationUs = 1_000_000;
  return profile;
}

describe('a report on a program that waits for others', () => {
  it('answers with the function, the host, how often and how long', async () => {
    const [first, second] = (await report(server())).split('\n');
    expect(first).toBe("Waiting: getTip  tip.js:10:5  84.2 % of its requests' time");
    expect(second).toBe('         it calls tips.example:8080 1.0 times a request, 80 ms each');
  });

  it('has the calls by peer and by function', async () => {
    const text = await report(server(), {}, 100);
    expect(
      `\n${text.slice(text.indexOf('Outbound calls: '), text.indexOf('Threads'))}`,
    ).toMatchInlineSnapshot(`
      "
      Outbound calls: 13, 10 requests served; by peer
        calls  failed  median    95 %  longest     in     out  kind   peer
           10           80 ms   80 ms    80 ms  20 kB  3.0 kB  http   tips.example:8080 (127.0.0.1)
            2          8.0 ms  8.0 ms   8.0 ms      –       –  query  db.example:5432 (127.0.0.1)
            1       1   10 ms   10 ms    10 ms      –       –  http   metrics.example:443 (127.0.0.1)
        failed: 1 × ECONNREFUSED

      Outbound calls by function: who makes them
        calls  failed  a request    time  median    95 %  function  where                  to
           10                1.0  800 ms   80 ms   80 ms  getTip    tip.js:10:5            tips.example
            2                0.2   16 ms  8.0 ms  8.0 ms  load      load.js:20:3           db.example
            1       1        0.1   10 ms   10 ms   10 ms  report    telemetry/…dex.js:7:1  metrics.example

      "
    `);
  });

  it.each([40, 60, 80, 120])('fits %s columns', async (columns) => {
    for (const line of (await report(server(), {}, columns)).split('\n')) {
      expect(textWidth(line)).toBeLessThanOrEqual(columns);
    }
  });

  it('says nothing of calls where there are none', async () => {
    const profile = waitingProfile(1000, 60);
    addSamples(profile, 0, `${STACKS.tip} 60`);
    expect(await report(profile)).not.toMatch(/Outbound|Waiting/);
    expect(JSON.parse(await report(profile, { json: true })).outbound).toBeNull();
  });
});

describe('JSON', () => {
  it('keeps to its schema', async () => {
    const summary = JSON.parse(await report(server(), { json: true }));
    const validate = schema('report');
    expect(validate(summary), JSON.stringify(validate.errors)).toBe(true);
    expect(summary.outbound.culprit).toMatchObject({
      ...{ name: 'getTip', file: '/app/tip.js', line: 10, package: null, host: 'tips.example' },
      ...{ calls: 10, perRequest: 1, totalMs: 800 },
    });
    expect(summary.outbound.causes.map((cause: { package: string }) => cause.package)).toEqual([
      null,
      'pg',
      'telemetry',
    ]);
  });

  it('of operations is one object a line, without what was not seen', async () => {
    const lines = (await report(server(), { operations: true })).trimEnd().split('\n');
    const operations = lines.map((line) => JSON.parse(line));
    const validate = schema('operations');
    for (const each of operations) expect(validate(each), JSON.stringify(validate.errors)).toBe(true);
    expect(operations).toHaveLength(23);
    expect(operations[1]).toMatchObject({
      ...{
        kind: 'http',
        startMs: 2,
        durationMs: 80,
        phases: { firstByteMs: 70 },
        bytesIn: 2000,
        bytesOut: 300,
      },
      peer: { host: 'tips.example', address: '127.0.0.1', port: 8080 },
      cause: { name: 'getTip', file: '/app/tip.js', line: 10, package: null },
    });
    expect(operations[1].stack.slice(0, 2)).toEqual([
      'request node:_http_client:100:1',
      'getTip /app/tip.js:10:5',
    ]);
    expect(operations[1].phases).not.toHaveProperty('dnsMs');
  });
});

describe('the egress ledger', () => {
  afterEach(() => {
    process.exitCode = undefined;
  });

  it('says which package called which host, and how it came to what is not allowed', async () => {
    const text = await report(server(), { egress: true, allow: 'tips.example, *.example' });
    expect(text).not.toContain('not allowed');
    expect(
      `\n${await report(server(), { egress: true, allow: 'tips.example,db.example' })}`,
    ).toMatchInlineSnapshot(`
      "
        package        host             calls     in     out
        (application)  tips.example        10  20 kB  3.0 kB
        pg             db.example           2      –       –
        telemetry      metrics.example      1      –       –  not allowed

      First call to metrics.example by telemetry
        send /app/node_modules/axios/axios.js:1:1
        report /app/node_modules/telemetry/index.js:7:1
        emit node:events:471:44
      "
    `);
  });

  it('fails when asked to and another host was called', async () => {
    await report(server(), { egress: true, allow: '*.example', failOnEgress: true });
    expect(process.exitCode).toBeUndefined();
    await report(server(), { egress: true, allow: 'TIPS.example', failOnEgress: true });
    expect(process.exitCode).toBe(3);
  });

  it('is JSON when asked for', async () => {
    const { egress } = JSON.parse(await report(server(), { egress: true, json: true, allow: 'db.example' }));
    expect(
      egress.map((entry: { package: string; host: string; allowed: boolean }) => [
        entry.package,
        entry.host,
        entry.allowed,
      ]),
    ).toEqual([
      [null, 'tips.example', false],
      ['pg', 'db.example', true],
      ['telemetry', 'metrics.example', false],
    ]);
  });
});

it.each(Object.entries(HOSTILE_NAMES))('a host such as %s steers nothing', async (_, name) => {
  const profile = server();
  addCall(profile, 0, 900, { host: name, error: name });
  for (const options of [{}, { egress: true }, { operations: true }, { json: true }]) {
    expect(await report(profile, options)).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
  }
});
