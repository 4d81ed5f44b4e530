import { UserError } from '../../profile/errors.js';
import { readProc } from '../procfs.js';

const FAILED = 125;

export function perfMissing(): UserError {
  return new UserError(
    'PERF_MISSING',
    'perf is not installed; install it (Debian: linux-perf, Ubuntu: linux-tools-generic, Fedora: perf), or use --engine v8.',
    FAILED,
  );
}

/** Turns what perf printed before it ended into a sentence with the cure. */
export function perfFailure(stderr: string, event: string): UserError {
  const isRefused = /perf_event_paranoid|Permission denied|Operation not permitted|No permission|limited/i;
  if (/unknown option|Unknown option|unknown switch|Failed to parse delay|Invalid -D/.test(stderr)) {
    return new UserError(
      'PERF_TOO_OLD',
      'The installed perf is too old: version 5.10 or newer is needed; install one, or use --engine v8.',
      FAILED,
    );
  }
  if (/event syntax error|unable to find|Cannot find PMU|failed to parse event/i.test(stderr)) {
    return new UserError(
      'PERF_UNKNOWN_EVENT',
      `perf does not know the event ${event}; see perf list, or leave out -e for cpu-clock.`,
      2,
    );
  }
  if (/not supported|No such device/i.test(stderr)) {
    return new UserError(
      'PERF_EVENT_UNSUPPORTED',
      `This machine cannot sample ${event}; leave out -e for cpu-clock, which every machine has.`,
      FAILED,
    );
  }
  if (/mlock|mapping pages/i.test(stderr)) {
    return new UserError(
      'PERF_MLOCK',
      'perf may not lock the memory for its buffers; raise it (sysctl kernel.perf_event_mlock_kb=2048), or use --engine v8.',
      FAILED,
    );
  }
  if (isRefused.test(stderr)) return refused();
  const words = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /\w/.test(line) && !/^Events /.test(line));
  return new UserError(
    'PERF_FAILED',
    `perf record failed: ${words[0]?.slice(0, 300) ?? 'it ended without a word'}; try --engine v8.`,
    FAILED,
  );
}

function refused(): UserError {
  const paranoid = readProc('sys/kernel/perf_event_paranoid')?.trim() ?? 'unknown';
  const cure =
    Number(paranoid) > 2
      ? 'sysctl kernel.perf_event_paranoid=1 as root allows it'
      : 'a container needs the capability CAP_PERFMON';
  return new UserError(
    'PERF_REFUSED',
    `The kernel refuses perf (perf_event_paranoid is ${paranoid}); ${cure}, or use --engine v8.`,
    FAILED,
  );
}
