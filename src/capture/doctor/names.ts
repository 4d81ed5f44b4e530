import { accessSync, closeSync, constants, openSync, readSync } from 'node:fs';
import { openDebugFile } from '../../symbols/debug-file.js';
import { readElf, UnreadableElf } from '../../symbols/elf.js';
import { isSystemError, OpenFile } from '../../symbols/open-file.js';
import { PerfMapFile, RefusedMap } from '../../symbols/perf-map-file.js';
import { hasSymtab } from '../../symbols/symbol-table.js';
import { nodeFlags } from '../find/node-flags.js';
import { isElsewhere } from '../namespaces.js';
import { commandLine, environment, processStatus, readProc } from '../procfs.js';
import { type Check, works } from './check.js';
import { asRoot, installCommand } from './packages.js';

const NAMING = '--perf-basic-prof --interpreted-frames-native-stack';

/** Whether perf's frames of JavaScript get names: V8 writes them to /tmp, of a process that runs only if it was told to. */
export function checkPerfMap(pid: number | undefined): Check {
  const check = { id: 'perf-map', group: 'names', name: 'JavaScript under perf' } as const;
  if (pid !== undefined) return mapOf(pid);
  const unwritable = ['/tmp', process.cwd()].find((directory) => !isWritable(directory));
  if (unwritable === undefined) {
    return works('names', check.id, check.name, 'V8 can write them to /tmp, and its log here');
  }
  const detail = `V8 would write to ${unwritable}, which cannot be written to: programs started here are recorded by its profiler instead`;
  return {
    ...check,
    state: 'limited',
    detail,
    cure: unwritable === '/tmp' ? asRoot('mount -t tmpfs tmpfs /tmp') : 'cd /tmp',
  };
}

function mapOf(pid: number): Check {
  const check = { id: 'perf-map', group: 'names', name: 'JavaScript under perf' } as const;
  const status = processStatus(pid);
  const ownPid = status?.get('NSpid')?.split('\t').at(-1) ?? pid;
  const root = isElsewhere(pid, 'mnt') ? `/proc/${pid}/root` : '';
  const path = `${root}/tmp/perf-${ownPid}.map`;
  try {
    const users = (status?.get('Uid') ?? '').split('\t').map(Number);
    const map = PerfMapFile.open(path, { users, startedMs: 0 });
    map?.close();
    if (map !== undefined) return works('names', check.id, check.name, `it writes them to ${path}`);
  } catch (error) {
    if (!(error instanceof RefusedMap)) throw error;
    return { ...check, state: 'refused', detail: error.message, cure: `rm ${path}` };
  }
  const detail = 'perf alone would not name them: it was started without the flags for that';
  return { ...check, state: 'missing', detail, cure: `NODE_OPTIONS='${NAMING}' COMMAND` };
}

/** Whether V8 can write a jitdump, with the names and lines of compiled code, where a program runs. */
export function checkJitDump(pid: number | undefined): Check {
  const check = { id: 'jitdump', group: 'names', name: 'JIT dump' } as const;
  const directory = pid === undefined ? process.cwd() : `/proc/${pid}/cwd`;
  if (
    pid !== undefined &&
    nodeFlags(commandLine(pid), environment(pid).get('NODE_OPTIONS')).includes('--perf-prof')
  ) {
    return works('names', check.id, check.name, 'the program writes one where it was started');
  }
  const shown = pid === undefined ? directory : 'its working directory';
  if (isWritable(directory))
    return works('names', check.id, check.name, `node --perf-prof can write one to ${shown}`);
  const detail = `node --perf-prof would write one to ${shown}, which cannot be written to`;
  return { ...check, state: 'missing', detail, cure: 'cd /tmp' };
}

/** Whether the kernel tells the addresses of its functions. */
export function checkKallsyms(): Check {
  const check = { id: 'kallsyms', group: 'names', name: "the kernel's functions" } as const;
  const line = firstBytes('/proc/kallsyms');
  if (/^0*[1-9a-f][0-9a-f]* /.test(line))
    return works('names', check.id, check.name, 'named by /proc/kallsyms');
  const detail =
    line === '' ? 'there is no /proc/kallsyms to be read' : 'the kernel hides their addresses from this user';
  return {
    ...check,
    state: 'missing',
    detail,
    cure: asRoot('sysctl kernel.kptr_restrict=0 kernel.perf_event_paranoid=1'),
  };
}

/** Whether the C library's own functions have names, not only those it exports. */
export function checkLibcSymbols(pid: number | undefined): Check {
  const check = { id: 'libc-symbols', group: 'names', name: "libc's functions" } as const;
  const process = pid ?? 'self';
  const path = /\S*\/(?:libc\.so\.6|libc-2[\d.]*\.so|ld-musl-\S+)$/m.exec(
    readProc(`${process}/maps`) ?? '',
  )?.[0];
  if (path === undefined) {
    return { ...check, state: 'missing', detail: 'it is not known which libc it runs with', cure: null };
  }
  if (hasAllNames(`/proc/${process}/root${path}`, path))
    return works('names', check.id, check.name, `all named: ${path}`);
  const detail = `only those that ${path} exports are named`;
  return { ...check, state: 'limited', detail, cure: installCommand('libcSymbols') };
}

function hasAllNames(path: string, seenInside: string): boolean {
  let file: OpenFile | undefined;
  try {
    file = OpenFile.open(path, true);
    const image = readElf(file);
    if (hasSymtab(image)) return true;
    const debug = openDebugFile(image, seenInside);
    debug?.file.close();
    return debug !== undefined;
  } catch (error) {
    if (error instanceof UnreadableElf || isSystemError(error)) return false;
    throw error;
  } finally {
    file?.close();
  }
}

/** Source maps need no flag; Node's own traces do. */
export function checkSourceMaps(pid: number | undefined): Check {
  const name = 'source maps';
  const flags = pid === undefined ? [] : nodeFlags(commandLine(pid), environment(pid).get('NODE_OPTIONS'));
  const also = flags.includes('--enable-source-maps') ? '; the program runs with --enable-source-maps' : '';
  return works('names', 'source-maps', name, `read from beside the scripts, no flag is needed${also}`);
}

function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** '' when it cannot be read. */
function firstBytes(path: string): string {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    const bytes = Buffer.alloc(64);
    return bytes.toString('latin1', 0, readSync(descriptor, bytes));
  } catch {
    return '';
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
