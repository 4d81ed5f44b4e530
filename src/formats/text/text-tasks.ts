import { UserError } from '../../profile/errors.js';
import { NO_PROCESS, type ProcessId } from '../../profile/processes.js';
import type { Profile } from '../../profile/profile.js';
import { type Series, Unit } from '../../profile/series.js';
import { noRoleVotes, type ObservedThread } from '../../profile/thread-roles.js';
import { type ThreadId, ThreadRole } from '../../profile/threads.js';
import { TEXT_LIMITS } from './limits.js';
import { LastStack } from './stack-builder.js';

/** In the place of an id that a text does not tell. */
export const NO_ID = -1;
/** Names that Node 22 to 26 give their threads: where no process is told, they are one program's. */
const NODE_THREADS =
  /^(?:node|iojs|MainThread|WorkerThread|V8Worker|V8 WorkerThread|DelayedTaskSchedu.*|libuv-worker|SignalInspector|Signal(?:Inspector)?Io.*|inspector.*)$/;
const NO_BYTES = new Uint8Array(0);

/** A thread that samples of a text are of. */
export class TextThread implements ObservedThread {
  samples = 0;
  readonly roleVotes = noRoleVotes();
  readonly last = new LastStack();
  /** By event and what its samples have: see `TextTasks.series`. */
  readonly series: (Series | undefined)[] = [];
  /** The name as the text had it last. */
  nameBytes: Uint8Array = NO_BYTES;

  /** The text tells what it is for. */
  hasToldRole = false;

  constructor(
    readonly id: ThreadId,
    readonly process: ProcessId,
    readonly pid: number,
    readonly tid: number,
  ) {}

  get isMain(): boolean {
    return this.pid === this.tid && this.pid !== NO_ID;
  }

  /** The kernel's idle thread, of which each processor has one. */
  get isIdle(): boolean {
    return this.tid === 0;
  }
}

/** An event that samples are of, by its name in the text. */
export interface TextEvent {
  readonly index: number;
  readonly name: string;
  /** Its periods are nanoseconds. */
  readonly isClock: boolean;
}

/** The processes, threads, events and series that the samples of a text tell of. */
export class TextTasks {
  private readonly processes = new Map<string, ProcessId>();
  /** By process, then by thread id or, where that is not told, by name. */
  private readonly threads: Map<number | string, TextThread>[] = [];
  /** Threads whose process is not told: their ids are one machine's. */
  private readonly byTid = new Map<number, TextThread>();
  private readonly events = new Map<string, TextEvent>();

  constructor(private readonly profile: Profile) {}

  /**
   * The thread `tid` of the process `pid`, NO_ID for what is not told; `name` is the thread's at this sample. Without
   * a pid, programs of a name are one process; without a tid, each name is a thread.
   */
  thread(pid: number, tid: number, name: string, time: number): TextThread {
    const known = pid === NO_ID ? this.byTid.get(tid) : undefined;
    if (known !== undefined && !known.isIdle) return known;
    const program = pid === NO_ID && NODE_THREADS.test(name) ? 'node' : name;
    const thread = this.threadOf(this.process(pid, tid, program, time), pid, tid, name, time);
    if (pid === NO_ID && tid !== NO_ID) this.byTid.set(tid, thread);
    return thread;
  }

  private threadOf(process: ProcessId, pid: number, tid: number, name: string, time: number): TextThread {
    this.threads[process] ??= new Map();
    const key = tid === NO_ID ? name : tid;
    let thread = this.threads[process].get(key);
    if (thread === undefined) {
      thread = this.addThread(process, pid, tid, name, time);
      this.threads[process].set(key, thread);
    }
    return thread;
  }

  /** The thread of a name in a process of a name, where that is all that is told; '' for an unnamed one. */
  named(command: string, name: string): TextThread {
    return this.threadOf(this.process(NO_ID, NO_ID, command, 0), NO_ID, NO_ID, name, 0);
  }

  /** A thread has another name: its process too when it is the first thread. */
  rename(thread: TextThread, name: string): void {
    this.profile.threads.setName(thread.id, name);
    if (thread.isMain) this.profile.processes.setCommand(thread.process, name);
  }

  event(name: string): TextEvent {
    let event = this.events.get(name);
    if (event === undefined) {
      this.bound(this.events.size);
      event = {
        index: this.events.size,
        name,
        isClock: /^(?:(?:cpu|task)-clock(?:$|[:/])|profile-\d)/.test(name),
      };
      this.events.set(name, event);
    }
    return event;
  }

  /** The thread's series of an event; samples with and without times or weights are series of their own. */
  series(thread: TextThread, event: TextEvent, timed: boolean, weighed: boolean): Series {
    const index = event.index * 4 + Number(timed) * 2 + Number(weighed);
    const known = thread.series[index];
    if (known !== undefined) return known;
    this.bound(this.profile.series.length);
    const unit = weighed && event.isClock ? Unit.CpuNs : Unit.Count;
    const series = this.profile.addSeries(thread.id, event.name, unit, timed);
    thread.series[index] = series;
    return series;
  }

  private process(pid: number, tid: number, command: string, time: number): ProcessId {
    const key = pid === NO_ID ? `name ${command}` : `pid ${pid}`;
    const known = this.processes.get(key);
    if (known !== undefined) return known;
    this.bound(this.profile.processes.length);
    const { processes } = this.profile;
    const process = processes.add({ pid: toU32(pid), parent: NO_PROCESS, start: time, command });
    if (tid === 0) processes.setCommand(process, 'swapper');
    this.processes.set(key, process);
    return process;
  }

  private addThread(process: ProcessId, pid: number, tid: number, name: string, time: number): TextThread {
    const { threads, processes } = this.profile;
    this.bound(threads.length);
    const id = threads.add(process, toU32(tid), name, time);
    const thread = new TextThread(id, process, pid, tid);
    if (thread.isMain || name === 'MainThread') threads.columns.role.data[id] = ThreadRole.Main;
    if (thread.isMain && name !== '') processes.setCommand(process, name);
    return thread;
  }

  private bound(count: number): void {
    if (count < TEXT_LIMITS.tasks) return;
    throw new UserError(
      'TEXT_TOO_MANY_TASKS',
      `The text has more than ${TEXT_LIMITS.tasks} processes, threads or events: read a part of it.`,
    );
  }
}

/** Ids are stored in 32 bits; one that is not told is 0. */
function toU32(id: number): number {
  return id === NO_ID ? 0 : id >>> 0;
}
