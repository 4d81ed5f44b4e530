/**
 * What is evaluated once in each thread that is profiled. It leaves nothing a program would find but an `exit`
 * listener in workers; the object it makes is held by the inspector session alone.
 *
 * It may run at any moment, also while Node is still loading its own modules, so it must load none: one that is
 * asked for while it is being loaded would be seen half made.
 */
export interface Installed {
  /** Linux's id of the thread; 0 until the preload has told it. */
  tid: number;
  /** The thread's `schedstat`, which cannot be read when it has ended; from the preload. */
  schedstat: () => string;
  /** Starts the profile `next` and ends the profile `last`; either may be ''. */
  rotate(last: string, next: string): void;
}

/** The property of `globalThis` by which the preload of a worker finds its `Installed`, and which it removes. */
export const MARK = 'stackscope.thread';

/** Begins the title of a profile by which a worker that ends tells its id and its times. */
export const CPU_TITLE = 'stackscope cpu ';

/** The url of what is evaluated, by which its samples are told from the program's. */
export const AGENT_URL = 'stackscope:agent';

/** The text of an expression whose value is an `Installed` of the thread it is evaluated in. */
export function installExpression(isWorker: boolean): string {
  const values = [isWorker, MARK, CPU_TITLE].map((value) => JSON.stringify(value));
  return `(${install.toString()})(${values})\n//# sourceURL=${AGENT_URL}`;
}

/** Sent as source text: it must not refer to anything outside itself. */
function install(isWorker: boolean, mark: string, cpuTitle: string): Installed {
  const { profile, profileEnd } = globalThis.console;
  let current = '';
  const installed: Installed = {
    tid: 0,
    schedstat: () => '0 0 0',
    rotate(last, next) {
      current = next;
      // The next one first: as long as one is active V8 keeps its profiler and need not log all code again.
      if (next !== '') profile(next);
      if (last !== '') profileEnd(last);
    },
  };
  if (isWorker) {
    process.on('exit', () => {
      if (current === '') return;
      // Titles are all that goes from here to the streamer; this profile is never ended.
      profile(`${cpuTitle}${installed.tid} ${installed.schedstat()}`);
      profileEnd(current);
      current = '';
    });
    Object.defineProperty(globalThis, Symbol.for(mark), { value: installed, configurable: true });
  }
  return installed;
}
