import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CpuShares } from '../../../src/capture/v8/cpu-shares.js';
import type { V8Samples } from '../../../src/formats/cpuprofile/v8-series.js';

import { randomNumbers, SEED } from '../../random.js';

const IDLE = 9;
const isIdle = (stack: number) => stack === IDLE;

/** Samples one behind the other from `fromUs` on: pairs of stack and length in microseconds. */
function samplesOf(fromUs: number, pairs: readonly (readonly [stack: number, us: number])[]): V8Samples {
  const begins = new Float64Array(pairs.length);
  const ends = new Float64Array(pairs.length);
  let at = fromUs;
  for (const [i, [, us]] of pairs.entries()) {
    begins[i] = at;
    at += us;
    ends[i] = at;
  }
  return { begins, ends, stacks: Uint32Array.from(pairs, ([stack]) => stack), length: pairs.length };
}

/** So many samples of 1 ms. */
const ms = (stack: number, count: number) => Array.from({ length: count }, () => [stack, 1000] as const);

const sum = (values: Iterable<number>) => [...values].reduce((all, value) => all + value, 0);

function byStack({ stacks, length }: V8Samples, values: Float64Array): Map<number, number> {
  const sums = new Map<number, number>();
  for (let i = 0; i < length; i++) sums.set(stacks[i], (sums.get(stacks[i]) ?? 0) + values[i] / 1e6);
  return sums;
}

/** Readings every 50 ms of a thread that had used so many milliseconds in each interval. */
function readingsOf(fromUs: number, used: readonly (readonly [cpu: number, delay: number])[]) {
  let [timeUs, cpuNs, delayNs] = [fromUs, 7e9, 3e9];
  const readings = [{ timeUs, cpuNs, delayNs }];
  for (const [cpu, delay] of used) {
    timeUs += 50_000;
    cpuNs += cpu * 1e6;
    delayNs += delay * 1e6;
    readings.push({ timeUs, cpuNs, delayNs });
  }
  return readings;
}

describe('the shares of an interval', () => {
  it('are of the time to the readings that lie around it', () => {
    const samples = samplesOf(0, ms(1, 100));
    const { cpu, delay } = new CpuShares(isIdle).share(
      samples,
      readingsOf(0, [
        [50, 0],
        [10, 30],
      ]),
    );
    expect(sum(cpu.subarray(0, 50)) / 1e6).toBeCloseTo(50, 2);
    expect(sum(cpu.subarray(50)) / 1e6).toBeCloseTo(10, 2);
    expect(sum(delay.subarray(50)) / 1e6).toBeCloseTo(30, 2);
  });

  it('tell what computes from what waits where both are in one', () => {
    const samples = samplesOf(0, [...ms(1, 125), ...ms(2, 125)]);
    const used = [
      [50, 0],
      [50, 0],
      [25, 0],
      [0, 0],
      [0, 0],
    ] as const;
    const { cpu } = new CpuShares(isIdle).share(samples, readingsOf(0, used));
    const stacks = byStack(samples, cpu);
    expect(stacks.get(1)).toBeGreaterThan(124);
    expect(stacks.get(2)).toBeLessThan(1);
  });

  it('remember from piece to piece what a stack does', () => {
    const shares = new CpuShares(isIdle);
    shares.share(
      samplesOf(0, [...ms(1, 50), ...ms(2, 50)]),
      readingsOf(0, [
        [50, 0],
        [0, 0],
      ]),
    );
    const mixed = samplesOf(100_000, [...ms(2, 25), ...ms(1, 25)]);
    const { cpu } = shares.share(mixed, readingsOf(100_000, [[25, 0]]));
    expect(byStack(mixed, cpu).get(1)).toBeGreaterThan(24);
  });

  it('leave idle samples nothing as long as others can have it, in this piece or, of 50 ms, in the next', () => {
    const shares = new CpuShares(isIdle);
    const piece = (fromUs: number, busy: number, charged: number) => {
      const samples = samplesOf(fromUs, [...ms(1, busy), ...ms(IDLE, 50 - busy)]);
      const { cpu } = shares.share(samples, readingsOf(fromUs, [[charged, 0]]));
      const stacks = byStack(samples, cpu);
      return [stacks.get(1)!, stacks.get(IDLE)!].map(Math.round);
    };
    expect(piece(0, 20, 20)).toEqual([20, 0]);
    expect(piece(50_000, 20, 45)).toEqual([20, 0]);
    expect(piece(100_000, 40, 30)).toEqual([40, 0]);
    expect(piece(150_000, 10, 50)).toEqual([10, 5]);
    expect(piece(200_000, 10, 15)).toEqual([10, 5]);
  });

  it('are hardly blocked where short work and idle time take turns, however few the samples', () => {
    const random = randomNumbers(SEED);
    const shares = new CpuShares(isIdle);
    const sums = { busy: 0, charged: 0, shared: 0 };
    for (let piece = 0; piece < 40; piece++) {
      // Work of 1 to 5 ms and pauses likewise, in steps of 0.1 ms; a sample each 5 ms, readings each 50.
      const steps: number[] = [];
      while (steps.length < 5000) {
        for (const stack of [1, IDLE]) steps.push(...Array(10 + random(40)).fill(stack));
      }
      const fromUs = piece * 500_000;
      const samples = samplesOf(
        fromUs,
        Array.from({ length: 100 }, (_, i) => [steps[i * 50], 5000] as const),
      );
      const used = Array.from({ length: 10 }, (_, k) => {
        const within = steps.slice(k * 500, (k + 1) * 500).filter((stack) => stack === 1).length;
        return [within / 10, 0] as const;
      });
      const { cpu } = shares.share(samples, readingsOf(fromUs, used));
      sums.busy += samples.stacks.filter((stack) => stack === 1).length * 5;
      sums.charged += sum(used.map(([each]) => each));
      sums.shared += byStack(samples, cpu).get(1)!;
    }
    expect(sums.shared / sums.busy).toBeGreaterThan(0.95);
    expect(sums.shared / sums.charged).toBeGreaterThan(0.95);
  });

  it('of a reading that came late are of the time before', () => {
    const samples = samplesOf(0, [...ms(1, 100)]);
    const { cpu } = new CpuShares(isIdle).share(
      samples,
      readingsOf(0, [
        [46, 0],
        [54, 0],
      ]),
    );
    expect(sum(cpu) / 1e6).toBeCloseTo(100, 2);
  });

  it('that do not fit wait for the next piece with room', () => {
    const shares = new CpuShares(isIdle);
    const first = shares.share(samplesOf(0, ms(1, 50)), readingsOf(0, [[53, 0]]));
    expect(sum(first.cpu) / 1e6).toBeCloseTo(50, 2);
    const second = shares.share(samplesOf(50_000, ms(1, 50)), readingsOf(50_000, [[40, 0]]));
    expect(sum(second.cpu) / 1e6).toBeCloseTo(43, 2);
  });

  it('are nothing for a time without samples', () => {
    const samples = samplesOf(40_000, ms(1, 10));
    const { cpu } = new CpuShares(isIdle).share(samples, readingsOf(0, [[50, 0]]));
    expect(sum(cpu) / 1e6).toBeCloseTo(10, 2);
  });
});

it('whatever happens, all that was charged is shared out, to the microsecond, and nobody has more than his time', () => {
  const interval = fc.record({
    busy: fc.double({ min: 0, max: 1, noNaN: true }),
    on: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  const pair = fc.tuple(
    fc.nat({ max: 3 }).map((n) => (n === 3 ? IDLE : n)),
    fc.integer({ min: 1, max: 9_000 }),
  );
  fc.assert(
    fc.property(
      fc.array(pair, { minLength: 1, maxLength: 200 }),
      fc.array(interval, { minLength: 1, maxLength: 40 }),
      (pairs, busy) => {
        const samples = samplesOf(500, pairs);
        const endUs = samples.ends[samples.length - 1];
        const span = (endUs - 500) / busy.length;
        let [timeUs, cpuNs, delayNs] = [500, 0, 0];
        const readings = [{ timeUs, cpuNs, delayNs }];
        for (const [k, each] of busy.entries()) {
          timeUs = k === busy.length - 1 ? endUs : timeUs + span;
          cpuNs += span * 1000 * each.busy * each.on;
          delayNs += span * 1000 * each.busy * (1 - each.on);
          readings.push({ timeUs, cpuNs, delayNs });
        }
        const { cpu, delay } = new CpuShares(isIdle).share(samples, readings);
        // Where some are idle, 50 ms may be held back for the next piece.
        const held = samples.stacks.includes(IDLE) ? 50e6 : 0;
        for (const [shared, charged] of [
          [sum(cpu), cpuNs],
          [sum(delay), delayNs],
          [sum(cpu) + sum(delay), cpuNs + delayNs],
        ]) {
          expect(shared - charged).toBeLessThan(2500);
          expect(charged - shared).toBeLessThan(2500 + held);
        }
        for (let i = 0; i < samples.length; i++) {
          expect(cpu[i]).toBeGreaterThanOrEqual(0);
          expect(delay[i]).toBeGreaterThanOrEqual(0);
          expect(cpu[i] + delay[i]).toBeLessThanOrEqual((samples.ends[i] - samples.begins[i]) * 1000);
        }
      },
    ),
  );
});
