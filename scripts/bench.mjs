// npm run bench [NAME…]: the measurements in bench/, each a program of its own, one after the other.
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build, install, ROOT, requireNode, run } from './steps.mjs';

requireNode();
install();
install('test/nodes');
build();
const all = readdirSync(join(ROOT, 'bench'))
  .filter((name) => name.endsWith('.bench.mjs'))
  .map((name) => basename(name, '.bench.mjs'));
const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`no such measurement: ${unknown.join(', ')}; there are ${all.join(', ')}.`);
  process.exit(2);
}
for (const name of chosen.length > 0 ? chosen : all) {
  console.log(`\n## ${name}`);
  if (run(process.execPath, [join(ROOT, 'bench', `${name}.bench.mjs`)]) !== 0) process.exitCode = 1;
}
