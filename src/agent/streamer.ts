/**
 * The thread that records the others: it reaches the main thread and, through it, every worker by the inspector,
 * which interrupts them between two instructions, and writes what they did to the spool twice a second.
 */
import inspector from 'node:inspector';
import workerThreads from 'node:worker_threads';
import { type AgentRecord, Flag, type Request, type StreamerData } from './config.js';
import { mainConnection, WorkerConnection } from './connection.js';
import { currentTid, nowUs, processCpuNs, threadTimes } from './cpu-time.js';
import { outletOf } from './outlet.js';
import { Signals } from './signals.js';
import { ThreadProfiler } from './thread-profiler.js';

/** Length of a piece: what a kill -9 costs at most. */
const PIECE_MS = 500;
/** How often the spool is looked at for a request to stop. */
const LOOK_MS = 100;
/** A thread that does not answer for so long is blocked in native code; the end does not wait for it. */
const END_LIMIT_MS = 300;
/** A listener that is gone for no longer was removed by this very signal: the main thread may be first to hear it. */
const CEASED_MS = 100;

const { config, flags, argv, execArgv, port } = workerThreads.workerData as StreamerData;
const nowNs = () => process.hrtime.bigint();

const outlet = outletOf(config, port);
const session = new inspector.Session();
const main = mainConnection(session);
const signals = new Signals();
const threads = new Map<string, { profiler: ThreadProfiler; connection: WorkerConnection | undefined }>();
const mainProfiler = new ThreadProfiler(0, 'main', main, write, process.pid, config.attached);
const ownTid = currentTid();
const ownCpu = threadTimes(ownTid).cpuNs ?? 0;
const processCpu = processCpuNs();
let sampling = false;
let timers: NodeJS.Timeout[] = [];

function write(record: AgentRecord): void {
  try {
    outlet.write(record);
  } catch {
    leave();
  }
}

/**
 * Lets go of the program; it runs on as if we had never been there. This thread stays, asleep: Node aborts when the
 * other end of a session is gone before the main thread has heard that it was closed.
 */
function leave(): void {
  if (flags[Flag.Gone] === 1) return;
  for (const timer of timers) clearInterval(timer);
  timers = [];
  signals.close();
  session.disconnect();
  Atomics.store(flags, Flag.Gone, 1);
  Atomics.store(flags, Flag.Ready, 1);
  // The main thread ends this one once it is back in its loop, and so has heard that the session was closed.
  if (config.attached) workerThreads.parentPort?.postMessage('left');
}

async function start(): Promise<void> {
  timers.push(setInterval(look, LOOK_MS));
  session.connectToMainThread();
  write({
    kind: 'process',
    pid: process.pid,
    ppid: process.ppid,
    argv,
    execArgv,
    node: process.version,
    v8: process.versions.v8,
    startUs: nowUs(),
    agentTid: ownTid,
  });
  if (config.attached?.closeInspector) await closeInspector();
  const ofThreads = main.onNotification;
  main.onNotification = (method, params) => {
    if (method.startsWith('NodeWorker.')) onWorkers(method, params as WorkerParams);
    else ofThreads(method, params);
  };
  threads.set('', { profiler: mainProfiler, connection: undefined });
  await mainProfiler.attach(config.intervalUs);
  const wait = Number((BigInt(config.profileFromNs) - nowNs()) / 1_000_000n);
  if (wait > 0) setTimeout(() => void sample(), wait);
  else await sample();
  Atomics.store(flags, Flag.Ready, 1);
  await main.call('NodeWorker.enable', { waitForDebuggerOnStart: false });
  if (!config.attached) signals.listen((signal) => void onSignal(signal));
  timers.push(setInterval(rotateAll, PIECE_MS));
}

/** A program that never comes back to its loop does not close the inspector by the timer that it was given. */
async function closeInspector(): Promise<void> {
  if (Atomics.exchange(flags, Flag.InspectorClosed, 1) === 1) return;
  await main.call('Runtime.evaluate', { expression: 'process._debugEnd()', silent: true });
}

/** Starts the profiler in the threads that are there. */
async function sample(): Promise<void> {
  sampling = true;
  await eachThread((profiler) => profiler.begin());
}

interface WorkerParams {
  readonly sessionId: string;
  readonly message: string;
  readonly workerInfo: { readonly workerId: string; readonly title: string };
}

function onWorkers(method: string, params: WorkerParams): void {
  const { sessionId } = params;
  if (method === 'NodeWorker.attachedToWorker') {
    if (!isOurs(params.workerInfo)) void startWorker(sessionId, params.workerInfo);
  } else if (method === 'NodeWorker.receivedMessageFromWorker') {
    threads.get(sessionId)?.connection?.receive(params.message);
  } else if (method === 'NodeWorker.detachedFromWorker') {
    const ended = threads.get(sessionId);
    threads.delete(sessionId);
    ended?.connection?.close();
    if (ended) write({ kind: 'thread-end', thread: ended.profiler.thread, timeUs: nowUs() });
  }
}

/** Our own thread, by its name: the ids are of another numbering. */
function isOurs({ title }: WorkerParams['workerInfo']): boolean {
  return title.endsWith(' stackscope');
}

async function startWorker(sessionId: string, info: WorkerParams['workerInfo']): Promise<void> {
  const connection = new WorkerConnection(main, sessionId);
  const profiler = new ThreadProfiler(
    Number(info.workerId),
    info.title,
    connection,
    write,
    0,
    config.attached,
  );
  threads.set(sessionId, { profiler, connection });
  try {
    await profiler.attach(config.intervalUs);
    if (sampling) await profiler.begin();
  } catch {
    // It ended before it was reached; its CPU time is part of the process's rest.
  }
}

/** Does `action` to every thread at once; a thread that ends meanwhile is nobody's failure. */
async function eachThread(action: (profiler: ThreadProfiler) => Promise<void>): Promise<void> {
  await Promise.allSettled([...threads.values()].map(({ profiler }) => action(profiler)));
}

function rotateAll(): void {
  if (sampling) void eachThread((profiler) => profiler.rotate());
}

function look(): void {
  const wish = outlet.wish();
  if (wish === 'over') leave();
  else if (wish === 'gone') abandon();
  else if (wish === 'stop') void finish(null).finally(leave);
}

/** Leaves nothing of the recording: nobody else is there to remove it. */
function abandon(): void {
  void finish(null).finally(() => {
    outlet.remove();
    leave();
  });
}

/** Takes the last pieces and says that there are no more. */
async function finish(exit: number | null): Promise<void> {
  for (const timer of timers) clearInterval(timer);
  timers = [];
  if (sampling) await Promise.race([eachThread((profiler) => profiler.end()), afterMs(END_LIMIT_MS)]);
  if (exit === null) await Promise.race([letWorkersGo(), afterMs(END_LIMIT_MS)]);
  const agentCpu = threadTimes(ownTid).cpuNs;
  write({
    kind: 'end',
    timeUs: nowUs(),
    exit,
    processCpuNs: processCpuNs() - processCpu,
    agentCpuNs: agentCpu === null ? null : agentCpu - ownCpu,
  });
  await Promise.race([outlet.flushed(), afterMs(END_LIMIT_MS)]);
}

/** Sessions of workers outlive ours, and their profilers with them, unless they are ended one by one. */
async function letWorkersGo(): Promise<void> {
  const workers = [...threads].filter(([sessionId]) => sessionId !== '');
  await Promise.allSettled(workers.map(([, { connection }]) => connection?.call('Profiler.disable')));
  await Promise.allSettled(workers.map(([sessionId]) => main.call('NodeWorker.detach', { sessionId })));
  await main.call('NodeWorker.disable');
}

/** Ends the process as the signal would have, unless the program listens to it. */
async function onSignal(signal: number): Promise<void> {
  const age = (Number(nowNs() / 1_000_000n) - flags[Flag.Ceased]) & 0x7fffffff;
  if ((flags[Flag.Listening] & (1 << signal)) !== 0 || age < CEASED_MS) return;
  await finish(128 + signal);
  leave();
  process.kill(process.pid, signal);
}

function afterMs(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

workerThreads.parentPort?.on('message', async (request: Request) => {
  if (request.kind === 'end') await finish(request.exit).finally(leave);
  else await flush(request.workerId);
  Atomics.add(flags, Flag.Answered, 1);
});

async function flush(workerId: number): Promise<void> {
  const thread = [...threads.values()].find(({ profiler }) => profiler.thread === workerId);
  await thread?.profiler.end().catch(() => {});
}

start().catch((error: Error) => {
  write({ kind: 'failed', reason: String(error?.message) });
  leave();
});
