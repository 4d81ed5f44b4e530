import { attachedExpression } from './attached-thread.js';
import type { AgentRecord, AttachedConfig } from './config.js';
import type { Connection } from './connection.js';
import { nowUs, parseSchedstat, type ThreadTimes, timedThreadTimes } from './cpu-time.js';
import { AGENT_URL, CPU_TITLE, installExpression } from './installed.js';

const ROTATE = `function rotate(last, next) {
  this.rotate(last, next);
  return this.tid;
  //# sourceURL=${AGENT_URL}
}`;
const TID = `function tid() { return this.tid; }`;
const NOW = 'function now() { return this.nowUs(); }';
const REMOVE = 'function remove() { this.remove(); }';

/** Two profiles are active at a time. */
const TITLES = 8;

/**
 * Profiles one thread in pieces, without a gap between them: each piece is a profile of `console.profile` in one
 * inspector session, and the next is begun before the last is ended.
 */
export class ThreadProfiler {
  private title = '';
  private readonly titles: string;
  /** What a worker tells of itself as it ends. */
  private last: (ThreadTimes & { readonly tid: number; readonly timeUs: number }) | undefined;
  private count = 0;
  private objectId = '';
  private rotating: Promise<void> = Promise.resolve();

  constructor(
    /** 0 is the main thread, others as `worker_threads.threadId`. */
    readonly thread: number,
    private readonly name: string,
    private readonly connection: Connection,
    private readonly write: (record: AgentRecord) => void,
    /** Linux's id of the thread; 0 when the thread is to tell it. */
    private tid = 0,
    private readonly attached?: AttachedConfig,
  ) {
    // Two may record at once, if one was there from the start. The titles are the same each time, see `nextTitle`.
    this.titles = `stackscope ${attached ? 'attached ' : ''}${thread} `;
    connection.onNotification = (method, params) => this.receive(method, params);
  }

  /** Prepares the thread; nothing is sampled before `begin`. */
  async attach(intervalUs: number): Promise<void> {
    await this.connection.call('Profiler.enable');
    await this.connection.call('Profiler.setSamplingInterval', { interval: intervalUs });
    const answer = await this.connection.call('Runtime.evaluate', {
      expression: this.attached
        ? attachedExpression(this.thread !== 0)
        : installExpression(this.thread !== 0),
      silent: true,
    });
    if (!answer.result?.objectId) throw new Error('the thread cannot be reached');
    this.objectId = answer.result.objectId;
  }

  /** Starts the profiler, which stops the thread for some milliseconds. */
  async begin(): Promise<void> {
    const pauseUs = this.attached
      ? await this.startLate(this.attached)
      : await this.rotate().then(() => null);
    // Its CPU time counts from here: starting the profiler is not the program's doing.
    this.write({
      kind: 'thread',
      thread: this.thread,
      tid: this.tid,
      name: this.name,
      ...timedThreadTimes(this.tid),
      pauseUs,
    });
  }

  /**
   * Starts the profiler in a program that has run for a while, and tells for how many microseconds that stopped the
   * thread: the calls arrive together and are worked off together.
   */
  private async startLate({ nameOlder }: AttachedConfig): Promise<number> {
    this.title = this.nextTitle();
    // V8 tells its profiler of inlined functions only as it compiles: counting calls throws away what was compiled.
    const counted = nameOlder ? ['Profiler.startPreciseCoverage', 'Profiler.stopPreciseCoverage'] : [];
    const [began, tid, ...rest] = await Promise.all([
      this.callInstalled(NOW, []),
      this.callInstalled(ROTATE, ['', this.title]),
      ...counted.map((method) => this.connection.call(method)),
      this.callInstalled(NOW, []),
    ]);
    this.tid = Number(tid) || this.tid;
    return Number(rest.at(-1)) - Number(began);
  }

  /** Ends the piece that runs, which is written before the promise resolves, and begins the next. */
  rotate(): Promise<void> {
    return this.change(() => this.nextTitle());
  }

  /** Ends the last piece. */
  async end(): Promise<void> {
    await this.change(() => '');
    if (this.attached) await this.callInstalled(REMOVE, []);
  }

  /** A few titles over and over: V8 keeps every value that it was called with until memory is short. */
  private nextTitle(): string {
    return `${this.titles}${++this.count % TITLES}`;
  }

  private change(nextTitle: () => string): Promise<void> {
    this.rotating = this.rotating
      .catch(() => {})
      .then(async () => {
        const last = this.title;
        this.title = nextTitle();
        if (last === '' && this.title === '') return;
        // A worker's preload has told it by its first end of a piece; the answer to that comes too late for the piece.
        if (last !== '' && this.tid === 0) this.tid = Number(await this.callInstalled(TID, []));
        this.tid = Number(await this.callInstalled(ROTATE, [last, this.title])) || this.tid;
      });
    return this.rotating;
  }

  private async callInstalled(functionDeclaration: string, values: readonly string[]): Promise<unknown> {
    const answer = await this.connection.call('Runtime.callFunctionOn', {
      objectId: this.objectId,
      functionDeclaration,
      arguments: values.map((value) => ({ value })),
      returnByValue: true,
      silent: true,
    });
    if (answer.exceptionDetails) throw new Error('the profiler was refused');
    return answer.result?.value;
  }

  private receive(method: string, params: unknown): void {
    const { title, profile } = params as { title?: string; profile?: unknown };
    if (method === 'Profiler.consoleProfileStarted' && title?.startsWith(CPU_TITLE)) {
      const told = title.slice(CPU_TITLE.length);
      const tid = Number.parseInt(told, 10);
      if (tid > 0) this.last = { tid, ...parseSchedstat(told.slice(told.indexOf(' ') + 1)), timeUs: nowUs() };
      return;
    }
    // A program's own console.profile() reaches this session too.
    if (method !== 'Profiler.consoleProfileFinished' || !title?.startsWith(this.titles)) return;
    const { tid, ...times } = this.last ?? { tid: this.tid, ...timedThreadTimes(this.tid) };
    this.write({ kind: 'piece', thread: this.thread, tid, ...times, profile });
  }
}
