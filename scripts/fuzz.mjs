// npm run fuzz [MINUTES]: the mutation tests of every reader, with new seeds, for as long as asked (default 10).
import { build, install, requireNode, run } from './steps.mjs';

const minutes = Number(process.argv[2] ?? 10);
if (!(minutes > 0)) {
  console.error('npm run fuzz takes a number of minutes, 10 when left out.');
  process.exit(2);
}
requireNode();
install();
build();
const deadline = Date.now() + minutes * 60_000;
for (let seed = 1; Date.now() < deadline; seed++) {
  console.log(`seed ${seed}`);
  const env = { ...process.env, STACKSCOPE_FUZZ_SEED: String(seed) };
  const code = run('npx', ['--no-install', 'vitest', 'run', '--reporter=dot', 'mutation'], { env });
  if (code !== 0) {
    console.error(`failed with STACKSCOPE_FUZZ_SEED=${seed}`);
    process.exit(1);
  }
}
