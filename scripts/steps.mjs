// What start, build, test and check share: running a command, and doing a step only when its inputs changed.
// Node built-ins only: these scripts run before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const OLDEST_NODE = [20, 19];

/** Ends the script with one sentence when this Node is too old to run stackscope. */
export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  fail(`stackscope needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}.`);
}

/** Prints one sentence and ends the script. */
export function fail(sentence, code = 1) {
  console.error(sentence);
  process.exit(code);
}

/** Runs a command in the repository with our own streams and returns its exit code. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit', ...options });
  if (result.error !== undefined) fail(`${command} could not be started: ${result.error.message}`);
  return result.status ?? 1;
}

/** Runs a command and ends the script with its code when it fails. */
export function must(command, args, options) {
  const code = run(command, args, options);
  if (code !== 0) fail(`failed: ${command} ${args.join(' ')}`, code);
}

/** Installs a folder's dependencies as its lock file says, unless that was done already. */
export function install(folder = '.') {
  const modules = join(ROOT, folder, 'node_modules');
  const stamp = join(modules, '.installed');
  const lock = join(ROOT, folder, 'package-lock.json');
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= statSync(lock).mtimeMs) return;
  console.error(`installing dependencies${folder === '.' ? '' : ` of ${folder}`} …`);
  must('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: join(ROOT, folder),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  writeFileSync(stamp, '');
}

/** Compiles the sources, unless nothing changed since the last time. */
export function build() {
  const stamp = join(ROOT, 'dist', '.built');
  const inputs = ['src', 'package.json', 'tsconfig.json', 'scripts/build.mjs', 'scripts/viewer.mjs'];
  if (existsSync(stamp) && inputs.every((input) => newest(join(ROOT, input)) < statSync(stamp).mtimeMs))
    return;
  console.error('building …');
  must(process.execPath, [join(ROOT, 'scripts', 'build.mjs')]);
}

/** Marks the build as done now. */
export function markBuilt(started) {
  mkdirSync(join(ROOT, 'dist'), { recursive: true });
  writeFileSync(join(ROOT, 'dist', '.built'), `${started}\n`);
}

function newest(path) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}
