// npm run build: the sources in src/ become dist/, the viewer one page in it, and the commands become executable.
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { install, markBuilt, must, ROOT, requireNode } from './steps.mjs';
import { buildViewer } from './viewer.mjs';

requireNode();
install();
const started = Date.now();
must(process.execPath, [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.json']);
const { bin } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
for (const command of Object.values(bin).map((path) => join(ROOT, path))) {
  if (existsSync(command)) chmodSync(command, 0o755);
}
await buildViewer();
markBuilt(started);
