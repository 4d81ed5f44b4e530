import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../profile/errors.js';
import { lookAtTarget, refuseInspection } from '../attach/target.js';
import { isContained } from '../namespaces.js';
import {
  commandLine,
  environment,
  executable,
  isAlive,
  processIds,
  processStatus,
  startTicks,
  workingDirectory,
} from '../procfs.js';
import { ownListeningSockets } from '../sockets.js';
import { isClusterWorker } from './cluster.js';
import { type Container, containerOf } from './container.js';
import { ageMs, cpuMsSinceStart, threadsCpuNs } from './cpu-clock.js';
import { nodeFlags, notableFlags, programPart } from './node-flags.js';
import { NodeVersions } from './node-version.js';
import { runsNode } from './runs-node.js';
import { UserNames } from './user-names.js';

/** For how long the CPU that processes use is watched. */
export const CPU_WATCH_MS = 200;

/** A Node process that may be seen. What another user's hides is null. */
export interface NodeProcess {
  readonly pid: number;
  readonly parentPid: number;
  readonly uid: number;
  readonly user: string;
  /** Version, as `22.11.0`. */
  readonly node: string | null;
  readonly ageMs: number;
  /** CPUs that it used while it was watched for 200 ms: 1 is one CPU, all the time. */
  readonly cpuNow: number;
  /** The same since its start. */
  readonly cpuSinceStart: number;
  /** TCP ports at which it listens, in its own network. */
  readonly ports: readonly number[] | null;
  /** Its command line, or the title that it gave itself. */
  readonly command: string;
  /** The same without the path of Node, its flags and its working directory: what it runs. */
  readonly program: string;
  /** Those of Node's flags that matter to a recording, NODE_OPTIONS' among them. */
  readonly flags: readonly string[];
  readonly isClusterWorker: boolean;
  readonly container: Container | null;
  /** Why it cannot be attached to; null when it can, as far as is known from outside. */
  readonly refusal: Refusal | null;
}

export interface Refusal {
  readonly code: string;
  readonly message: string;
}

export interface ProcessList {
  /** Those that use most CPU first. */
  readonly processes: readonly NodeProcess[];
  /** Processes of other users whose executable may not be known: some may run Node under another name. */
  readonly hidden: number;
  /** Whether this is a pid namespace, as in a container: processes outside are not seen at all. */
  readonly isContained: boolean;
}

/** Lists the Node processes that may be seen, ourselves left out. Nothing is done to them. */
export async function listNodeProcesses(): Promise<ProcessList> {
  const others = processIds().filter((pid) => pid !== process.pid);
  const found = others.filter((pid) => runsNode(pid, commandLine(pid)));
  const cpu = await watchCpu(found);
  const versions = new NodeVersions();
  const users = new UserNames();
  const processes = found
    .flatMap((pid) => describe(pid, cpu.get(pid) ?? 0, versions, users) ?? [])
    .filter(({ refusal }) => refusal?.code !== 'ATTACH_NO_PROCESS');
  return {
    processes: processes.sort((a, b) => b.cpuNow - a.cpuNow || a.pid - b.pid),
    hidden: others.filter(isHidden).length - processes.filter(({ pid }) => isHidden(pid)).length,
    isContained: isContained(),
  };
}

/** CPUs that each process uses. */
async function watchCpu(pids: readonly number[]): Promise<Map<number, number>> {
  const before = pids.map((pid) => [pid, threadsCpuNs(pid), process.hrtime.bigint()] as const);
  if (pids.length > 0) await sleep(CPU_WATCH_MS);
  return new Map(
    before.map(([pid, cpuNs, sinceNs]) => {
      // A thread that has ended takes its time with it.
      const used = Math.max(0, threadsCpuNs(pid) - cpuNs);
      return [pid, used / Number(process.hrtime.bigint() - sinceNs)];
    }),
  );
}

/** Undefined when it has ended meanwhile. */
function describe(
  pid: number,
  cpuNow: number,
  versions: NodeVersions,
  users: UserNames,
): NodeProcess | undefined {
  const start = startTicks(pid);
  const status = processStatus(pid);
  if (start === undefined || status === undefined || !isAlive(pid, start)) return undefined;
  const command = commandLine(pid);
  const uid = Number(status.get('Uid')?.split('\t')[1]);
  const age = ageMs(start);
  return {
    ...{ pid, uid, cpuNow, ageMs: Math.round(age) },
    parentPid: Number(status.get('PPid')),
    user: users.of(uid),
    node: versions.of(pid) ?? null,
    cpuSinceStart: age > 0 ? cpuMsSinceStart(pid) / age : 0,
    ports: isHidden(pid) ? null : portsOf(pid),
    command: command.join(' '),
    program: withoutPlace(programPart(command), workingDirectory(pid)),
    flags: notableFlags(nodeFlags(command, environment(pid).get('NODE_OPTIONS'))),
    isClusterWorker: isClusterWorker(pid),
    container: containerOf(pid) ?? null,
    refusal: refusalOf(pid),
  };
}

function withoutPlace(program: string, directory: string | undefined): string {
  return directory === undefined ? program : program.replace(` ${directory}/`, ' ');
}

function portsOf(pid: number): number[] {
  return [...new Set(ownListeningSockets(pid).map(({ port }) => port))].sort((a, b) => a - b);
}

function refusalOf(pid: number): Refusal | null {
  try {
    refuseInspection(lookAtTarget(pid));
    return null;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { code: error.code, message: error.message };
  }
}

/** Whether it is a program, not a thread of the kernel, whose executable we may not know. */
function isHidden(pid: number): boolean {
  return executable(pid) === undefined && commandLine(pid).length > 0;
}
