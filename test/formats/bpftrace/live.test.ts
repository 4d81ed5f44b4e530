import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { bpftrace } from '../../../src/formats/bpftrace/index.js';
import { NativeNames } from '../../../src/symbols/resolve/process-names.js';
import { resolveText } from '../../../src/symbols/resolve/resolve-text.js';
import { nodeBinary } from '../../symbols/programs.js';
import { readBytes } from '../check-recording.js';

const BUSY = 'const end = Date.now() + 60000; while (Date.now() < end) JSON.parse("[1,2,3]");';

it('reads what bpftrace counts now, and resolve names the addresses that it leaves', async () => {
  const target = spawn(nodeBinary(22), ['-e', BUSY], { stdio: 'ignore' });
  try {
    const program = `profile:hz:199 /pid == ${target.pid}/ { @[pid, comm, ustack] = count(); @n = count(); } interval:s:2 { exit(); }`;
    const { stdout } = spawnSync('bpftrace', ['-e', program], {
      env: { ...process.env, BPFTRACE_NO_USER_SYMBOLS: '1' },
      timeout: 90_000,
    });
    const profile = await readBytes(bpftrace, new Uint8Array(stdout));
    const counted = Number(/^@n: (\d+)$/m.exec(stdout.toString())![1]);
    expect(counted).toBeGreaterThan(10);
    expect(profile.series.map(({ event, totalWeight }) => [event, totalWeight])).toEqual([['@', counted]]);
    expect(profile.processes.columns.pid.data[0]).toBe(target.pid);

    const names = NativeNames.of(target.pid!)!;
    const pieces: Uint8Array[] = [];
    const input = (async function* () {
      yield new Uint8Array(stdout);
    })();
    for await (const piece of resolveText(input, names, (name) => name)) pieces.push(piece);
    names.close();
    const resolved = await readBytes(bpftrace, new Uint8Array(Buffer.concat(pieces)));
    expect(resolved.series[0].totalWeight).toBe(counted);
    const named = Array.from({ length: resolved.functions.length }, (_, id) => resolved.functions.name(id));
    expect(named).toContain('node::Start(int, char**)');
    expect(Buffer.concat(pieces).toString()).toMatch(/^ {4}0x[\da-f]+ node::Start\(int, char\*\*\)$/m);
  } finally {
    target.kill('SIGKILL');
    await once(target, 'exit');
  }
});
