// npm run build: the sources in src/ become dist/, the viewer one page in it, and the command becomes executable.
import { chmodSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { install, markBuilt, must, ROOT, requireNode } from './steps.mjs';
import { buildViewer } from './viewer.mjs';

requireNode();
install();
const started = Date.now();
must(process.execPath, [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.json']);
const command = join(ROOT, 'dist', 'cli', 'main.js');
if (existsSync(command)) chmodSync(command, 0o755);
await buildViewer();
markBuilt(started);
