import { UserError } from '../../profile/errors.js';
import { NO_PROCESS, type ProcessId } from '../../profile/processes.js';
import type { Profile } from '../../profile/profile.js';
import type { TaskRows } from '../../profile/task-rows.js';
import { ThreadRole } from '../../profile/threads.js';
import type { AddressNamer, CodeMapping } from './address-namer.js';
import { PERF_DATA_LIMITS } from './limits.js';
import { SampledThread } from './sampled-thread.js';

/** The kernel's own process, whose threads run when no other has work. */
export const IDLE_PID = 0;

/** What execs so soon after its start was only on its way (a fork, `env`, a shell): it is one with what it becomes. */
const BECOMES_US = 1_000_000;

/** A process while it is read. */
export class Task {
  /** When it was forked or first exec'ed; NaN when that was not seen. */
  bornUs = Number.NaN;
  liveThreads = 0;
  hasMappings = false;
  /** Number under which its addresses are remembered; a new one when their names became stale. */
  space = 0;
  epoch = 0;
  /** The reader's tick at which `epoch` was asked for. */
  epochTick = -1;

  constructor(
    readonly id: ProcessId,
    readonly pid: number,
    readonly parent: ProcessId,
  ) {}
}

/** Who the pids and tids of the records are: processes and threads as COMM, FORK, EXIT and samples tell of them. */
export class Tasks {
  private readonly processes = new Map<number, Task>();
  private readonly threads = new Map<number, SampledThread>();
  private lastThread: SampledThread | undefined;
  private spaces = 1;

  constructor(
    private readonly profile: Profile,
    private readonly namer: AddressNamer,
    private readonly rows: TaskRows,
  ) {}

  /** The thread of a sample. A tid that was not told of before is a thread that was there from the start. */
  thread(pid: number, tid: number, time: number): SampledThread {
    const last = this.lastThread;
    if (last !== undefined && last.tid === tid && last.task.pid === pid) return last;
    const known = this.threads.get(tid);
    const thread = known !== undefined && known.task.pid === pid ? known : this.addThread(pid, tid, time);
    this.lastThread = thread;
    return thread;
  }

  comm(pid: number, tid: number, name: string, isExec: boolean, time: number): void {
    if (isExec) this.exec(pid, time);
    const thread = this.thread(pid, tid, time);
    this.profile.threads.setName(thread.id, name);
    if (pid === tid) this.profile.processes.setCommand(thread.task.id, name);
  }

  /** `inherits`: the child has its parent's mappings. */
  fork(pid: number, parentPid: number, tid: number, inherits: boolean, time: number): void {
    const parent = this.processes.get(parentPid);
    if (pid !== parentPid) {
      this.endProcess(this.processes.get(pid), time);
      const child = this.addProcess(pid, parent?.id ?? NO_PROCESS, time);
      child.bornUs = time;
      if (parent !== undefined) this.inherit(parent, child, inherits);
    }
    this.addThread(pid, tid, time);
  }

  exit(pid: number, tid: number, time: number): void {
    const thread = this.threads.get(tid);
    if (thread === undefined || thread.task.pid !== pid || thread.ended) return;
    thread.end();
    this.profile.threads.columns.end.data[thread.id] = time;
    thread.task.liveThreads--;
    if (thread.task.liveThreads === 0) this.endProcess(thread.task, time);
  }

  map(pid: number, mapping: CodeMapping, time: number): void {
    const task = this.process(pid, time);
    task.hasMappings = true;
    task.space = this.spaces++;
    this.namer.addMapping(task.id, mapping);
  }

  /** Drops what is remembered of the task's addresses when their names may be stale; `tick` counts the times to ask. */
  refresh(task: Task, tick: number): void {
    if (task.epochTick === tick) return;
    task.epochTick = tick;
    const epoch = this.namer.jitEpoch(task.id);
    if (epoch === task.epoch) return;
    task.epoch = epoch;
    task.space = this.spaces++;
  }

  /** A process that execs is another process of the same pid and parent. */
  private exec(pid: number, time: number): void {
    const old = this.processes.get(pid);
    if (old !== undefined && time - old.bornUs < BECOMES_US) {
      this.become(old);
      return;
    }
    this.endProcess(old, time);
    this.addProcess(pid, old?.parent ?? NO_PROCESS, time).bornUs = time;
    this.addThread(pid, pid, time);
  }

  /** The few samples since the fork stay its own, as does its CPU time. */
  private become(task: Task): void {
    task.hasMappings = false;
    task.space = this.spaces++;
    this.namer.endProcess(task.id);
  }

  private inherit(parent: Task, child: Task, mappings: boolean): void {
    const { processes } = this.profile;
    processes.setCommand(child.id, processes.command(parent.id));
    if (!mappings) return;
    child.hasMappings = parent.hasMappings;
    this.namer.forkProcess(parent.id, child.id);
  }

  private process(pid: number, time: number): Task {
    return this.processes.get(pid) ?? this.addProcess(pid, NO_PROCESS, time);
  }

  private addProcess(pid: number, parent: ProcessId, time: number): Task {
    const { processes } = this.profile;
    if (processes.length >= PERF_DATA_LIMITS.processes)
      throw tooMany('processes', PERF_DATA_LIMITS.processes);
    const command = pid === IDLE_PID ? 'swapper' : '';
    const task = new Task(this.rows.process({ pid, parent, start: time, command }), pid, parent);
    task.space = this.spaces++;
    this.processes.set(pid, task);
    return task;
  }

  private addThread(pid: number, tid: number, time: number): SampledThread {
    const { processes, threads } = this.profile;
    if (threads.length >= PERF_DATA_LIMITS.threads) throw tooMany('threads', PERF_DATA_LIMITS.threads);
    const task = this.process(pid, time);
    // It begins with its maker's name, of which we know the main thread's.
    const main = this.threads.get(pid);
    const name = main?.task === task ? threads.name(main.id) : processes.command(task.id);
    const id = this.rows.thread(task.id, tid, name, time);
    if (pid === tid) threads.columns.role.data[id] = ThreadRole.Main;
    const thread = new SampledThread(id, tid, task);
    task.liveThreads++;
    this.threads.set(tid, thread);
    this.lastThread = undefined;
    return thread;
  }

  private endProcess(task: Task | undefined, time: number): void {
    if (task === undefined || !Number.isNaN(this.profile.processes.columns.end.data[task.id])) return;
    this.profile.processes.setEnd(task.id, time, Number.NaN);
    this.namer.endProcess(task.id);
  }
}

function tooMany(what: string, limit: number): UserError {
  return new UserError(
    'PERF_DATA_TOO_MANY_TASKS',
    `perf.data: more than ${limit} ${what}; record a part of the system with perf record -p.`,
  );
}
