// npm start: installs what running needs, builds what is stale, and runs the demo.
import { join } from 'node:path';
import { build, install, ROOT, requireNode, run } from './steps.mjs';

requireNode();
install();
build();
const args = process.argv.slice(2);
process.exitCode = run(process.execPath, [join(ROOT, 'dist', 'cli', 'main.js'), 'demo', ...args]);
