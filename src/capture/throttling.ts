import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Profile } from '../profile/profile.js';
import { readProc } from './procfs.js';

/** What the kernel tells of a cgroup's quota of CPU time: periods so far, those in which it was used up, and for how long. */
interface Quota {
  readonly periods: number;
  readonly throttled: number;
  readonly throttledUs: number;
}

/** Shorter than this it is no news. */
const NOTABLE_US = 1000;

/**
 * Watches whether the cgroup that a process is in, or one around it, is kept off the CPUs because its quota is used up:
 * a container's limit. `cpu.stat` tells it in both versions of cgroups (cgroup-v2.rst; sched-bwc.rst for version 1).
 */
export class Throttling {
  /** By directory of the cgroup. */
  private readonly before: ReadonlyMap<string, Quota>;

  constructor(pid: number) {
    this.before = new Map(
      directories(readProc(`${pid}/cgroup`) ?? '', readProc('self/mountinfo') ?? '').flatMap((path) => {
        const quota = readQuota(path);
        return quota === undefined ? [] : [[path, quota]];
      }),
    );
  }

  /** Says by how much, when it was. */
  note({ quality, info }: Profile): void {
    for (const [path, before] of this.before) {
      const now = readQuota(path);
      const us = now === undefined ? 0 : now.throttledUs - before.throttledUs;
      if (now === undefined || us < NOTABLE_US) continue;
      const periods = `${now.throttled - before.throttled} of ${now.periods - before.periods}`;
      quality.note(
        'CPU_THROTTLED',
        `The program's threads were kept from the CPUs for ${seconds(us)} s in all, within ${seconds(info.durationUs)} s, since the quota of its cgroup ${path} was used up in ${periods} periods: that is the limit's doing, not the code's.`,
        "Raise the container's CPU limit, or take the time that threads waited for a CPU into account.",
      );
      return;
    }
  }
}

/**
 * Where the cgroups of a process with quotas are, from its own to the outermost.
 * @param cgroup its /proc/PID/cgroup: `ID:CONTROLLERS:PATH` a line
 * @param mountinfo /proc/self/mountinfo, proc(5): ID PARENT DEVICE ROOT MOUNTPOINT OPTIONS … - TYPE SOURCE OPTIONS
 */
export function directories(cgroup: string, mountinfo: string): string[] {
  const mounts = mountinfo.split('\n').flatMap((line) => {
    const [place, type, , options] = line
      .split(' - ')
      .flatMap((part, i) => (i === 0 ? [part] : part.split(' ')));
    const [, , , root, path] = place.split(' ');
    return type?.startsWith('cgroup') ? [{ root, path, type, options: (options ?? '').split(',') }] : [];
  });
  return cgroup.split('\n').flatMap((line) => {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (path === undefined) return [];
    const mount = mounts.find(({ type, options }) =>
      controllers === ''
        ? type === 'cgroup2'
        : options.includes('cpu') && controllers.split(',').includes('cpu'),
    );
    return mount === undefined ? [] : withParents(mount.path, below(path, mount.root));
  });
}

/** A path of the hierarchy as seen from what of it is mounted. */
function below(path: string, root: string): string {
  if (root === '/' || !(path === root || path.startsWith(`${root}/`))) return path;
  return path.slice(root.length);
}

function withParents(mount: string, path: string): string[] {
  const steps = path.split('/').filter((step) => step !== '' && step !== '..');
  return Array.from({ length: steps.length + 1 }, (_, i) => join(mount, ...steps.slice(0, steps.length - i)));
}

/** Undefined for a cgroup without a quota, and for one that may not be read. */
function readQuota(directory: string): Quota | undefined {
  try {
    return parseQuota(readFileSync(join(directory, 'cpu.stat'), 'utf8'));
  } catch {
    return undefined;
  }
}

/** `throttled_usec` in version 2; `throttled_time`, in nanoseconds, in version 1. */
export function parseQuota(stat: string): Quota | undefined {
  const values = new Map(
    stat
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf(' ')), Number(line.slice(line.indexOf(' ') + 1))]),
  );
  const throttledUs = values.get('throttled_usec') ?? (values.get('throttled_time') ?? Number.NaN) / 1000;
  const [periods, throttled] = [values.get('nr_periods'), values.get('nr_throttled')];
  if (periods === undefined || throttled === undefined || Number.isNaN(throttledUs)) return undefined;
  return { periods, throttled, throttledUs };
}

function seconds(us: number): string {
  return (us / 1e6).toFixed(us < 1e6 ? 3 : 2);
}
