import { noProcess } from '../attach/target.js';
import { commandLine, startTicks } from '../procfs.js';
import type { Check } from './check.js';
import { checkPerf, checkV8Attach, checkV8Launch } from './engines.js';
import { checkJitDump, checkKallsyms, checkLibcSymbols, checkPerfMap, checkSourceMaps } from './names.js';
import { checkBpftrace, checkNsenter, checkSysctl, checkTracefs } from './probes.js';

export interface Diagnosis {
  /** What was asked about; null for the machine alone. */
  readonly process: { readonly pid: number; readonly command: string } | null;
  /** Whether at least one engine records. */
  readonly works: boolean;
  readonly checks: readonly Check[];
}

/**
 * Finds out what stackscope can do here, or to one process. Nothing is done to it, but that perf is attached for a
 * moment where it may be.
 * @throws UserError when there is no such process
 */
export async function diagnose(pid: number | undefined): Promise<Diagnosis> {
  if (pid !== undefined && startTicks(pid) === undefined) throw noProcess(pid);
  const checks = [
    await checkPerf(pid),
    ...(pid === undefined ? [checkV8Launch()] : []),
    await checkV8Attach(pid),
    checkPerfMap(pid),
    checkJitDump(pid),
    checkKallsyms(),
    checkLibcSymbols(pid),
    checkSourceMaps(pid),
    checkTracefs(),
    checkBpftrace(),
    checkSysctl(),
    checkNsenter(pid),
  ];
  const engines = checks.filter(({ group }) => group === 'engine');
  return {
    process: pid === undefined ? null : { pid, command: commandLine(pid).join(' ') },
    works: engines.some(({ state }) => state === 'works' || state === 'limited'),
    checks,
  };
}
