import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { UserError } from '../../profile/errors.js';
import { commandLine, executable, readProc, readProcLink, startTicks, statFields } from '../procfs.js';
import { listeningSockets, ownListeningSockets } from '../sockets.js';

/** What /proc tells of a process that is to be attached to. */
export interface AttachTarget {
  readonly pid: number;
  readonly startTicks: number;
  /** Its id as it knows itself, in its own pid namespace. */
  readonly ownPid: number;
  readonly uid: number;
  readonly gid: number;
  readonly command: readonly string[];
  /** Its command line's and NODE_OPTIONS' flags. */
  readonly flags: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  /** Where its files are for us: '' unless it has a mount namespace of its own. */
  readonly root: string;
}

/** Bit of SIGUSR1 in the masks of /proc/PID/status. */
const SIGUSR1_BIT = 0x200n;

/**
 * Looks at a process without touching it.
 * @throws UserError when it cannot be attached to
 */
export function lookAtTarget(pid: number): AttachTarget {
  const start = startTicks(pid);
  const status = readStatus(pid);
  if (start === undefined || status === undefined) throw noProcess(pid);
  const [uid, gid] = ['Uid', 'Gid'].map((field) => Number(status.get(field)?.split('\t')[1]));
  refuseOthers(pid, uid);
  const command = commandLine(pid);
  refuseOtherPrograms(pid, status, command);
  const env = environment(pid);
  const flags = [...command.slice(1), ...(env.get('NODE_OPTIONS') ?? '').split(/\s+/)];
  return {
    ...{ pid, startTicks: start, uid, gid, command, flags, env },
    ownPid: Number(status.get('NSpid')?.split('\t').at(-1) ?? pid),
    root: isElsewhere(pid, 'mnt') ? `/proc/${pid}/root` : '',
  };
}

/**
 * Whether its inspector can be opened and reached.
 * @throws UserError when it must not be signalled, or its inspector is out of reach
 */
export function refuseInspection({ pid, flags }: AttachTarget): void {
  const status = readStatus(pid);
  if (status === undefined) throw noProcess(pid);
  refuseSignal(pid, status, flags);
  refuseNetwork(pid);
}

/**
 * The process that listens on a TCP port.
 * @throws UserError when there is none that may be seen
 */
export function processAtPort(port: number): number {
  const listens = listeningSockets('self').some((socket) => socket.port === port);
  const pids = listens ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [];
  const pid = pids.map(Number).find((each) => ownListeningSockets(each).some((own) => own.port === port));
  if (pid !== undefined) return pid;
  const why = listens ? 'who listens is another user; use sudo' : 'nobody listens there; see ss -ltn';
  throw new UserError('ATTACH_NO_PROCESS', `There is no process to record at port ${port}: ${why}.`, 2);
}

function readStatus(pid: number): Map<string, string> | undefined {
  const status = readProc(`${pid}/status`);
  if (status === undefined) return undefined;
  const lines = status.split('\n').filter((line) => line.includes(':\t'));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]));
}

function refuseOthers(pid: number, uid: number): void {
  const own = process.geteuid?.() ?? 0;
  if (own === 0 || own === uid) return;
  throw new UserError(
    'ATTACH_OTHER_USER',
    `Process ${pid} belongs to user ${uid} and you are ${own}: attach as that user (sudo -u '#${uid}'), or as root.`,
    125,
  );
}

function refuseOtherPrograms(pid: number, status: Map<string, string>, command: readonly string[]): void {
  const state = statFields(pid)?.[0];
  if (state === 'Z' || state === undefined) throw noProcess(pid);
  const file = executable(pid)?.replace(/ \(deleted\)$/, '');
  const isNode = /^node(js)?(-?v?\d[\w.]*)?$/.test(basename(file ?? command[0] ?? ''));
  if (!isNode && !(readProc(`${pid}/maps`) ?? '').includes('/libnode.so')) {
    const what = file ?? status.get('Name') ?? 'something else';
    throw new UserError(
      'ATTACH_NOT_NODE',
      `Process ${pid} is not Node, it runs ${what}: give the process of the Node program (pgrep -a node lists them).`,
      2,
    );
  }
  if (state === 'T' || state === 't') {
    const cure = state === 'T' ? `kill -CONT ${pid} lets it run on` : 'let the debugger that holds it go';
    throw new UserError('ATTACH_STOPPED', `Process ${pid} is stopped: ${cure}.`, 125);
  }
}

function refuseSignal(pid: number, status: Map<string, string>, flags: readonly string[]): void {
  const caught = (BigInt(`0x${status.get('SigCgt') ?? '0'}`) & SIGUSR1_BIT) !== 0n;
  const disabled = flags.includes('--disable-sigusr1');
  if (caught && !disabled) return;
  const [what, cure] = disabled
    ? ['runs with --disable-sigusr1, so that its inspector cannot be opened', 'start it without that flag']
    : ['does not catch SIGUSR1, which would kill it', 'if it has just started try again in a second'];
  const message = `Process ${pid} ${what}: ${cure}, or record it from its start (stackscope record -- COMMAND).`;
  throw new UserError('ATTACH_SIGNAL_UNSAFE', message, 125);
}

function refuseNetwork(pid: number): void {
  if (!isElsewhere(pid, 'net')) return;
  throw new UserError(
    'ATTACH_OTHER_NETWORK',
    `Process ${pid} has a network of its own (a container), where its inspector is out of reach: run stackscope in there, as by sudo nsenter -t ${pid} -n stackscope record -p ${pid}.`,
    125,
  );
}

/** Whether a namespace of the process is another than ours; one that may not be known is taken for ours. */
function isElsewhere(pid: number, kind: 'net' | 'mnt'): boolean {
  const theirs = readProcLink(`${pid}/ns/${kind}`);
  return theirs !== undefined && theirs !== readProcLink(`self/ns/${kind}`);
}

function environment(pid: number): Map<string, string> {
  const pairs = (readProc(`${pid}/environ`) ?? '').split('\0').filter((pair) => pair.includes('='));
  return new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}

export function noProcess(pid: number): UserError {
  const cure = 'it has ended, or is hidden from you; pgrep -a node lists those you see';
  return new UserError('ATTACH_NO_PROCESS', `There is no process ${pid}: ${cure}.`, 2);
}
