import type { Profile } from '../profile/profile.js';
import { readProc, threadIds } from './procfs.js';
import { addThread, rowsByThread, threadKey } from './thread-rows.js';

/** What the kernel had told of a thread at a time (CLOCK_MONOTONIC in microseconds), in ns since its start. */
export interface ThreadTimes {
  readonly timeUs: number;
  /** On a CPU. */
  readonly cpuNs: number;
  /** Ready to run and without one. */
  readonly delayNs: number;
}

interface Clock {
  readonly pid: number;
  readonly tid: number;
  /** What was used before the recording; zero of a thread born in it. */
  base: ThreadTimes;
  /** In order of time, the last one always among them. */
  readonly readings: ThreadTimes[];
}

/** Readings of a thread that nobody has asked for: a minute of them. */
const MAX_READINGS = 1200;
/** A reading that took longer than this was interrupted, and does not belong to its time. */
const MAX_READ_US = 3000;
/** The part of our time that may go into reading. */
const MAX_LOAD = 0.1;

/**
 * The kernel's account of every thread of some processes, read again and again from `/proc/PID/task/TID/schedstat`.
 * It needs no privilege. What a running thread has used since the last tick of its CPU (4 ms mostly) is not in it.
 */
export class ThreadClocks {
  private readonly clocks = new Map<string, Clock>();
  private nextUs = 0;

  /**
   * Reads the clocks of all threads of the processes; not when the last time took so long that it is too soon.
   * With `isBase`, what the threads have used until now is not counted.
   */
  read(pids: Iterable<number>, isBase = false): void {
    const began = nowUs();
    if (began < this.nextUs && !isBase) return;
    for (const pid of pids) for (const tid of threadIds(pid)) this.readThread(pid, tid, isBase);
    const ended = nowUs();
    this.nextUs = ended + (ended - began) / MAX_LOAD;
  }

  /** The readings of a thread between two times; those before are not needed any more. */
  between(pid: number, tid: number, fromUs: number, toUs: number): ThreadTimes[] {
    const readings = this.clocks.get(threadKey(pid, tid))?.readings ?? [];
    const first = readings.findIndex(({ timeUs }) => timeUs > fromUs);
    readings.splice(0, first < 0 ? Math.max(0, readings.length - 1) : first);
    return readings.filter(({ timeUs }) => timeUs > fromUs && timeUs < toUs);
  }

  /** What a thread had used at a time between two readings that are still there. */
  at(pid: number, tid: number, timeUs: number): ThreadTimes | undefined {
    const readings = this.clocks.get(threadKey(pid, tid))?.readings ?? [];
    return readings.length > 1 && readings[0].timeUs <= timeUs ? timesAt(readings, timeUs) : undefined;
  }

  /** Leaves a thread out; returns the CPU time in ns that it has used. */
  takeOut(pid: number, tid: number): number {
    const clock = this.clocks.get(threadKey(pid, tid));
    this.clocks.delete(threadKey(pid, tid));
    return clock === undefined ? 0 : clock.readings[clock.readings.length - 1].cpuNs - clock.base.cpuNs;
  }

  /** Writes what threads have used into their rows that do not say; those that were never sampled get a row. */
  fill(profile: Profile): void {
    const rows = rowsByThread(profile);
    const { chargedCpu, runDelay } = profile.threads.columns;
    for (const { pid, tid, base, readings } of this.clocks.values()) {
      const last = readings[readings.length - 1];
      const cpuNs = last.cpuNs - base.cpuNs;
      const row = rows.get(threadKey(pid, tid)) ?? (cpuNs > 0 ? addThread(profile, pid, tid) : undefined);
      if (row === undefined) continue;
      if (Number.isNaN(chargedCpu.data[row])) chargedCpu.data[row] = cpuNs;
      if (Number.isNaN(runDelay.data[row])) runDelay.data[row] = last.delayNs - base.delayNs;
    }
  }

  private readThread(pid: number, tid: number, isBase: boolean): void {
    const began = nowUs();
    const fields = readProc(`${pid}/task/${tid}/schedstat`)?.split(' ').map(Number);
    const timeUs = nowUs();
    if (fields === undefined || fields.length < 2 || fields.some(Number.isNaN)) return;
    const times = { timeUs, cpuNs: fields[0], delayNs: fields[1] };
    const key = threadKey(pid, tid);
    const known = this.clocks.get(key);
    if (known === undefined) {
      const base = isBase ? times : { timeUs: 0, cpuNs: 0, delayNs: 0 };
      this.clocks.set(key, { pid, tid, base, readings: [times] });
      return;
    }
    if (isBase) known.base = times;
    if (timeUs - began > MAX_READ_US) return;
    known.readings.push(times);
    if (known.readings.length > MAX_READINGS) known.readings.shift();
  }
}

/** What had been used at a time, by two or more readings in order of time; at most as the last one says. */
export function timesAt(readings: readonly ThreadTimes[], timeUs: number): ThreadTimes {
  const found = readings.findIndex((reading) => reading.timeUs >= timeUs);
  const next = found < 0 ? readings.length - 1 : Math.max(1, found);
  const [before, after] = [readings[next - 1], readings[next]];
  const span = after.timeUs - before.timeUs;
  const part = span <= 0 ? 0 : Math.min(1, Math.max(0, (timeUs - before.timeUs) / span));
  const at = (of: 'cpuNs' | 'delayNs') => before[of] + Math.max(0, after[of] - before[of]) * part;
  return { timeUs, cpuNs: at('cpuNs'), delayNs: at('delayNs') };
}

function nowUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}
