import { tmpdir } from 'node:os';
import { Writable } from 'node:stream';
import { UserError } from '../../profile/errors.js';
import { takenPort } from '../attach/inspector-port.js';
import { wayIntoNetwork } from '../attach/network.js';
import { isRestricted, lookAtTarget, refuseInspection } from '../attach/target.js';
import { listNodeProcesses } from '../find/node-processes.js';
import { PerfProcess } from '../perf/perf-process.js';
import { ProcessTree } from '../process-tree.js';
import { processStatus, readProc } from '../procfs.js';
import { WorkDir } from '../work-dir.js';
import { type Check, works } from './check.js';
import { asRoot, installCommand } from './packages.js';

const TRIAL_HZ = 99;

/** Whether perf records here, by attaching it for a moment to the process, or to ours. */
export async function checkPerf(pid: number | undefined): Promise<Check> {
  const check = { id: 'perf', group: 'engine', name: 'perf' } as const;
  const refusal = await perfRefusal(pid ?? process.pid);
  if (refusal !== undefined) return { ...check, ...refusedPerf(refusal, pid) };
  const level = paranoidLevel();
  const javaScript = pid === undefined ? ', JavaScript' : '';
  if (process.geteuid?.() === 0 || level <= 1) {
    return works('engine', check.id, check.name, `every layer: kernel, libraries, Node, V8${javaScript}`);
  }
  return {
    ...check,
    state: 'limited',
    detail: `libraries, Node, V8${javaScript}, not the kernel: perf_event_paranoid is ${level}`,
    cure: asRoot('sysctl kernel.perf_event_paranoid=1'),
  };
}

async function perfRefusal(pid: number): Promise<UserError | undefined> {
  // Nobody wants what it writes, but it waits for it to be read.
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  const request = { target: { pids: [pid] }, frequencyHz: TRIAL_HZ, event: 'cpu-clock' };
  try {
    const perf = await PerfProcess.attach({ ...request, searchPath: process.env['PATH'], output });
    await perf.stop();
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

function refusedPerf(
  { code, message }: UserError,
  pid: number | undefined,
): Pick<Check, 'state' | 'detail' | 'cure'> {
  const detail = message.replace(/[;,] .*/, '').replace(/\.$/, '');
  if (code === 'PERF_MISSING' || code === 'PERF_TOO_OLD') {
    return { state: 'missing', detail, cure: installCommand('perf') };
  }
  if (pid !== undefined && isForeign(pid)) {
    return {
      state: 'refused',
      detail: 'it belongs to another user',
      cure: `sudo stackscope doctor -p ${pid}`,
    };
  }
  return { state: 'refused', detail, cure: asRoot('sysctl kernel.perf_event_paranoid=1') };
}

function isForeign(pid: number): boolean {
  const uid = Number(processStatus(pid)?.get('Uid')?.split('\t')[1]);
  return process.geteuid?.() !== 0 && uid !== process.geteuid?.();
}

function paranoidLevel(): number {
  return Number(readProc('sys/kernel/perf_event_paranoid') ?? 2);
}

/** Whether a program that is launched can be recorded by V8: it needs a folder for its pieces, and no more. */
export function checkV8Launch(): Check {
  const workDir = WorkDir.create([tmpdir()]);
  workDir?.clean(new ProcessTree());
  const check = { id: 'v8-launch', group: 'engine', name: "V8's profiler, at start" } as const;
  if (workDir !== undefined)
    return works('engine', check.id, check.name, 'JavaScript of programs that stackscope starts');
  return {
    ...check,
    state: 'refused',
    detail: `${tmpdir()}, where its pieces would go, cannot be written to`,
    cure: 'export TMPDIR=/dev/shm',
  };
}

/** Whether a process can be attached to; without one, how many of those that run can. */
export async function checkV8Attach(pid: number | undefined): Promise<Check> {
  const name = "V8's profiler, attached";
  if (pid !== undefined) return attachTo(pid, name);
  const { processes } = await listNodeProcesses();
  const able = processes.filter(({ refusal }) => refusal === null).length;
  const [first] = processes;
  const detail =
    first === undefined
      ? 'JavaScript of a Node process that runs; none is seen now'
      : `JavaScript of ${able} of the ${processes.length} Node processes that are seen now`;
  if (first === undefined || able > 0) return works('engine', 'v8-attach', name, detail);
  const cure = `stackscope doctor -p ${first.pid}`;
  return { id: 'v8-attach', group: 'engine', name, state: 'refused', detail, cure };
}

function attachTo(pid: number, name: string): Check {
  const check = { id: 'v8-attach', group: 'engine', name } as const;
  try {
    const target = lookAtTarget(pid);
    refuseInspection(target);
    const port = takenPort(target);
    if (port !== undefined) {
      const detail = `another process listens at port ${port}, where its inspector would be`;
      return { ...check, state: 'refused', detail, cure: asRoot(`ss -ltnp 'sport = :${port}'`) };
    }
    if (isRestricted(target.flags) && !target.flags.includes('--allow-worker')) {
      const detail = 'it runs with --permission, which keeps our thread out';
      return {
        ...check,
        state: 'refused',
        detail,
        cure: 'node --permission --allow-inspector --allow-worker COMMAND',
      };
    }
    const by = wayIntoNetwork(pid).length === 0 ? '' : ', through nsenter';
    return works('engine', check.id, name, `JavaScript, without a restart${by}`);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const detail = error.message.replace(/: .*/, '').replace(/\.$/, '');
    return { ...check, state: 'refused', detail, cure: attachCure(error.code, pid) };
  }
}

function attachCure(code: string, pid: number): string {
  switch (code) {
    case 'ATTACH_NOT_NODE':
      return 'stackscope ps';
    case 'ATTACH_STOPPED':
      return `kill -CONT ${pid}`;
    case 'ATTACH_SIGNAL_UNSAFE':
      return 'stackscope record -- COMMAND';
    default:
      return `sudo stackscope record -p ${pid}`;
  }
}
