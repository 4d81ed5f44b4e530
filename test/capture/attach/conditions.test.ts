import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ownListeningSockets } from '../../../src/capture/sockets.js';
import { COMMAND } from '../../e2e/stackscope.js';
import { NODES, nodePath, noteCodes } from '../v8/launch.js';
import { attachFor, shareOf, Target, until } from './targets.js';

const ROOT = process.geteuid?.() === 0;

async function refusal(pid: number, more: { maxPauseMs?: number } = {}): Promise<string> {
  return attachFor(pid, 100, {}, more).then(
    () => 'none',
    ({ code, message }) => `${code}: ${message}`,
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

describe('what cannot be attached to is told, and let be', () => {
  it('no such process, no Node, stopped', async () => {
    expect(await refusal(2 ** 22 + 1)).toMatch(/^ATTACH_NO_PROCESS: There is no process 4194305/);
    const other = spawn('sleep', ['60'], { stdio: 'ignore' });
    expect(await refusal(other.pid!)).toMatch(/^ATTACH_NOT_NODE: Process \d+ is not Node, it runs .*\/\w+:/);
    other.kill('SIGKILL');
    await using target = await Target.start(22, []);
    target.child.kill('SIGSTOP');
    await sleep(100);
    expect(await refusal(target.pid)).toMatch(/^ATTACH_STOPPED: .* kill -CONT \d+/);
    expect(target.stderr).toBe('');
  });

  it('one of another user', async () => {
    // Root attaches to everybody: then it is a user without rights who attaches to us.
    const args = ['record', '-p', String(ROOT ? process.pid : 1), '-d', '1'];
    const user = ROOT ? { uid: 65534, gid: 65534 } : {};
    const { status, stderr } = spawnSync(process.execPath, [COMMAND, ...args], { ...user, encoding: 'utf8' });
    expect(stderr).toMatch(
      /^stackscope: Process \d+ belongs to user \d+ and you are \d+: attach as that user/,
    );
    expect(status).toBe(125);
  });

  it('one that SIGUSR1 would kill', async () => {
    const young = spawn(nodePath(22), ['-e', 'setInterval(() => {}, 9)'], { stdio: 'ignore' });
    const words = await refusal(young.pid!);
    expect(words).toMatch(/^ATTACH_SIGNAL_UNSAFE: .* SIGUSR1, which would kill it|^none|^ATTACH_NOT_NODE/);
    await sleep(500);
    expect(young.signalCode).toBe(null);
    young.kill('SIGKILL');
    await using target = await Target.start(24, [], ['--disable-sigusr1']);
    expect(await refusal(target.pid)).toMatch(/^ATTACH_SIGNAL_UNSAFE: .* --disable-sigusr1/);
  });

  it('one with a large heap, when the pause is limited', async () => {
    await using target = await Target.start(22, ['heap']);
    expect(await refusal(target.pid, { maxPauseMs: 20 })).toMatch(
      /^ATTACH_PAUSE: Attaching would stop process \d+ for about \d+ ms \(its heap is \d+ MB, \d\.\d million objects\), longer than --max-pause 20/,
    );
    expect(ownListeningSockets(target.pid)).toEqual([]);
    const cheap = await attachFor(target.pid, 200, {}, { maxPauseMs: 200 });
    expect(noteCodes(cheap)).toContain('ATTACH_OLDER_UNNAMED');
  });

  it.each(NODES)('one whose inspector does not open, Node %i', async (version) => {
    await using listener = await Target.start(version, ['listener']);
    await using blocked = await Target.start(version, ['blocked']);
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    await using taken = await Target.start(version, [], [`--inspect-port=${port}`]);
    await sleep(400);
    const [own, asleep, port2] = await Promise.all([listener, blocked, taken].map(({ pid }) => refusal(pid)));
    server.close();
    expect(own).toMatch(/^ATTACH_NO_INSPECTOR: .* has a listener for that signal of its own/);
    expect(asleep).toMatch(/^ATTACH_NO_INSPECTOR: .* waits in a synchronous call/);
    expect(port2).toMatch(new RegExp(`^ATTACH_PORT_TAKEN: .* at port ${port}, which another process`));
    expect(listener.stdout).toContain('heard');
    for (const target of [listener, taken]) expect((await target.facts()).threads).toBeGreaterThan(1);
  });
});

describe.each(NODES)('on Node %i', (version) => {
  it('an inspector that was open is used and stays open', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    server.close();
    await using target = await Target.start(version, [], [`--inspect=${port}`]);
    await until(() => target.stderr.includes('Debugger listening'));
    const profile = await attachFor(target.pid, 400);
    expect(shareOf(profile, 'hot', 0)).toBeGreaterThan(0.8);
    expect(ownListeningSockets(target.pid).map((socket) => socket.port)).toEqual([port]);
    expect(profile.quality.notes.map(({ message }) => message).join()).toContain('inspector was open before');
  });

  it('an inspector is found where no flag tells of it, and left as found', async () => {
    const port = await freePort();
    const env = { DEBUG_PORT: String(port) };
    await using opened = await Target.start(version, ['open'], [], { env });
    const used = await attachFor(opened.pid, 400);
    expect(shareOf(used, 'hot', 0)).toBeGreaterThan(0.8);
    expect(ownListeningSockets(opened.pid).map((socket) => socket.port)).toEqual([port]);
    const other = await freePort();
    await using chosen = await Target.start(version, ['debug-port'], [], {
      env: { DEBUG_PORT: String(other) },
    });
    await using titled = await Target.start(version, ['title'], [`--inspect-port=${await freePort()}`]);
    for (const { pid } of [chosen, titled]) {
      expect(shareOf(await attachFor(pid, 400), 'hot', 0)).toBeGreaterThan(0.8);
      expect(ownListeningSockets(pid)).toEqual([]);
    }
  });

  it('a program that profiles itself goes on with that', async () => {
    await using target = await Target.start(version, ['profiles']);
    expect(shareOf(await attachFor(target.pid, 400), 'hot', 0)).toBeGreaterThan(0.8);
    target.child.kill('SIGUSR2');
    await target.says('own profile: ');
    expect(target.stdout).toContain('own profile: true');
  });

  it('only one attaches at a time', async () => {
    await using target = await Target.start(version, []);
    let second: Promise<string> | undefined;
    const profile = await attachFor(target.pid, 1500, {
      attached: () => {
        second = refusal(target.pid);
      },
    });
    expect(await second).toMatch(/^ATTACH_TWICE: Process \d+ is being recorded by another stackscope/);
    expect(shareOf(profile, 'hot', 0)).toBeGreaterThan(0.8);
  });
});
