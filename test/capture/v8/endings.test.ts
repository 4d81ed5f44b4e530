import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type LaunchOptions, millisecondsBy, NODES, noteCodes, record, run } from './launch.js';

const PROGRAM = join(import.meta.dirname, 'programs/endings.cjs');

/** How the program ends, and how often it goes through `last` (100 ms) before. */
const ENDINGS: Record<string, number> = {
  normally: 1,
  exit: 1,
  exitCode: 1,
  throws: 1,
  rejects: 1,
  abort: 1,
  sigterm: 1,
  sigint: 1,
  kill9: 1,
  handledSigterm: 1,
  handledSigint: 1,
  worker: 1,
  workerExit: 1,
  workerBare: 1,
  workerThrows: 1,
  waitsForWorker: 1,
  terminate: 2,
  exitWithWorker: 2,
};

/** Sends the signal that the program waits for. */
function signalWhenReady(how: string): LaunchOptions {
  const signal = how === 'handledSigterm' ? 'SIGTERM' : 'SIGINT';
  return {
    onOutput: (text, pid) => {
      if (text.includes('ready')) process.kill(pid, signal);
    },
  };
}

/** What differs from run to run (ids, addresses, places in Node), and the frame that our `abort` adds. */
function comparable(text: string): string {
  return text
    .split('\n')
    .filter((line) => !/preload\.cjs|^\s*\d+: /.test(line))
    .join('\n')
    .replaceAll(/\b(?:0x)?[\da-f]*\d[\da-f]*\b/g, 'N');
}

describe.each(NODES)('Node %i', (node) => {
  it.each(Object.entries(ENDINGS))('is whole to the end: %s', async (how, times) => {
    const [plain, recorded] = await Promise.all([
      run(node, [PROGRAM, how], signalWhenReady(how)),
      record(node, [PROGRAM, how], signalWhenReady(how)),
    ]);
    expect(recorded.stdout).toBe(plain.stdout);
    expect(comparable(recorded.stderr)).toBe(comparable(plain.stderr));
    expect([recorded.code, recorded.signal]).toEqual([plain.code, plain.signal]);
    expect(recorded.left).toEqual([]);

    const ms = millisecondsBy(recorded.profile, 'total');
    // All of it is in the last piece, and would be lost with it; on a busy machine samples are late, not missing.
    expect(ms.get('first')).toBeGreaterThan(15);
    expect(ms.get('last')).toBeGreaterThan(times * 50);
    expect(noteCodes(recorded.profile)).not.toContain('V8_LOST_END');
    expect(noteCodes(recorded.profile)).not.toContain('V8_HOLES');
    const status = recorded.signal
      ? { SIGTERM: 143, SIGINT: 130, SIGABRT: 134, SIGKILL: 137 }[recorded.signal]
      : recorded.code;
    expect(recorded.profile.processes.columns.exit.data[0]).toBe(status);
  });

  it('says what a kill -9 has cost, half a second and not all', async () => {
    const recorded = await record(node, [PROGRAM, 'killed'], {
      onOutput: (_, pid) => void setTimeout(() => process.kill(pid, 'SIGKILL'), 900),
    });
    expect(recorded.signal).toBe('SIGKILL');
    const note = recorded.profile.quality.notes.find(({ code }) => code === 'V8_LOST_END')!;
    const lost = Number(/: ([\d.]+) ms/.exec(note.message)![1]);
    const kept = millisecondsBy(recorded.profile, 'total').get('last')!;
    expect(kept).toBeGreaterThan(200);
    expect(lost).toBeGreaterThan(0);
    expect(lost + kept).toBeGreaterThan(700);
  });

  it('hands over a program that never rests when asked to, and leaves it running', async () => {
    let asked = false;
    const recorded = await record(node, [PROGRAM, 'killed'], {
      onOutput: (_, pid, flush) => {
        setTimeout(async () => {
          await flush();
          asked = true;
          process.kill(pid, 0);
          process.kill(pid, 'SIGKILL');
        }, 300);
      },
    });
    expect(asked).toBe(true);
    expect(recorded.signal).toBe('SIGKILL');
    expect(millisecondsBy(recorded.profile, 'total').get('last')).toBeGreaterThan(100);
    expect(noteCodes(recorded.profile)).not.toContain('V8_LOST_END');
  });
});
