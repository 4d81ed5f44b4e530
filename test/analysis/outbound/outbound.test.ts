import { describe, expect, it } from 'vitest';
import { functionName } from '../../../src/analysis/function-names.js';
import { type Outbound, outboundOf } from '../../../src/analysis/outbound/index.js';
import { NO_FUNCTION } from '../../../src/analysis/own-functions.js';
import { OperationKind } from '../../../src/profile/operations.js';
import type { Profile } from '../../../src/profile/profile.js';
import { addCall, addRequest, STACKS, waitingProfile } from '../../operations.js';
import { internStack } from '../../profiles.js';

function causes(profile: Profile, outbound: Outbound) {
  return outbound.causes.map(({ func, packageName, hosts, calls }) => [
    func === NO_FUNCTION ? null : functionName(profile, func),
    packageName,
    hosts.join(),
    calls,
  ]);
}

describe('the cause of a call', () => {
  it('is the innermost function of the application, with the package that it called', () => {
    const profile = waitingProfile(1000, 10);
    addCall(profile, 0, 30);
    addCall(profile, 0, 20, { stackText: STACKS.query, host: 'db.example' });
    addCall(profile, 0, 10, { stackText: STACKS.phoneHome, host: 'metrics.example' });
    expect(causes(profile, outboundOf(profile))).toEqual([
      ['getTip', '', 'tips.example', 1],
      ['load', 'pg', 'db.example', 1],
      ['report', 'telemetry', 'metrics.example', 1],
    ]);
  });

  it('is who caused it, not whose callback did it; else who awaits it', () => {
    const profile = waitingProfile(1000, 10);
    const callback = 'afterLookup@node:net:1:1#node-js';
    addCall(profile, 0, 30, { stackText: callback, cause: internStack(profile, STACKS.tip) });
    addCall(profile, 0, 20, {
      stackText: callback,
      asyncStack: internStack(profile, 'main@/app/main.js:1:1'),
    });
    addCall(profile, 0, 10, { stackText: callback });
    expect(causes(profile, outboundOf(profile)).map(([name]) => name)).toEqual(['getTip', 'main', null]);
  });
});

describe('calls', () => {
  it('are counted with what they stand for, and without what is part of them', () => {
    const profile = waitingProfile(1000, 10);
    const request = addRequest(profile, 0, 100);
    const http = addCall(profile, 10, 40, { parent: request, count: 3, bytesIn: 100 });
    addCall(profile, 10, 15, { kind: OperationKind.Dns, parent: http });
    addCall(profile, 50, 60, { kind: OperationKind.Dns, parent: request, error: 'ENOTFOUND' });
    const outbound = outboundOf(profile);
    expect(outbound.requests).toBe(1);
    expect(outbound.peers.map(({ kind, calls, failed, bytesIn }) => [kind, calls, failed, bytesIn])).toEqual([
      ['http', 3, 0, 300],
      ['dns', 1, 1, Number.NaN],
    ]);
    expect(outbound.errors).toEqual([{ error: 'ENOTFOUND', calls: 1 }]);
  });

  it('have their quantiles by nearest rank; those that did not end have no duration', () => {
    const profile = waitingProfile(1000, 10);
    for (let ms = 1; ms <= 100; ms++) addCall(profile, 0, ms);
    addCall(profile, 5, Number.NaN);
    const [peer] = outboundOf(profile).peers;
    expect([peer.calls, peer.p50Us, peer.p95Us, peer.maxUs]).toEqual([101, 50_000, 95_000, 100_000]);
  });

  it('are those of the selected time and threads', () => {
    const profile = waitingProfile(1000, 10);
    addCall(profile, 0, 100);
    addCall(profile, 200, 300);
    expect(outboundOf(profile, { fromUs: 150_000 }).calls).toHaveLength(1);
    expect(outboundOf(profile, { toUs: 200_000 }).calls).toHaveLength(1);
    expect(outboundOf(profile, { threads: new Set([7]) }).calls).toHaveLength(0);
  });
});

describe('the culprit', () => {
  /** Ten requests of 100 ms, one after the other, each with one call of `callMs`. */
  function served(callMs: number, cpuMs: number, isLinked: boolean): Profile {
    const profile = waitingProfile(1000, cpuMs);
    for (let at = 0; at < 1000; at += 100) {
      const parent = addRequest(profile, at, at + 100);
      addCall(profile, at + 5, at + 5 + callMs, isLinked ? { parent } : {});
    }
    return profile;
  }

  it.each([true, false])('is the function whose calls requests wait for (linked: %s)', (isLinked) => {
    const profile = served(80, 50, isLinked);
    const { culprit } = outboundOf(profile);
    expect(functionName(profile, culprit!.func)).toBe('getTip');
    expect(culprit!.host).toBe('tips.example');
    expect(culprit!.share).toBeCloseTo(0.8, 6);
  });

  it.each([true, false])('is none in a program that works (linked: %s)', (isLinked) => {
    expect(outboundOf(served(2, 950, isLinked)).culprit).toBeUndefined();
    // The answer waits for the busy main thread, not for the network.
    expect(outboundOf(served(80, 900, isLinked)).culprit).toBeUndefined();
  });

  it('is none in a balanced program', () => {
    expect(outboundOf(served(45, 480, true)).culprit).toBeUndefined();
  });

  it('counts calls at the same time once', () => {
    const profile = waitingProfile(1000, 10);
    const parent = addRequest(profile, 0, 1000);
    for (let i = 0; i < 10; i++) addCall(profile, 0, 100, { parent });
    expect(outboundOf(profile).culprit).toBeUndefined();
    addCall(profile, 0, 600, { parent });
    expect(outboundOf(profile).culprit?.share).toBeCloseTo(0.6, 6);
  });

  it('of a script that serves nothing is for whom it waits most of its time', () => {
    const profile = waitingProfile(1000, 10);
    addCall(profile, 100, 400);
    expect(outboundOf(profile).culprit).toBeUndefined();
    addCall(profile, 300, 800);
    expect(outboundOf(profile).culprit?.share).toBeCloseTo(0.7, 6);
  });
});
