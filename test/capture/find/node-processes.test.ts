import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, describe, expect, it } from 'vitest';
import schema from '../../../docs/ps.schema.json' with { type: 'json' };
import { listNodeProcesses } from '../../../src/capture/find/node-processes.js';
import { NodeVersions } from '../../../src/capture/find/node-version.js';
import { COMMAND, run, scratchDirectory, stackscope } from '../../e2e/stackscope.js';
import { Target } from '../attach/targets.js';
import { NODES, nodePath } from '../v8/launch.js';

const scratch = scratchDirectory();
afterAll(() => scratch.remove());

async function listed(pid: number) {
  const { processes } = await listNodeProcesses();
  return processes.find((each) => each.pid === pid);
}

describe.each(NODES)('a process of Node %i', (version) => {
  it('is listed with its version, read from the binary, its CPU, ports and flags', async () => {
    const flags = ['--inspect=0', '--enable-source-maps', '--no-warnings'];
    await using target = await Target.start(version, ['forever'], flags);
    const asked = await run(nodePath(version), ['--version']);
    const found = await listed(target.pid);
    expect(found).toMatchObject({
      parentPid: process.pid,
      uid: process.geteuid!(),
      node: asked.stdout.trim().slice(1),
      flags: ['--inspect=0', '--enable-source-maps'],
      isClusterWorker: false,
      container: null,
      refusal: null,
    });
    expect(found!.ports).toHaveLength(1);
    expect(found!.program).toMatch(/^node \S*hot\.cjs forever$/);
    expect(found!.ageMs).toBeGreaterThan(0);
    expect(found!.ageMs).toBeLessThan(60_000);
    expect(found!.cpuNow).toBeGreaterThan(0.05);
    expect(found!.cpuSinceStart).toBeGreaterThan(0.05);
  });
});

describe('the list', () => {
  it('knows Node by its file, whatever it calls itself, and whose file is gone', async () => {
    const folder = join(scratch.path, 'opt');
    mkdirSync(folder);
    const node = join(folder, 'node');
    copyFileSync(nodePath(20), node);
    const script = `process.title = 'my service'; require('fs').unlinkSync(${JSON.stringify(node)}); console.log('up'); setInterval(() => {}, 99)`;
    const child = spawn(node, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    await once(child.stdout, 'data');
    expect(await listed(child.pid!)).toMatchObject({ command: 'my service', program: 'my service' });
    expect((await listed(child.pid!))!.node).toMatch(/^20\./);
    child.kill('SIGKILL');
  });

  it('says why a process cannot be attached to', async () => {
    await using target = await Target.start(24, ['quiet'], ['--disable-sigusr1']);
    const found = await listed(target.pid);
    expect(found!.refusal).toMatchObject({ code: 'ATTACH_SIGNAL_UNSAFE' });
    expect(found!.cpuNow).toBeLessThan(0.5);
  });

  it('leaves out ourselves and what is not Node', async () => {
    const other = spawn('sleep', ['30'], { stdio: 'ignore' });
    expect(await listed(other.pid!)).toBeUndefined();
    expect(await listed(process.pid)).toBeUndefined();
    other.kill('SIGKILL');
    expect(new NodeVersions().of(other.pid!)).toBeUndefined();
  });

  it('is a contract as JSON, and a table on a terminal', async () => {
    await using target = await Target.start(22, ['quiet']);
    const { stdout, code } = await stackscope(['ps', '--json']);
    expect(code).toBe(0);
    const isValid = new Ajv2020({ strict: false }).compile(schema);
    const list = JSON.parse(stdout) as { processes: { pid: number }[] };
    expect(isValid(list), JSON.stringify(isValid.errors)).toBe(true);
    expect(list.processes.map(({ pid }) => pid)).toContain(target.pid);
    const table = await stackscope(['ps'], { env: { ...process.env, COLUMNS: '80' } });
    expect(table.stdout).toMatch(new RegExp(`^ +${target.pid}  .* yes .* node .*hot\\.cjs quiet$`, 'm'));
    for (const line of table.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it.runIf(process.geteuid?.() === 0)("shows little of other users' processes, and says so", async () => {
    await using target = await Target.start(22, ['quiet']);
    const nobody = spawn(process.execPath, [COMMAND, 'ps', '--json'], { uid: 65534, gid: 65534 });
    let text = '';
    nobody.stdout.on('data', (piece) => {
      text += piece;
    });
    await once(nobody, 'close');
    const { processes } = JSON.parse(text) as { processes: { pid: number }[] };
    expect(processes.find(({ pid }) => pid === target.pid)).toMatchObject({
      ...{ node: null, ports: null, uid: 0, user: 'root' },
      refusal: { code: 'ATTACH_OTHER_USER' },
    });
    const words = spawn(process.execPath, [COMMAND, 'ps'], { uid: 65534, gid: 65534 });
    let stderr = '';
    words.stderr.on('data', (piece) => {
      stderr += piece;
    });
    await once(words, 'close');
    expect(stderr).toMatch(/^stackscope: .*of another user: version, ports and flags are hidden; sudo/m);
  });
});
