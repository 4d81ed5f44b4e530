import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ownListeningSockets } from '../../../src/capture/sockets.js';
import { COMMAND, run } from '../../e2e/stackscope.js';
import { NODES, nodePath } from '../v8/launch.js';
import { attachFor, shareOf } from './targets.js';

const PROGRAM = join(import.meta.dirname, 'programs/hot.cjs');
const ROOT = process.geteuid?.() === 0;
const NOBODY = { uid: 65534, gid: 65534 };

/** A program in namespaces of its own, whose loopback is up when `loopback` says so. */
class Contained implements AsyncDisposable {
  private constructor(readonly child: ChildProcess) {}

  static async start(
    version: number,
    options: readonly string[],
    { loopback = true, ...user }: { loopback?: boolean; uid?: number; gid?: number } = {},
  ): Promise<Contained> {
    const script = `${loopback ? 'ip link set lo up; ' : ''}exec "$0" "$1"`;
    const child = spawn('unshare', [...options, 'sh', '-c', script, nodePath(version), PROGRAM], {
      stdio: ['pipe', 'pipe', 'ignore'],
      ...user,
    });
    await once(child.stdout!, 'data');
    return new Contained(child);
  }

  /** unshare becomes the program. */
  get pid(): number {
    return this.child.pid!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill('SIGKILL');
    await once(this.child, 'close');
  }
}

/** Another user without rights attaches for half a second. */
function asNobody(pid: number, engine: 'auto' | 'v8' = 'v8') {
  const user = ['--reuid=65534', '--regid=65534', '--clear-groups'];
  const options = ['-p', String(pid), '--engine', engine, '-d', '0.5', '--no-report', '-o', '/dev/null'];
  return run('setpriv', [...user, process.execPath, COMMAND, 'record', ...options], { cwd: '/tmp' });
}

/** Root has them all; another user has them where unprivileged user namespaces are allowed. */
const OPTIONS = ROOT ? ['-n'] : ['-Urn'];

describe('a program with a network of its own', () => {
  it.each(NODES)('is reached from outside, and left as found, Node %i', async (version) => {
    await using target = await Contained.start(version, OPTIONS);
    const profile = await attachFor(target.pid, 600);
    expect(shareOf(profile, 'hot', 0)).toBeGreaterThan(0.8);
    expect(ownListeningSockets(target.pid)).toEqual([]);
    expect(profile.quality.notes.find(({ code }) => code === 'ATTACH_PAUSE')?.message).toMatch(
      /inspector open for \d+ ms/,
    );
  });

  it.runIf(ROOT)('is reached by the user whose container it is', async () => {
    await using target = await Contained.start(24, ['-Urn'], NOBODY);
    const { stderr, code } = await asNobody(target.pid);
    expect(stderr).toMatch(/\d\d samples in \/dev\/null/);
    expect(code).toBe(0);
  });

  it.runIf(ROOT)('is refused to a user who may not enter it, with the cure', async () => {
    const user = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
    await using target = await Contained.start(22, ['-n', ...user], { loopback: false });
    const { stderr, code } = await asNobody(target.pid);
    expect(stderr).toMatch(
      /^stackscope: Process \d+ has a network of its own \(a container\), where its inspector is out of reach: run sudo stackscope record -p \d+, or/,
    );
    expect(code).toBe(125);
    // perf needs no network. Where it is refused too, that is the end as above.
    const byPerf = await asNobody(target.pid, 'auto');
    expect(byPerf.stderr).toMatch(
      /where its inspector is out of reach: run sudo stackscope record -p \d+, or/,
    );
    expect(byPerf.code === 0).toBe(byPerf.stderr.includes('with perf at 199 Hz, nothing is done to it'));
  });

  it.runIf(ROOT)('is refused when the kernel hides it from its own user', async () => {
    const user = ['setpriv', '--reuid=65534', '--clear-groups'];
    await using target = await Contained.start(22, ['-n', ...user], { loopback: false });
    const { stderr, code } = await asNobody(target.pid);
    expect(stderr).toMatch(
      /^stackscope: Process \d+ may not be looked into even by its own user .*: attach as root/,
    );
    expect(code).toBe(125);
  });

  it('is refused where the loopback is down, before anything is done to it', async () => {
    await using target = await Contained.start(22, OPTIONS, { loopback: false });
    await expect(attachFor(target.pid, 100)).rejects.toThrow(
      /its loopback is down; run nsenter -t \d+ -n ip link set lo up first\.$/,
    );
    expect(ownListeningSockets(target.pid)).toEqual([]);
  });
});
