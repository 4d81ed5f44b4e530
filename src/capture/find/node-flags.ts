import { basename } from 'node:path';

/** Options of Node that take the next word of the command line as their value. */
const VALUED = new Set([
  ...['-r', '--require', '--import', '-C', '--conditions', '--loader', '--experimental-loader'],
  ...[
    '-e',
    '--eval',
    '-p',
    '--print',
    '-pe',
    '--title',
    '--input-type',
    '--env-file',
    '--env-file-if-exists',
  ],
  ...['--inspect-port', '--debug-port', '--stack-trace-limit', '--icu-data-dir', '--openssl-config'],
  ...['--diagnostic-dir', '--redirect-warnings', '--report-dir', '--report-directory', '--cpu-prof-dir'],
  ...['--watch-path', '--unhandled-rejections', '--dns-result-order', '--test-name-pattern'],
]);

/** Those whose value is the program. */
const CODE = new Set(['-e', '--eval', '-p', '--print', '-pe']);

/** Flags that change what can be recorded of a process, or how it runs. */
const NOTABLE = [
  /^--(inspect|debug)(-brk|-wait|-port)?(=|$)/,
  /^--disable-sigusr1$/,
  /^--enable-source-maps$/,
  /^--(interpreted-frames-native-stack|perf-basic-prof|perf-prof)(=|-|$)/,
  /^--(prof|cpu-prof|heap-prof)$/,
  /^--max-(old|semi|new)-space-size(=|$)/,
  /^--(experimental-)?permission$/,
  /^--jitless$/,
];

/** Node's own flags of a command line, those of the program after its script left out, and those of NODE_OPTIONS. */
export function nodeFlags(command: readonly string[], nodeOptions: string | undefined): string[] {
  const flags: string[] = [];
  for (let at = 1; isFlag(command[at]); at++) {
    const isValued = VALUED.has(command[at]);
    flags.push(isValued ? `${command[at]}=${command[at + 1] ?? ''}` : command[at]);
    if (isValued) at++;
  }
  return [...flags, ...(nodeOptions ?? '').split(/\s+/).filter(Boolean)].map(withDashes);
}

/** What a command line runs: `node` without its path and its flags, the script and what that is given. */
export function programPart(command: readonly string[]): string {
  const [first = '', ...rest] = command;
  let at = 1;
  while (isFlag(command[at]) && !CODE.has(command[at])) at += VALUED.has(command[at]) ? 2 : 1;
  const name = basename(first);
  return /^node/.test(name) ? [name, ...command.slice(at)].join(' ') : [first, ...rest].join(' ');
}

function isFlag(word: string | undefined): word is string {
  return word !== undefined && word.length > 1 && word.startsWith('-') && word !== '--';
}

/** Those of them that matter to who wants to record it, each once. */
export function notableFlags(flags: readonly string[]): string[] {
  return [...new Set(flags.filter((flag) => NOTABLE.some((pattern) => pattern.test(flag))))];
}

/** V8 takes `--max_old_space_size` too. */
function withDashes(flag: string): string {
  const end = flag.indexOf('=');
  const name = end < 0 ? flag : flag.slice(0, end);
  return name.replaceAll('_', '-') + flag.slice(name.length);
}
