import { AGENT_URL, CPU_TITLE, type Installed } from './installed.js';

/**
 * What is evaluated once in each thread of a process that was running already. As `Installed`, but it has no preload
 * to help it, must not trust what the program may have replaced since, and takes itself out again.
 */
export interface InstalledLater extends Installed {
  /** CLOCK_MONOTONIC in microseconds. */
  nowUs(): number;
  remove(): void;
}

/** The text of an expression whose value is an `InstalledLater` of the thread it is evaluated in. */
export function attachedExpression(isWorker: boolean): string {
  const values = [isWorker, CPU_TITLE].map((value) => JSON.stringify(value));
  return `(${install.toString()})(${values})\n//# sourceURL=${AGENT_URL}`;
}

/** Sent as source text: it must not refer to anything outside itself. */
function install(isWorker: boolean, cpuTitle: string): InstalledLater {
  // Since 20.16 and 22.3. The module is the console as Node made it.
  const modules = process.getBuiltinModule;
  const { profile, profileEnd } = modules?.('node:console') ?? globalThis.console;
  const fs = modules?.('node:fs');
  const now = process.hrtime.bigint;
  let current = '';
  const readThread = (file: string) => fs!.readFileSync(`/proc/thread-self/${file}`, 'latin1');
  const onExit = () => {
    if (current === '') return;
    profile(`${cpuTitle}${installed.tid} ${installed.schedstat()}`);
    profileEnd(current);
    current = '';
  };
  const installed: InstalledLater = {
    tid: 0,
    schedstat: () => readThread('schedstat'),
    nowUs: () => Number(now() / 1000n),
    rotate(last, next) {
      current = next;
      if (next !== '') profile(next);
      if (last !== '') profileEnd(last);
    },
    remove: () => {
      if (isWorker) process.removeListener('exit', onExit);
    },
  };
  if (!isWorker || !fs) return installed;
  installed.tid = Number(readThread('stat').split(' ')[0]);
  process.on('exit', onExit);
  return installed;
}
