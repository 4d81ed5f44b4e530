import { pbkdf2 } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';

/** zlib on libuv's pool. */
export async function zipOnPool() {
  const text = Buffer.from(Array.from({ length: 400_000 }, (_, i) => `${(i * 7919) % 10_007} `).join(''));
  await Promise.all([promisify(deflate)(text, { level: 9 }), promisify(deflate)(text, { level: 9 })]);
}

/** OpenSSL on libuv's pool. */
export async function hashOnPool() {
  await Promise.all(
    [1, 2].map((salt) => promisify(pbkdf2)('password', `salt${salt}`, 300_000, 64, 'sha512')),
  );
}

/** Time spent in the kernel: large reads of zeros. */
export function readKernelHeavy(ms) {
  const end = performance.now() + ms;
  const buffer = Buffer.alloc(1 << 20);
  const zero = openSync('/dev/zero', 'r');
  while (performance.now() < end) readSync(zero, buffer);
  closeSync(zero);
}
