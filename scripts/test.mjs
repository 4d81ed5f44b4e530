// npm test: installs the system parts and the Node versions the tests run on, then runs everything.
// Arguments are handed to vitest: `npm test -- test/symbols`.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, install, ROOT, requireNode, run } from './steps.mjs';

/** Debian packages by a command each brings. */
const SYSTEM_PARTS = {
  perf: 'linux-perf',
  gcc: 'gcc',
  nm: 'binutils',
  script: 'bsdutils',
  unshare: 'util-linux',
  strace: 'strace',
  chromium: 'chromium',
  bpftrace: 'bpftrace',
  go: 'golang-go',
};

function installSystemParts() {
  const missing = Object.entries(SYSTEM_PARTS).filter(
    ([command]) => spawnSync('which', [command]).status !== 0,
  );
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map(([, name]) => name))];
  const apt = (...args) => run('apt-get', ['-qq', '-y', ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  console.error(`installing ${packages.join(', ')} …`);
  const canInstall = spawnSync('which', ['apt-get']).status === 0 && process.getuid() === 0;
  if (canInstall && apt('update') === 0 && apt('install', '--no-install-recommends', ...packages) === 0)
    return;
  console.error(
    `could not install ${packages.join(', ')}: install them by hand; the tests that use them will fail.`,
  );
}

requireNode();
installSystemParts();
install();
install('test/nodes');
install('test/tools');
install('test/bundlers');
build();

const results = join(ROOT, 'test', 'out', 'results.json');
rmSync(results, { force: true });
const code = run('npx', [
  '--no-install',
  'vitest',
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${results}`,
  ...process.argv.slice(2),
]);
const { numPassedTests, numFailedTests, numFailedTestSuites, numPendingTests } = JSON.parse(
  readFileSync(results, 'utf8'),
);
const failed = Math.max(numFailedTests, numFailedTestSuites > 0 ? 1 : 0, code !== 0 ? 1 : 0);
if (numPendingTests > 0) console.log(`${numPendingTests} skipped`);
console.log(`${numPassedTests} passed, ${failed} failed`);
process.exitCode = failed > 0 || numPassedTests === 0 ? 1 : 0;
