import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { hasBrowser } from '../../src/cli/view/browser.js';
import { scratchDirectory, stackscope } from '../e2e/stackscope.js';
import { ask, startViewing, type Viewing } from './view-server.js';

const FIB = join(import.meta.dirname, '../fixtures/stackscope/version-1/fib.stackscope');
const scratch = scratchDirectory();
afterAll(() => scratch.remove());

describe('the server', () => {
  let viewing: Viewing;
  beforeAll(async () => {
    const packed = join(scratch.path, 'fib.stackscope.gz');
    writeFileSync(packed, gzipSync(readFileSync(FIB)));
    viewing = await startViewing([FIB, packed]);
  });
  afterAll(async () => {
    viewing.child.kill('SIGTERM');
    await viewing.ended;
  });

  const get = (path: string, headers: readonly string[], method = 'GET') =>
    ask(viewing.port, [`${method} ${path} HTTP/1.1`, ...headers, 'Connection: close', '', ''].join('\r\n'));
  const own = () => `Host: 127.0.0.1:${viewing.port}`;
  const secret = () => `/${viewing.token}/`;
  const status = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);

  it('has 128 unguessable bits in its path and listens on 127.0.0.1 alone', () => {
    expect(viewing.token).toMatch(/^[\w-]{22}$/);
    const port = viewing.port.toString(16).toUpperCase().padStart(4, '0');
    const listening = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) =>
      readFileSync(table, 'utf8')
        .split('\n')
        .map((line) => line.trim().split(/\s+/))
        .filter(([, local, , state]) => local?.endsWith(`:${port}`) && state === '0A')
        .map(([, local]) => local),
    );
    expect(listening).toEqual([`0100007F:${port}`]);
  });

  it('hands out the page and the recordings to who knows the path, byte for byte', async () => {
    const page = await get(secret(), [own()]);
    expect(status(page)).toBe(200);
    expect(page).toContain("connect-src 'self'");
    for (const header of [
      'cache-control: no-store',
      'x-content-type-options: nosniff',
      'referrer-policy: no-referrer',
    ])
      expect(page).toContain(header);
    expect(page).not.toMatch(/access-control-allow/i);
    const bytes = (await get(`${secret()}recording/0`, [own()])).split('\r\n\r\n').slice(1).join('\r\n\r\n');
    const hash = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');
    expect(hash(Buffer.from(bytes, 'latin1'))).toBe(hash(readFileSync(FIB)));
    const other = await get(`${secret()}recording/1`, [own()]);
    expect(other.split('\r\n\r\n')[1].slice(0, 8)).toBe('\x89SSCOP\r\n');
    const headed = await get(secret(), [own()], 'HEAD');
    expect([status(headed), headed.split('\r\n\r\n')[1]]).toEqual([200, '']);
    expect(status(await get(secret(), [`Host: localhost:${viewing.port}`]))).toBe(200);
    expect(status(await get(`${secret()}recording/0`, [own(), 'Sec-Fetch-Site: same-origin']))).toBe(200);
  });

  it('answers nobody else, and says nothing of the token', async () => {
    const { port, token } = viewing;
    const hosts = ['evil.example', `evil.example:${port}`, '127.0.0.1', '127.0.0.1:1', `127.0.0.2:${port}`];
    hosts.push(
      `localhost.evil.example:${port}`,
      `127.0.0.1:${port}.evil.example`,
      `0.0.0.0:${port}`,
      `[::1]:${port}`,
      '',
    );
    const origins = [
      'null',
      'http://evil.example',
      `http://evil.example:${port}`,
      `https://127.0.0.1:${port}`,
    ];
    origins.push('http://127.0.0.1', `http://127.0.0.1:${port}.evil.example`, 'file://', '');
    const data = `${secret()}recording/0`;
    const asked: [expected: number, Promise<string>][] = [
      ...hosts.map((host) => [421, get(secret(), [`Host: ${host}`])] as [number, Promise<string>]),
      ...hosts.map((host) => [421, get('/', [`Host: ${host}`])] as [number, Promise<string>]),
      ...origins.map((origin) => [403, get(data, [own(), `Origin: ${origin}`])] as [number, Promise<string>]),
      ...['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE'].map(
        (method) => [405, get(secret(), [own()], method)] as [number, Promise<string>],
      ),
      ...['/', '/recording/0', `/${'A'.repeat(22)}/`, `/${token.slice(1)}/`, `/${token}x/`, `/${token}`].map(
        (path) => [404, get(path, [own()])] as [number, Promise<string>],
      ),
      ...['recording/2', 'recording/-1', 'recording/0/', 'recording/00000000', '../page.html', 'x'].map(
        (path) => [404, get(`${secret()}${path}`, [own()])] as [number, Promise<string>],
      ),
      [400, get(`http://127.0.0.1:${port}${secret()}`, [own()])],
      [400, get(secret(), [])],
      [421, get(secret(), [own(), 'Host: evil.example'])],
      [403, get(data, [own(), 'Sec-Fetch-Site: cross-site'])],
      [403, get(data, [own(), 'Sec-Fetch-Site: same-site'])],
    ];
    for (const [expected, answer] of asked) {
      expect(status(await answer)).toBe(expected);
      expect(await answer).not.toContain(token);
      expect(await answer).not.toContain('SSCOP');
      expect(await answer).not.toMatch(/access-control-allow/i);
    }
  });
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('it ends by %s', async (signal) => {
  const { child, ended } = await startViewing([FIB]);
  child.kill(signal);
  expect(await ended).toBe(0);
});

test('a port that another program has is refused in one sentence', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as { port: number };
  const { code, stderr } = await stackscope(['view', '--no-open', '--port', String(port), FIB]);
  other.close();
  expect([code, stderr.trim().split('\n').length]).toEqual([125, 1]);
  expect(stderr).toContain(`port ${port} of 127.0.0.1: another program has it`);
});

test('what is no recording is refused before anything is served or written', async () => {
  const file = join(scratch.path, 'text.txt');
  writeFileSync(file, 'hello');
  const served = await stackscope(['view', '--no-open', file]);
  const written = await stackscope(['view', file, '-o', join(scratch.path, 'text.html')]);
  expect([served.code, written.code]).toEqual([1, 1]);
  expect(served.stderr).toContain('is nothing that stackscope reads');
  expect(() => readFileSync(join(scratch.path, 'text.html'))).toThrow();
});

test('convert -f html writes the page that view -o writes', async () => {
  const [viewed, converted] = ['viewed.html', 'converted.html'].map((name) => join(scratch.path, name));
  expect((await stackscope(['view', FIB, '-o', viewed])).code).toBe(0);
  expect((await stackscope(['convert', FIB, '-o', converted])).code).toBe(0);
  expect(readFileSync(converted, 'utf8')).toBe(readFileSync(viewed, 'utf8'));
  expect(readFileSync(viewed, 'utf8')).toContain("connect-src 'none'");
  // The page itself, and four characters for three bytes of the recording.
  const page = readFileSync(join(import.meta.dirname, '../../dist/viewer/page.html')).length;
  expect(readFileSync(viewed).length).toBeLessThan(page + (readFileSync(FIB).length * 4) / 3 + 400);
  expect(
    gzipSync(readFileSync(join(import.meta.dirname, '../../dist/viewer/page.html'))).length,
  ).toBeLessThan(150_000);
});

test('a browser is opened where there is one to be seen', () => {
  expect(hasBrowser({ DISPLAY: ':0' }, 'linux')).toBe(true);
  expect(hasBrowser({}, 'darwin')).toBe(true);
  expect(hasBrowser({}, 'linux')).toBe(false);
  expect(hasBrowser({ DISPLAY: ':0', SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' }, 'linux')).toBe(false);
  expect(hasBrowser({ CI: 'true' }, 'darwin')).toBe(false);
});
