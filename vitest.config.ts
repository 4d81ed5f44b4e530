import { defineConfig } from 'vitest/config';

/** Tests whose truth is a share of time: two of them at once would take it from each other. */
const ALONE = ['test/e2e/**/*.test.ts', 'test/capture/**/*.test.ts'];

/** Of those, the ones whose truth is no share of time. */
const BESIDE_OTHERS = [
  'test/e2e/{bad-input,flame-graph,json-formats,other-tools,package,viewer}.test.ts',
  'test/capture/{find,doctor}/**/*.test.ts',
];

const common = { testTimeout: 120_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...common,
          name: 'parts',
          include: ['test/**/*.test.ts'],
          exclude: ALONE,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...common,
          name: 'commands',
          include: BESIDE_OTHERS,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...common,
          name: 'programs',
          include: ALONE,
          exclude: BESIDE_OTHERS,
          maxWorkers: 1,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
