import { expect } from 'vitest';

/** What one hostile file may cost: far above what an honest one takes, so that only a hang or a balloon passes it. */
const MOST_MS = 2_000;
const MOST_BYTES = 400 * 2 ** 20;

/** Does `action` and asserts that it, failed or not, took bounded time and memory. */
export async function withinBounds<T>(what: string, action: () => Promise<T>): Promise<T> {
  const rss = process.memoryUsage.rss();
  const start = performance.now();
  const ended = await Promise.allSettled([action()]);
  expect(performance.now() - start, `milliseconds for ${what}`).toBeLessThan(MOST_MS);
  expect(process.memoryUsage.rss() - rss, `bytes for ${what}`).toBeLessThan(MOST_BYTES);
  if (ended[0].status === 'rejected') throw ended[0].reason;
  return ended[0].value;
}
