import { readFileSync } from 'node:fs';
import { JIT_MAPPING } from '../../profile/mappings.js';
import { NO_PROCESS } from '../../profile/processes.js';
import { Profile } from '../../profile/profile.js';
import { innermostPid, startOf, userOf } from '../live-process.js';
import { PerfMapFile } from '../perf-map-file.js';
import { Symbolizer } from '../symbolizer.js';
import { MapNames } from './map-names.js';
import type { AddressNames } from './resolve-text.js';

const HALF_DIGITS = 8;
/** Kernel addresses have all sixteen digits. */
const KERNEL = /^ffff[\da-f]{12}$/i;
/** `START-END PERMISSIONS OFFSET DEVICE INODE PATH` of /proc/PID/maps. */
const MAPPING = /^([\da-f]+)-([\da-f]+) (\S+) ([\da-f]+) \S+ (\d+)\s*(.*)$/;

/**
 * The perf map of a process as V8 writes it: under the pid that the process has in its own container, in its own
 * /tmp, else in ours. undefined when there is none.
 * @throws RefusedMap when it is not to be trusted
 */
export function openMapOf(pid: number): MapNames | undefined {
  const users = [process.getuid?.() ?? 0, userOf(pid)].filter((user) => user !== undefined);
  const owner = { users, startedMs: userOf(pid) === undefined ? 0 : startOf(pid) };
  for (const path of [`/proc/${pid}/root/tmp/perf-${innermostPid(pid)}.map`, `/tmp/perf-${pid}.map`]) {
    const file = PerfMapFile.open(path, owner);
    if (file === undefined) continue;
    const names = new MapNames(file);
    names.refresh();
    return names;
  }
  return undefined;
}

/** Names of the native code of a process that lives, and of the kernel under it. */
export class NativeNames implements AddressNames {
  private readonly profile = new Profile();
  private readonly symbolizer = new Symbolizer(this.profile, { live: true, jitMapPaths: () => [] });
  private readonly process: number;

  private constructor(pid: number, maps: string) {
    this.process = this.profile.processes.add({ pid, parent: NO_PROCESS, start: 0, command: '' });
    for (const line of maps.split('\n')) this.addMapping(line);
  }

  /** undefined when it does not live, or its mappings are not ours to see. */
  static of(pid: number): NativeNames | undefined {
    try {
      return new NativeNames(pid, readFileSync(`/proc/${pid}/maps`, 'utf8'));
    } catch {
      return undefined;
    }
  }

  nameOf(digits: string): string | undefined {
    const frame = KERNEL.test(digits)
      ? this.symbolizer.kernelFrame(half(digits.slice(-HALF_DIGITS)), half(digits.slice(0, -HALF_DIGITS)))
      : this.symbolizer.userFrame(this.process, Number.parseInt(digits, 16));
    const { frames, functions, mappings } = this.profile;
    const func = frames.func(frame);
    const isRunTime = mappings.path(functions.columns.mapping.data[func]) === JIT_MAPPING;
    return isRunTime ? undefined : functions.name(func) || undefined;
  }

  refresh(): void {}

  close(): void {
    this.symbolizer.close();
  }

  private addMapping(line: string): void {
    const match = MAPPING.exec(line);
    if (match === null || !match[3].includes('x')) return;
    const [, start, end, , offset, inode, path] = match;
    this.symbolizer.addMapping(this.process, {
      start: Number.parseInt(start, 16),
      length: Number.parseInt(end, 16) - Number.parseInt(start, 16),
      fileOffset: Number.parseInt(offset, 16),
      path,
      inode: Number(inode),
    });
  }
}

function half(digits: string): number {
  return Number.parseInt(digits, 16);
}
