import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const server = fileURLToPath(new URL('programs/deep-server.cjs', import.meta.url));

/** Two busy servers at 20 kHz for 26 seconds. */
export function recordServers(output) {
  const node = `${process.execPath} --perf-basic-prof --interpreted-frames-native-stack ${server} 26000`;
  const record = ['record', '-q', '-g', '-k', 'mono', '-N', '-F', '20000', '-e', 'cpu-clock', '-o', output];
  const { status } = spawnSync('perf', [...record, '--', 'sh', '-c', `${node} & ${node}; wait`], {
    cwd: dirname(output),
  });
  assert.equal(status, 0, 'perf record failed');
}
