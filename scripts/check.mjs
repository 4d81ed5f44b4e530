// npm run check: lint and format, types, unused code, the package as others will see it, who imports whom.
import { build, install, must, requireNode, run } from './steps.mjs';

requireNode();
install();
const npx = (...args) => ['npx', ['--no-install', ...args]];
const checks = [
  npx('biome', 'ci', '--error-on-warnings', '.'),
  npx('tsc', '--noEmit', '-p', 'tsconfig.test.json'),
  npx('tsc', '-p', 'tsconfig.viewer.json'),
  npx('knip'),
];
build();
checks.push(npx('publint', '--strict'), npx('vitest', 'run', 'test/repository.test.ts'));
const failed = checks.filter(([command, args]) => run(command, args) !== 0);
for (const [, args] of failed) console.error(`check failed: ${args.slice(1).join(' ')}`);
if (failed.length > 0) process.exit(1);
must('git', ['diff', '--check', 'HEAD']);
console.error('all checks passed');
