import { readdirSync } from 'node:fs';
import { maySetNamespaces } from '../attach/network.js';
import { findCommand } from '../find-command.js';
import { isElsewhere } from '../namespaces.js';
import { readProc } from '../procfs.js';
import { type Check, works } from './check.js';
import { asRoot, installCommand } from './packages.js';

const TRACEFS = ['/sys/kernel/tracing', '/sys/kernel/debug/tracing'];

/** The kernel's tracepoints, by which what a program waits for can be seen from outside. */
export function checkTracefs(): Check {
  const check = { id: 'tracefs', group: 'probe', name: 'tracepoints' } as const;
  const place = TRACEFS.find((directory) => canList(`${directory}/events`));
  if (place !== undefined) return works('probe', check.id, check.name, `in ${place}`);
  if (/ tracefs /.test(readProc('mounts') ?? '')) {
    const detail = 'only root may look at them';
    return { ...check, state: 'refused', detail, cure: asRoot('stackscope doctor') };
  }
  const detail = 'tracefs is not mounted';
  return { ...check, state: 'missing', detail, cure: asRoot('mount -t tracefs nodev /sys/kernel/tracing') };
}

/** bpftrace, which follows calls into the kernel and into Node's own functions. */
export function checkBpftrace(): Check {
  const check = { id: 'bpftrace', group: 'probe', name: 'bpftrace' } as const;
  const path = commandPath('bpftrace');
  if (path === undefined) {
    return {
      ...check,
      state: 'missing',
      detail: 'bpftrace is not installed',
      cure: installCommand('bpftrace'),
    };
  }
  if (process.geteuid?.() === 0) return works('probe', check.id, check.name, path);
  return { ...check, state: 'refused', detail: 'bpftrace is for root', cure: 'sudo stackscope doctor' };
}

/** The kernel's settings, which say why something is refused. */
export function checkSysctl(): Check {
  const check = { id: 'proc-sys', group: 'access', name: '/proc/sys' } as const;
  const level = readProc('sys/kernel/perf_event_paranoid')?.trim();
  if (level !== undefined) {
    return works(
      'access',
      check.id,
      check.name,
      `perf_event_paranoid is ${level}, kptr_restrict ${readProc('sys/kernel/kptr_restrict')?.trim() ?? 'unknown'}`,
    );
  }
  const detail = 'it cannot be read, so why perf is refused cannot be told; nothing else needs it';
  return { ...check, state: 'missing', detail, cure: null };
}

/** The way into containers with a network of their own. */
export function checkNsenter(pid: number | undefined): Check {
  const check = { id: 'nsenter', group: 'access', name: 'networks of containers' } as const;
  if (pid !== undefined && !isElsewhere(pid, 'net')) {
    return works('access', check.id, check.name, 'not needed: it is in our network');
  }
  if (commandPath('nsenter') === undefined) {
    return {
      ...check,
      state: 'missing',
      detail: 'nsenter is not installed',
      cure: installCommand('utilLinux'),
    };
  }
  if (maySetNamespaces()) return works('access', check.id, check.name, 'reached through nsenter');
  const detail = 'only root may enter them, but for those that this user has made';
  return {
    ...check,
    state: 'refused',
    detail,
    cure: asRoot(`stackscope ${pid === undefined ? 'ps' : `record -p ${pid}`}`),
  };
}

function commandPath(name: string): string | undefined {
  try {
    return findCommand(name, process.env['PATH']);
  } catch {
    return undefined;
  }
}

function canList(directory: string): boolean {
  try {
    return readdirSync(directory).length > 0;
  } catch {
    return false;
  }
}
