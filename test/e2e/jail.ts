import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type NodeVersion, nodeBinary } from './stackscope.js';

const USER = 1000;

/**
 * A program as it runs in a strict container: process 1 of its own, an ordinary user without a way to privileges, in a
 * read-only root that holds node, its libraries and the program, with a masked /proc/sys.
 */
export class Jail implements AsyncDisposable {
  stderr = '';

  private constructor(
    private readonly root: string,
    private readonly child: ChildProcess,
    /** The program, as it is seen from outside. */
    readonly pid: number,
  ) {
    child.stderr!.on('data', (text) => {
      this.stderr += text;
    });
  }

  /** @param hasShm whether there is a /dev/shm that it can write to, as most container engines give */
  static async start(version: NodeVersion, script: string, hasShm: boolean): Promise<Jail> {
    const root = makeRoot(version, script);
    const mounts = [
      'mount --make-rprivate /',
      `mount --bind ${root} ${root}`,
      `mount -t proc proc ${root}/proc`,
      `mount -t tmpfs -o ro,mode=000 none ${root}/proc/sys`,
      `mount --bind /dev/null ${root}/dev/null`,
      ...(hasShm ? [`mount -t tmpfs -o mode=1777 none ${root}/dev/shm`] : []),
      `mount -o remount,bind,ro ${root}`,
      `exec setpriv --no-new-privs chroot --userspec=${USER}:${USER} --groups= ${root} /node --inspect-port=0 /app.js`,
    ];
    const child = spawn('unshare', ['--mount', '--pid', '--fork', 'sh', '-ec', mounts.join('\n')], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'] },
    });
    const up = once(child.stdout, 'data');
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`the jail ended with ${code}`);
    });
    await Promise.race([up, ended]);
    ended.catch(() => {});
    const [pid] = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').split(' ');
    return new Jail(root, child, Number(pid));
  }

  /** A node started in there, as by `kubectl exec`, with `input` on its stdin. */
  exec(args: readonly string[], input: Buffer): ChildProcess {
    const inside = ['-t', String(this.pid), '-m', '-p', '-r', '-w', '-S', String(USER), '-G', String(USER)];
    const child = spawn('nsenter', [...inside, '/node', ...args], { stdio: 'pipe', env: {} });
    child.stdin.end(input);
    return child;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.child, 'close');
    process.kill(this.pid, 'SIGKILL');
    await ended;
    // Its mounts go a little later.
    for (let tries = 0; tries < 50; tries++) {
      try {
        rmSync(this.root, { recursive: true, force: true });
        return;
      } catch {
        await sleep(20);
      }
    }
  }
}

function makeRoot(version: NodeVersion, script: string): string {
  const root = mkdtempSync(join(tmpdir(), 'stackscope-jail-'));
  const node = nodeBinary(version);
  for (const folder of ['proc', 'dev', 'dev/shm']) mkdirSync(join(root, folder));
  for (const library of execFileSync('ldd', [node], { encoding: 'utf8' }).match(/\/\S+/g) ?? []) {
    mkdirSync(dirname(root + library), { recursive: true });
    copyFileSync(library, root + library);
  }
  copyFileSync(node, join(root, 'node'));
  writeFileSync(join(root, 'dev/null'), '');
  writeFileSync(join(root, 'app.js'), script);
  chmodSync(root, 0o755);
  return root;
}
