import { UserError } from '../../profile/errors.js';
import { nodeFlags } from '../find/node-flags.js';
import { runsNode } from '../find/runs-node.js';
import { isElsewhere } from '../namespaces.js';
import { commandLine, environment, executable, processStatus, startTicks, statFields } from '../procfs.js';
import { wayIntoNetwork } from './network.js';

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
  const status = processStatus(pid);
  if (start === undefined || status === undefined) throw noProcess(pid);
  const [uid, gid] = ['Uid', 'Gid'].map((field) => Number(status.get(field)?.split('\t')[1]));
  refuseOthers(pid, uid);
  const command = commandLine(pid);
  refuseOtherPrograms(pid, status, command);
  refuseHidden(pid);
  const env = environment(pid);
  const flags = nodeFlags(command, env.get('NODE_OPTIONS'));
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
  const status = processStatus(pid);
  if (status === undefined) throw noProcess(pid);
  refuseSignal(pid, status, flags);
  wayIntoNetwork(pid);
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
  if (!runsNode(pid, command)) {
    const what = executable(pid) ?? status.get('Name') ?? 'something else';
    throw new UserError(
      'ATTACH_NOT_NODE',
      `Process ${pid} is not Node, it runs ${what}: give the process of the Node program (stackscope ps lists them).`,
      2,
    );
  }
  if (state === 'T' || state === 't') {
    const cure = state === 'T' ? `kill -CONT ${pid} lets it run on` : 'let the debugger that holds it go';
    throw new UserError('ATTACH_STOPPED', `Process ${pid} is stopped: ${cure}.`, 125);
  }
}

/** Its sockets tell where its inspector is, and its namespaces how to get there. */
function refuseHidden(pid: number): void {
  // Links of /proc are shown to who may trace the process: its descriptors', its namespaces' and this one alike.
  if (executable(pid) !== undefined) return;
  if (startTicks(pid) === undefined) throw noProcess(pid);
  throw new UserError(
    'ATTACH_HIDDEN',
    `Process ${pid} may not be looked into even by its own user (its node was given capabilities by setcap, or it runs as another group): attach as root (sudo stackscope record -p ${pid}).`,
    125,
  );
}

function refuseSignal(pid: number, status: Map<string, string>, flags: readonly string[]): void {
  const caught = (BigInt(`0x${status.get('SigCgt') ?? '0'}`) & SIGUSR1_BIT) !== 0n;
  const disabled = flags.includes('--disable-sigusr1');
  if (caught && !disabled) return;
  const [what, cure] = disabled
    ? ['runs with --disable-sigusr1, so that its inspector cannot be opened', 'start it without that flag']
    : isRestricted(flags)
      ? [
          'runs with --permission, which keeps its inspector shut',
          'start it with --allow-inspector and --allow-worker too, on Node 24 and later',
        ]
      : ['does not catch SIGUSR1, which would kill it', 'if it has just started try again in a second'];
  const message = `Process ${pid} ${what}: ${cure}, or record it from its start (stackscope record -- COMMAND).`;
  throw new UserError('ATTACH_SIGNAL_UNSAFE', message, 125);
}

/** Whether Node's permission model holds for it. */
export function isRestricted(flags: readonly string[]): boolean {
  return flags.some((flag) => /^--(experimental-)?permission$/.test(flag));
}

export function noProcess(pid: number): UserError {
  const cure = 'it has ended, or is hidden from you; stackscope ps lists those you see';
  return new UserError('ATTACH_NO_PROCESS', `There is no process ${pid}: ${cure}.`, 2);
}
