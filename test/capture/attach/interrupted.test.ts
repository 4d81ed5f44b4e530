import { describe, expect, it } from 'vitest';
import { NODES, noteCodes } from '../v8/launch.js';
import { attachFor, shareOf, Target } from './targets.js';

describe.each(NODES)('on Node %i', (version) => {
  it.each([
    [
      'dies',
      'SIGKILL',
      /^ATTACH_DIED: Process \d+ ended while/,
      /^process \d+ has ended; the recording goes up/,
    ],
    [
      'is stopped',
      'SIGSTOP',
      /^ATTACH_STOPPED: Process \d+ was stopped while .* kill -CONT/,
      /^process \d+ is stopped, /,
    ],
  ] as const)('one that %s at any step of it is told of', async (_, signal, during, after) => {
    const steps = ['attaching', 'pausing', 'attached'] as const;
    const told = await Promise.all(
      steps.map(async (step) => {
        await using target = await Target.start(version, []);
        const notices: string[] = [];
        const events = {
          [step]: () => target.child.kill(signal),
          notice: (message: string) => notices.push(message),
        };
        const words = await attachFor(target.pid, 600, events).then(
          () => notices.join(),
          ({ code, message }) => `${code}: ${message}`,
        );
        target.child.kill('SIGCONT');
        if (signal === 'SIGSTOP') expect((await target.facts()).threads).toBeGreaterThan(1);
        return words;
      }),
    );
    expect(told).toEqual([during, during, after].map((pattern) => expect.stringMatching(pattern)));
  });

  it('a program that ends or is killed meanwhile is recorded up to then', async () => {
    await using leaver = await Target.start(version, ['worker']);
    await using victim = await Target.start(version, ['worker']);
    const notices: string[] = [];
    const [left, killed] = await Promise.all(
      [leaver, victim].map((target) =>
        attachFor(target.pid, 20_000, {
          attached: () => {
            if (target === leaver) setTimeout(() => target.child.stdin!.write('exit\n'), 900);
            else setTimeout(() => target.child.kill('SIGKILL'), 900);
          },
          notice: (message) => notices.push(message),
        }),
      ),
    );
    expect(left.processes.columns.exit.data[0]).toBe(7);
    expect(shareOf(left, 'hot', 0)).toBeGreaterThan(0.3);
    expect(leaver.stderr).not.toContain('Waiting for the debugger');
    expect(noteCodes(killed)).toContain('V8_LOST_END');
    expect(killed.series[0].sampleCount).toBeGreaterThan(10);
    expect(notices).toHaveLength(2);
  });
});
