import { expect, it } from 'vitest';
import { NO_PROCESS } from '../../src/profile/processes.js';
import { Profile } from '../../src/profile/profile.js';
import { TaskRows } from '../../src/profile/task-rows.js';

const info = (pid: number) => ({ pid, parent: NO_PROCESS, start: 0, command: '' });

it('gives two sources the same rows for the same processes and threads, whoever is first', () => {
  const profile = new Profile();
  const [one, other] = [new TaskRows(profile), new TaskRows(profile)];
  const ours = profile.processes.add(info(7));
  expect([one.process(info(7)), other.process(info(7))]).toEqual([ours, ours]);
  const main = one.thread(ours, 7, 'main', 0);
  const worker = other.thread(ours, 8, 'worker', 5);
  expect([other.thread(ours, 7, 'node', 0), one.thread(ours, 8, 'node', 9)]).toEqual([main, worker]);
  expect([profile.processes.length, profile.threads.length]).toEqual([1, 2]);
  expect(profile.threads.name(worker)).toBe('worker');
});

it('gives an id that is used again a row of its own, to each source the same', () => {
  const profile = new Profile();
  const [one, other] = [new TaskRows(profile), new TaskRows(profile)];
  const first = [one.process(info(7)), one.process(info(7))];
  expect(first).toEqual([0, 1]);
  expect([other.process(info(7)), other.process(info(7)), other.process(info(7))]).toEqual([0, 1, 2]);
  expect(other.thread(0, 9, '', 0)).not.toBe(other.thread(1, 9, '', 0));
});
