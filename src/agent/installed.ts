/**
 * What is evaluated once in each thread that is profiled. It leaves nothing a program would find but an `exit`
 * listener in workers; the object it makes is held by the inspector session alone.
 *
 * The function is sent as source text: it must not refer to anything outside itself.
 */
export interface Installed {
  /** Linux's id of the thread, 0 when not known. */
  tid: number;
  /** Starts the profile `next` and ends the profile `last`; either may be ''. */
  rotate(last: string, next: string): void;
}

/** The text of an expression whose value is an `Installed` of the thread it is evaluated in. */
export function installExpression(isWorker: boolean): string {
  return `(${install.toString()})(${isWorker}, typeof require === 'function' ? require : undefined)`;
}

function install(isWorker: boolean, commandLineRequire: NodeJS.Require | undefined): Installed {
  const load = (process.getBuiltinModule ?? commandLineRequire) as (name: string) => unknown;
  const console = (load('inspector') as typeof import('node:inspector')).console as unknown as {
    profile(title: string): void;
    profileEnd(title: string): void;
  };
  let current = '';
  const installed: Installed = {
    tid: 0,
    rotate(last, next) {
      current = next;
      // The next one first: as long as one is active V8 keeps its profiler and need not log all code again.
      if (next !== '') console.profile(next);
      if (last !== '') console.profileEnd(last);
    },
  };
  try {
    const link = (load('fs') as typeof import('node:fs')).readlinkSync('/proc/thread-self');
    installed.tid = Number(link.slice(link.lastIndexOf('/') + 1));
  } catch {
    // No /proc: the thread goes without its id.
  }
  if (isWorker) {
    process.on('exit', () => {
      if (current !== '') console.profileEnd(current);
      current = '';
    });
    Object.defineProperty(globalThis, Symbol.for('stackscope.thread'), { value: true, configurable: true });
  }
  return installed;
}
