import { describe, expect, test } from 'vitest';
import { targetRecords } from '../../src/capture/perf/target-records.js';

const OURS = 10;
const TARGET = 20;
const CHILD = 30;
const COUNTER = 7;

/** IP, TID, TIME, ID, CPU, CALLCHAIN, PERIOD and sample ids, as `perf record -g -s` asks for. */
const SAMPLE_TYPE = 0x1 | 0x2 | 0x4 | 0x20 | 0x40 | 0x80 | 0x100;

function record(type: number, misc: number, body: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(type, 0);
  header.writeUInt16LE(misc, 4);
  header.writeUInt16LE(8 + body.length, 6);
  return Buffer.concat([header, body]);
}

const u32 = (...values: number[]) => Buffer.from(Uint32Array.from(values).buffer);
const u64 = (...values: number[]) => Buffer.from(BigUint64Array.from(values.map(BigInt)).buffer);
const trailer = (pid: number, tid: number, time: number) =>
  Buffer.concat([u32(pid, tid), u64(time, COUNTER), u32(0, 0)]);

const attr = () => {
  const body = Buffer.alloc(128 + 8);
  body.writeUInt32LE(128, 4);
  body.writeBigUInt64LE(BigInt(SAMPLE_TYPE), 24);
  body.writeBigUInt64LE(BigInt(COUNTER), 128);
  return record(64, 0, body);
};
const fork = (pid: number, parent: number, time: number) =>
  record(7, 0, Buffer.concat([u32(pid, parent, pid, parent), u64(time), trailer(parent, parent, time)]));
const exec = (pid: number, time: number) =>
  record(3, 1 << 13, Buffer.concat([u32(pid, pid), Buffer.from('node\0\0\0\0'), trailer(pid, pid, time)]));
const sample = (pid: number, time: number) =>
  record(9, 0, Buffer.concat([u64(0x1000), u32(pid, pid), u64(time, COUNTER), u32(0, 0), u64(1e6, 0)]));
const read = (pid: number, count: number, id: number) =>
  record(8, 0, Buffer.concat([u32(pid, pid), u64(count, count + 1, count + 2, id), trailer(pid, pid, 900)]));
const FINISHED_ROUND = record(68, 0, Buffer.alloc(0));
const HEADER = Buffer.concat([Buffer.from('PERFILE2'), u64(16)]);

async function filtered(stream: Buffer, pieceSize: number, onlyLaunched = false) {
  const counts: number[][] = [];
  const forks: number[][] = [];
  async function* pieces() {
    for (let at = 0; at < stream.length; at += pieceSize) yield stream.subarray(at, at + pieceSize);
  }
  const kept: Uint8Array[] = [];
  const options = {
    launch: { ownPid: OURS, launchedPid: TARGET },
    only: onlyLaunched ? new Set([TARGET]) : undefined,
    onKernelExcluded: () => {},
    onCount: (...count: number[]) => counts.push(count),
    onFork: (...pids: number[]) => forks.push(pids),
  };
  for await (const chunk of targetRecords(pieces(), options)) kept.push(Uint8Array.from(chunk));
  return { kept: Buffer.concat(kept), counts, forks };
}

describe('of perf’s records only the target’s are passed on', () => {
  // The buffer of one CPU comes before the other's: a sample of the target before the exec that made it.
  const afterExec = sample(TARGET, 300);
  const stream = [
    HEADER,
    attr(),
    sample(OURS, 90),
    afterExec,
    FINISHED_ROUND,
    fork(TARGET, OURS, 100),
    sample(TARGET, 150),
    exec(TARGET, 200),
    fork(CHILD, TARGET, 400),
    sample(CHILD, 500),
    read(TARGET, 5000, COUNTER),
    read(TARGET, 9999, COUNTER + 1),
    read(OURS, 1, COUNTER),
  ];
  const whole = Buffer.concat(stream);
  const expected = [HEADER, attr(), afterExec, FINISHED_ROUND, ...stream.slice(7, 12)];

  test.each([1, 7, 64, 1000])('in pieces of %s bytes', async (pieceSize) => {
    const { kept, counts, forks } = await filtered(whole, pieceSize);
    expect(kept).toEqual(Buffer.concat(expected));
    expect(counts).toEqual([[TARGET, TARGET, 5000, 5002]]);
    expect(forks).toEqual([[CHILD, TARGET]]);
  });

  test('without its children', async () => {
    const { kept } = await filtered(whole, 64, true);
    const own = [HEADER, attr(), afterExec, FINISHED_ROUND, exec(TARGET, 200), stream[10], stream[11]];
    expect(kept).toEqual(Buffer.concat(own));
  });

  test('nothing but the header when the target never became a program', async () => {
    expect((await filtered(Buffer.concat(stream.slice(0, 7)), 64)).kept).toEqual(HEADER);
  });

  test('a cut record at the end is passed on for the reader to judge', async () => {
    expect((await filtered(whole.subarray(0, -100), 64)).kept.length).toBeGreaterThan(HEADER.length);
  });
});
