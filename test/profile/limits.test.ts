import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PERF_DATA_LIMITS } from '../../src/formats/perf-data/limits.js';
import { LIMITS } from '../../src/profile/limits.js';

test.each(Object.entries({ ...LIMITS, ...PERF_DATA_LIMITS }))('docs/limits.md tells %s', (name, value) => {
  const page = readFileSync('docs/limits.md', 'utf8');
  expect(page).toContain(`| \`${name}\` | ${value.toLocaleString('en-US')} |`);
});
