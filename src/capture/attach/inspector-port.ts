import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../profile/errors.js';
import { isAlive, statFields } from '../procfs.js';
import { type ListeningSocket, listeningSockets, ownListeningSockets } from '../sockets.js';
import { isInspector } from './inspector-client.js';
import type { Network } from './network.js';
import type { AttachTarget } from './target.js';

/** Where the inspector of a process listens. */
export interface InspectorPlace {
  readonly host: string;
  readonly port: number;
  /** Whether it was opened for us, and so is ours to close. */
  readonly opened: boolean;
  readonly connect: () => Socket;
}

const DEFAULT_PORT = 9229;
const LOOK_MS = 2;
/** Node takes 50 to 70 ms to open it; a program in a long synchronous call as long as that. */
const OPEN_LIMIT_MS = 5000;
/** After so long it is looked for at other ports. */
const ELSEWHERE_MS = 500;
const ASK_LIMIT_MS = 500;
/** A service with more sockets on the loopback address is not bothered. */
const MOST_ASKED = 4;
/** Longer than any start of the profiler. */
const CLOSE_LIMIT_MS = 10_000;
/** Another process of a cluster may be attached to at the same port just now. */
const PORT_LIMIT_MS = 2000;

/**
 * Opens the inspector of a process by SIGUSR1, unless it is open.
 * @throws UserError when its port is taken, or it does not open
 */
export async function openInspector(target: AttachTarget, network: Network): Promise<InspectorPlace> {
  const { pid } = target;
  const before = ownListeningSockets(pid);
  const place = (socket: ListeningSocket): InspectorPlace => ({
    ...socket,
    opened: before.every((old) => old.inode !== socket.inode),
    connect: () => network.connect(socket.host, socket.port),
  });
  const expected = expectedPort(target);
  const open = before.find(({ port }) => port === expected && port !== 0);
  if (open !== undefined) return place(open);
  await portIsFree(target, expected);
  signal(target);
  const asked = new Set<string>();
  for (let waited = performance.now(); performance.now() - waited < OPEN_LIMIT_MS; ) {
    const fresh = newSocket(pid, before, expected);
    if (fresh !== undefined) return place(fresh);
    if (!isAlive(pid, target.startTicks)) throw diedDuring(pid, 'its inspector was being opened');
    const isLate = performance.now() - waited > ELSEWHERE_MS;
    const other = isLate ? await inspectorElsewhere(pid, asked, place) : undefined;
    if (other !== undefined) return other;
    await sleep(LOOK_MS);
  }
  throw neverOpened(target);
}

/**
 * A program may have opened its inspector itself, at a port that only it knows, or chosen the port by
 * `process.debugPort`. What it serves on the loopback address is asked, each once, whether it is that.
 */
async function inspectorElsewhere(
  pid: number,
  asked: Set<string>,
  place: (socket: ListeningSocket) => InspectorPlace,
): Promise<InspectorPlace | undefined> {
  for (const socket of ownListeningSockets(pid)) {
    if (!socket.isLoopback || asked.has(socket.inode) || asked.size >= MOST_ASKED) continue;
    asked.add(socket.inode);
    const candidate = place(socket);
    if (await isInspector(candidate.connect, ASK_LIMIT_MS)) return candidate;
  }
  return undefined;
}

/** The time (`performance.now`) when the inspector was seen closed; infinite when it is not after a while. */
export async function untilClosed(pid: number, { port }: InspectorPlace): Promise<number> {
  const isOpen = () => ownListeningSockets(pid).some((socket) => socket.port === port);
  for (let waited = performance.now(); performance.now() - waited < CLOSE_LIMIT_MS; await sleep(LOOK_MS)) {
    if (!isOpen()) return performance.now();
  }
  return Number.POSITIVE_INFINITY;
}

/** A socket that was not there before; at the port that is expected, if one is. */
function newSocket(
  pid: number,
  before: readonly ListeningSocket[],
  expected: number,
): ListeningSocket | undefined {
  return ownListeningSockets(pid).find(
    ({ inode, port }) => (expected === 0 || port === expected) && before.every((old) => old.inode !== inode),
  );
}

/** As Node chooses it; 0 lets the system choose. */
function expectedPort({ flags }: AttachTarget): number {
  const pattern = /^--(?:inspect|debug)(?:-brk|-wait|-port)?(?:=(?:.*:)?(\d+))?$/;
  const options = flags.flatMap((flag) => pattern.exec(flag)?.[1] ?? []);
  return options.length === 0 ? DEFAULT_PORT : Number(options.at(-1));
}

/** The port where its inspector would be, if another process listens there now. */
export function takenPort(target: AttachTarget): number | undefined {
  const port = expectedPort(target);
  const own = ownListeningSockets(target.pid).some((socket) => socket.port === port);
  return !own && isListenedAt(target.pid, port) ? port : undefined;
}

function isListenedAt(pid: number, port: number): boolean {
  return port !== 0 && listeningSockets(pid).some((socket) => socket.port === port);
}

async function portIsFree({ pid }: AttachTarget, port: number): Promise<void> {
  const isTaken = () => isListenedAt(pid, port);
  for (let waited = performance.now(); isTaken(); await sleep(LOOK_MS * 10)) {
    if (performance.now() - waited < PORT_LIMIT_MS) continue;
    throw new UserError(
      'ATTACH_PORT_TAKEN',
      `Process ${pid} would open its inspector at port ${port}, which another process listens on: end that one (ss -ltnp shows it), or attach when it is done.`,
      125,
    );
  }
}

function signal({ pid, startTicks }: AttachTarget): void {
  if (!isAlive(pid, startTicks)) throw diedDuring(pid, 'it was being attached to');
  process.kill(pid, 'SIGUSR1');
}

function neverOpened({ pid }: AttachTarget): UserError {
  if (isStopped(pid)) return stoppedMeanwhile(pid);
  return new UserError(
    'ATTACH_NO_INSPECTOR',
    `Process ${pid} did not open its inspector on SIGUSR1: it has a listener for that signal of its own, or its main thread waits in a synchronous call (then it opens later); record it from its start (stackscope record -- COMMAND), or start it with --inspect.`,
    125,
  );
}

/** Whether it was stopped by a signal, or is held by a debugger. */
export function isStopped(pid: number): boolean {
  return ['T', 't'].includes(statFields(pid)?.[0] ?? '');
}

/** SIGUSR1 waits for it, so its inspector opens later and stays open. */
export function stoppedMeanwhile(pid: number): UserError {
  return new UserError(
    'ATTACH_STOPPED',
    `Process ${pid} was stopped while it was being attached to: kill -CONT ${pid} lets it run on; its inspector opens then on 127.0.0.1, and the next attach uses it.`,
    125,
  );
}

export function diedDuring(pid: number, step: string): UserError {
  return new UserError(
    'ATTACH_DIED',
    `Process ${pid} ended while ${step}: look at its own output for the reason, and attach to the one that follows it.`,
    125,
  );
}
