import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { UserError } from '../../profile/errors.js';
import { findCommand } from '../find-command.js';
import { isElsewhere } from '../namespaces.js';
import { processStatus } from '../procfs.js';

/** Bit of CAP_SYS_ADMIN in the masks of /proc/PID/status: linux/capability.h. */
const CAP_SYS_ADMIN = 1n << 21n;
/** One to find the inspector and one to talk to it; the others for candidates that are none. */
const CONNECTIONS = 8;
const FIRST_DESCRIPTOR = 3;
const START_LIMIT_MS = 5000;

/**
 * The command that runs another in the network of a process, its arguments; none when it is ours. A container of
 * our own, as of a docker without root, lets us in by way of its user namespace.
 * @throws UserError when we may not enter it
 */
export function wayIntoNetwork(pid: number): readonly string[] {
  if (!isElsewhere(pid, 'net')) return [];
  const mayEnter = maySetNamespaces() || isElsewhere(pid, 'user');
  if (!mayEnter) throw outOfReach(pid, whoMayEnter(pid));
  let nsenter: string;
  try {
    nsenter = findCommand('nsenter', process.env['PATH']);
  } catch {
    throw outOfReach(
      pid,
      'nsenter, which would lead there, is not installed: it is in the package util-linux',
    );
  }
  const user = maySetNamespaces() ? [] : ['-U', '--preserve-credentials'];
  return [nsenter, '-t', String(pid), ...user, '-n', '--'];
}

export function maySetNamespaces(): boolean {
  return (BigInt(`0x${processStatus('self')?.get('CapEff') ?? '0'}`) & CAP_SYS_ADMIN) !== 0n;
}

function whoMayEnter(pid: number): string {
  return process.geteuid?.() === 0
    ? 'run stackscope inside, as by kubectl exec or docker exec, or on its host as root'
    : `run sudo stackscope record -p ${pid}, or stackscope inside, as by kubectl exec or docker exec`;
}

function outOfReach(pid: number, cure: string): UserError {
  const what = `Process ${pid} has a network of its own (a container), where its inspector is out of reach`;
  return new UserError('ATTACH_OTHER_NETWORK', `${what}: ${cure}.`, 125);
}

/** The network of a process: ours, or one into which a child of ours is sent to pass on what we say. */
export class Network {
  private used = 0;

  private constructor(private readonly relay: ChildProcess | undefined) {}

  /** @throws UserError when we may not enter it, or do not get there */
  static async enter(pid: number): Promise<Network> {
    const way = wayIntoNetwork(pid);
    if (way.length === 0) return new Network(undefined);
    const [command, ...args] = way;
    const script = `(${passOn.toString()})(${FIRST_DESCRIPTOR}, ${CONNECTIONS})`;
    const pipes = Array.from({ length: CONNECTIONS }, () => 'pipe' as const);
    const relay = spawn(command, [...args, process.execPath, '-e', script], {
      stdio: ['ignore', 'pipe', 'pipe', ...pipes],
      env: {},
    });
    const network = new Network(relay);
    const answer = await started(relay);
    if (answer === 'up') return network;
    network.leave();
    throw outOfReach(
      pid,
      answer === 'down'
        ? `its loopback is down; run nsenter -t ${pid} -n ip link set lo up first`
        : `nsenter did not get in (${answer}); run stackscope inside, as by kubectl exec or docker exec`,
    );
  }

  connect(host: string, port: number): Socket {
    if (this.relay === undefined) return connect(port, host);
    const socket = this.relay.stdio[FIRST_DESCRIPTOR + this.used++] as Socket | undefined;
    if (socket === undefined) throw new Error('it has too many inspectors');
    socket.write(`${host} ${port}\n`);
    return socket;
  }

  /** Nothing that was connected outlives it. */
  leave(): void {
    this.relay?.kill('SIGKILL');
  }
}

/** `up`, `down`, or why it did not start. */
async function started(relay: ChildProcess): Promise<string> {
  let words = '';
  relay.stderr!.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(0, 300);
  });
  for (const pipe of relay.stdio.slice(FIRST_DESCRIPTOR)) pipe!.on('error', () => {});
  const limit = setTimeout(() => relay.kill('SIGKILL'), START_LIMIT_MS);
  const said = once(relay.stdout!.setEncoding('utf8'), 'data').then(([text]) => String(text).trim());
  const failed = once(relay, 'close').then(
    () => words.split('\n')[0] || 'it ended without a word',
    (error: Error) => error.message,
  );
  const answer = await Promise.race([said.catch(() => failed), failed]);
  clearTimeout(limit);
  return answer;
}

/**
 * Run by `node -e` in the network of the target: joins each descriptor to what its first line names. Ends with the
 * first descriptor's other side, which is ours. Sent as source text: it must not refer to anything outside itself.
 */
function passOn(first: number, count: number): void {
  const net = process.getBuiltinModule('node:net');
  const os = process.getBuiltinModule('node:os');
  for (let descriptor = first; descriptor < first + count; descriptor++) {
    const near = new net.Socket({ fd: descriptor, readable: true, writable: true });
    near.on('error', () => {});
    near.once('data', (bytes) => {
      near.pause();
      const end = bytes.indexOf(10);
      const [host, port] = bytes.toString('latin1', 0, end).split(' ');
      const far = net.connect(Number(port), host);
      far.on('error', () => near.destroy());
      far.write(bytes.subarray(end + 1));
      near.pipe(far).pipe(near);
    });
  }
  const isUp = Object.values(os.networkInterfaces()).some((all) => all?.some(({ internal }) => internal));
  process.stdout.write(isUp ? 'up\n' : 'down\n');
}
