import childProcess = require('node:child_process');
import fs = require('node:fs');

// The program finds no module of ours.
delete require.cache[__filename];

/** What a child process is started with, as Node's internals call it: the fields we look at. */
interface ChildStart {
  readonly file: string;
  readonly args?: readonly string[];
  readonly cwd?: string | URL | null;
  readonly uid?: number;
  readonly envPairs?: readonly string[];
}

type Start = (this: unknown, options: ChildStart) => unknown;

/**
 * Takes `words` out of the NODE_OPTIONS of every child process, started in whatever way, for which `harms` says so.
 * Never throws into the program; where Node does not let us, children get what they would have got.
 */
function guardChildren(words: readonly string[], harms: (child: ChildStart) => boolean): void {
  const guarded = (options: ChildStart): ChildStart => {
    try {
      return harms(options) ? without(words, options) : options;
    } catch {
      return options;
    }
  };
  guard(childProcess.ChildProcess.prototype as unknown as { spawn: Start }, guarded);
  const binding = syncBinding();
  if (binding !== undefined) guard(binding, guarded);
}

/** Whether it runs a Node that may not read our file (Node 20 looks at its permissions before it loads a preload). */
function forbidsPreload({ args }: ChildStart): boolean {
  return args?.some((word) => word.includes('--experimental-permission')) === true;
}

/** Whether what it starts with cannot write to its working directory. */
function cannotWrite({ cwd, uid }: ChildStart): boolean {
  // As another user: nothing can be known.
  if (uid !== undefined && uid !== null && uid !== process.getuid?.()) return true;
  try {
    fs.accessSync(cwd ?? '.', fs.constants.W_OK | fs.constants.X_OK);
    return false;
  } catch {
    return true;
  }
}

/** How NODE_OPTIONS may name a preload. */
function optionWords(file: string): string[] {
  return [`--require=${file}`, `--require="${file.replace(/["\\]/g, '\\$&')}"`];
}

function guard(owner: { spawn: Start }, guarded: (options: ChildStart) => ChildStart): void {
  owner.spawn = new Proxy(owner.spawn, {
    apply: (target, self, [options, ...rest]) => Reflect.apply(target, self, [guarded(options), ...rest]),
  });
}

/** What `spawnSync`, `execSync` and `execFileSync` end in; there is no other way to it, hence no warning either. */
function syncBinding(): { spawn: Start } | undefined {
  const flags = process as { noDeprecation?: boolean | undefined };
  const { noDeprecation } = flags;
  const had = Object.hasOwn(process, 'noDeprecation');
  try {
    flags.noDeprecation = true;
    const { binding } = process as unknown as { binding(name: string): { spawn: Start } };
    return binding.call(process, 'spawn_sync');
  } catch {
    return undefined;
  } finally {
    if (had) flags.noDeprecation = noDeprecation;
    else delete flags.noDeprecation;
  }
}

function without(words: readonly string[], options: ChildStart): ChildStart {
  const envPairs = options.envPairs?.flatMap((pair) => {
    if (!pair.startsWith('NODE_OPTIONS=')) return [pair];
    const rest = words.reduce((text, word) => text.replaceAll(word, ''), pair).trimEnd();
    return rest === 'NODE_OPTIONS=' ? [] : [rest];
  });
  return Object.assign(Object.create(Object.getPrototypeOf(options)), options, { envPairs });
}

export = { guardChildren, forbidsPreload, cannotWrite, optionWords };
