import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { Wire } from '../../../src/agent/wire.js';
import type { AgentRecord } from '../../../src/capture/v8/agent-protocol.js';
import { SocketIntake } from '../../../src/capture/v8/socket-intake.js';
import { until } from '../attach/targets.js';

const RECORD: AgentRecord = { kind: 'thread-end', thread: 1, timeUs: 5 };

async function call({ host, port }: { host: string; port: number }, words: string): Promise<Socket> {
  const caller = connect({ host, port });
  caller.on('error', () => {});
  await once(caller, 'connect');
  caller.write(words);
  return caller;
}

it('takes records from who has the token, whole and in order, and asks it to stop', async () => {
  const intake = await SocketIntake.open('7-0');
  const wire = new Wire(intake.address);
  expect(intake.stop()).toBe(false);
  const long: AgentRecord = { kind: 'failed', reason: 'é'.repeat(3_000_000) };
  wire.write(RECORD);
  wire.write(long);
  wire.write(RECORD);
  const records: unknown[] = [];
  await until(() => records.push(...intake.drain()) === 3);
  expect(records).toEqual([RECORD, long, RECORD].map((record) => ({ process: '7-0', record })));
  expect(wire.wish()).toBe('go on');
  expect(intake.stop()).toBe(true);
  await until(() => wire.wish() === 'stop');
  wire.write(RECORD);
  await wire.flushed();
  intake.close();
  await until(() => wire.wish() === 'gone');
  expect(() => wire.write(RECORD)).not.toThrow();
});

it('hangs up on everybody else', async () => {
  const intake = await SocketIntake.open('7-0');
  const { address } = intake;
  const strangers = await Promise.all(
    ['\n', `${JSON.stringify(RECORD)}\n`, `${'x'.repeat(100_000)}\n`, ''].map((words) =>
      call(address, words),
    ),
  );
  const hungUp = strangers.map((each) => once(each, 'close'));
  await Promise.all(hungUp);
  expect([...intake.drain()]).toEqual([]);

  const agent = await call(address, `${address.token}\nno json\n`);
  const records: unknown[] = [];
  await until(() => records.push(...intake.drain()) === 1);
  expect(records).toEqual([
    { process: '7-0', record: { kind: 'failed', reason: expect.stringMatching(/^a piece cannot be read/) } },
  ]);
  const late = connect({ host: address.host, port: address.port });
  expect(await once(late, 'error')).toEqual([expect.objectContaining({ code: 'ECONNREFUSED' })]);
  agent.destroy();
  intake.close();
});
