import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { chooseProcesses } from '../../../src/capture/find/choose-processes.js';
import { childIds } from '../../../src/capture/procfs.js';
import { ownListeningSockets } from '../../../src/capture/sockets.js';
import { scratchDirectory, stackscope } from '../../e2e/stackscope.js';
import { until } from '../attach/targets.js';
import { NODES, nodePath } from '../v8/launch.js';

const PROGRAMS = join(import.meta.dirname, 'programs');
const scratch = scratchDirectory();
afterAll(() => scratch.remove());

/** A port that was free just now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

class Service implements AsyncDisposable {
  stderr = '';
  private constructor(
    readonly child: ChildProcess,
    readonly port: number,
  ) {
    child.stderr!.on('data', (text) => {
      this.stderr += text;
    });
  }

  static async start(
    version: number,
    args: readonly string[],
    env: NodeJS.ProcessEnv = {},
  ): Promise<Service> {
    const options = { cwd: PROGRAMS, env: { ...process.env, ...env } };
    const child = spawn(nodePath(version), args, { ...options, stdio: 'pipe' });
    const ended = once(child, 'close').then(([code]) => [`ended with ${code}`]);
    const [text] = await Promise.race([once(child.stdout!, 'data'), ended]);
    return new Service(child, Number(/^up (\d+)/.exec(String(text))![1]));
  }

  get pid(): number {
    return this.child.pid!;
  }

  get workers(): number[] {
    return childIds(this.pid);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const workers = this.workers;
    this.child.kill('SIGKILL');
    await once(this.child, 'close');
    for (const pid of workers) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended with its primary.
      }
    }
  }
}

interface Report {
  readonly processes: readonly { readonly pid: number; readonly node: string }[];
  readonly functions: readonly { readonly name: string }[];
  /** Where perf recorded too. */
  readonly javascript: Pick<Report, 'functions'> | null;
}

async function recordAndReport(args: readonly string[]): Promise<{ words: string; report: Report }> {
  const file = join(scratch.path, `${args.join('')}.stackscope`);
  const recorded = await stackscope(['record', '-d', '0.5', '--no-report', '-o', file, ...args]);
  expect(recorded.stderr).toContain('samples in');
  expect(recorded.code).toBe(0);
  const { stdout } = await stackscope(['report', file, '--json']);
  return { words: recorded.stderr, report: JSON.parse(stdout) as Report };
}

describe.each(NODES)('a cluster on Node %i', (version) => {
  // Both engines at once on one version, since each of them is on all elsewhere.
  it.each(version === 24 ? ['v8', 'auto'] : ['v8'])(
    'is recorded by its port: the primary, which listens, and its workers, on one inspector port, --engine %s',
    async (engine) => {
      const debug = await freePort();
      const flags = [`--inspect-port=${debug}`];
      await using service = await Service.start(version, [...flags, 'cluster.cjs', 'one-port'], {
        PORT: '0',
      });
      const { workers } = service;
      const { words, report } = await recordAndReport(['-p', `:${service.port}`, '--engine', engine]);
      expect(words).toContain(
        `process ${service.pid} is the primary of a cluster: its 3 workers (${workers.join(', ')}) are recorded too; --no-children leaves them out`,
      );
      expect(report.processes.map(({ pid }) => pid).sort()).toEqual([service.pid, ...workers].sort());
      const { functions } = report.javascript ?? report;
      expect(functions.map(({ name }) => name)).toContain('inWorker');
      for (const pid of [service.pid, ...workers]) {
        expect(ownListeningSockets(pid).filter(({ port }) => port === debug)).toEqual([]);
      }
    },
  );

  it('has the inspectors closed that its primary woke in the workers', async () => {
    const debug = await freePort();
    const flags = [`--inspect-port=${debug}`];
    await using service = await Service.start(version, [...flags, 'cluster.cjs', 'title'], { PORT: '0' });
    const { report } = await recordAndReport(['-p', String(service.pid), '--no-children']);
    expect(report.processes.map(({ pid }) => pid)).toEqual([service.pid]);
    // Each worker has a port of its own then, and opened its inspector there.
    expect(service.stderr.match(/Debugger listening/g)).toHaveLength(4);
    await until(() => service.workers.every((pid) => ownListeningSockets(pid).length === 0));
  });

  it('is found where the workers share the socket themselves', async () => {
    await using service = await Service.start(version, ['cluster.cjs', 'none'], { PORT: '0' });
    const { pids, relatives, words } = chooseProcesses([{ port: service.port }], undefined);
    const all = [service.pid, ...service.workers].sort();
    expect([...pids, ...relatives].sort()).toEqual(all);
    expect(words[0]).toBe(
      `4 processes listen at port ${service.port} (${pids.join(', ')}): all of them are recorded`,
    );
  });
});

describe('the processes that are meant', () => {
  it('are all that listen at a port of their own each, by SO_REUSEPORT', async () => {
    await using first = await Service.start(24, ['reuse-port.cjs', '0']);
    await using second = await Service.start(26, ['reuse-port.cjs', String(first.port)]);
    const { pids } = chooseProcesses([{ port: first.port }], undefined);
    expect([...pids].sort()).toEqual([first.pid, second.pid].sort());
  });

  it('are those below one in the tree with --children, Node alone', async () => {
    const program = `const { spawn } = require('node:child_process');
      spawn('sleep', ['60']);
      spawn('sh', ['-c', '"' + process.execPath + '" -e "setInterval(() => {}, 99)"; true']);
      setTimeout(() => console.log('up 1'), 500);`;
    await using service = await Service.start(22, ['-e', program]);
    const shell = service.workers.find((pid) => childIds(pid).length > 0)!;
    const [below] = childIds(shell);
    const asked = [{ pid: service.pid }];
    expect(chooseProcesses(asked, true)).toEqual({
      pids: [service.pid],
      relatives: [below],
      words: [`1 Node process below process ${service.pid}: ${below}`],
    });
    expect(chooseProcesses(asked, undefined)).toEqual({ pids: [service.pid], relatives: [], words: [] });
    const { report } = await recordAndReport(['-p', String(service.pid), '--children']);
    expect(report.processes.map(({ pid }) => pid).sort()).toEqual([service.pid, below].sort());
    for (const pid of service.workers) process.kill(pid, 'SIGKILL');
    process.kill(below, 'SIGKILL');
  });

  it('are recorded without one that cannot be, which is told', async () => {
    const debug = await freePort();
    await using service = await Service.start(24, [`--inspect-port=${debug}`, 'cluster.cjs'], { PORT: '0' });
    const [stopped] = service.workers;
    process.kill(stopped, 'SIGSTOP');
    const { words, report } = await recordAndReport(['-p', `:${service.port}`]);
    process.kill(stopped, 'SIGCONT');
    expect(words).toContain(`process ${stopped} is left out: Process ${stopped} is stopped`);
    expect(report.processes).toHaveLength(3);
  });

  it('nobody listens at a free port', async () => {
    const port = await freePort();
    const { code, stderr } = await stackscope(['record', '-p', `:${port}`, '-d', '1']);
    expect(stderr).toBe(
      `stackscope: There is no process to record at port ${port}: nobody listens there; see stackscope ps.\n`,
    );
    expect(code).toBe(2);
  });
});
