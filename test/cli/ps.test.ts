import { describe, expect, it } from 'vitest';
import type { NodeProcess } from '../../src/capture/find/node-processes.js';
import { age } from '../../src/cli/ps/age.js';
import { processTable } from '../../src/cli/ps/process-table.js';
import { textWidth } from '../../src/cli/terminal.js';
import { HOSTILE_NAMES } from '../hostile-names.js';

const OWN_UID = process.geteuid!();

const PROCESS: NodeProcess = {
  ...{ pid: 4211, parentPid: 1, uid: OWN_UID, user: 'app', node: '22.11.0', ageMs: 3 * 86_400_000 },
  ...{ cpuNow: 0.973, cpuSinceStart: 0.21, ports: [3000], flags: ['--max-old-space-size=4096'] },
  command: '/usr/bin/node --max-old-space-size=4096 dist/server.js --port 3000',
  program: 'node dist/server.js --port 3000',
  isClusterWorker: false,
  container: { kind: 'docker', id: '3f2a9c1b22d0' },
  refusal: null,
};

const PROCESSES: readonly NodeProcess[] = [
  PROCESS,
  {
    ...{ ...PROCESS, pid: 88, parentPid: 80, cpuNow: 0.004, ageMs: 95_000, ports: [9229, 9230, 9231, 9232] },
    ...{ flags: [], isClusterWorker: true, container: null, program: 'node worker.js' },
    refusal: { code: 'ATTACH_SIGNAL_UNSAFE', message: '' },
  },
  {
    ...{ ...PROCESS, pid: 1_234_567, uid: OWN_UID + 1, user: 'www-data', node: null, ports: null },
    ...{
      ageMs: 500,
      cpuNow: 2.4,
      container: null,
      flags: [],
      program: 'node /srv/a/very/long/way/to/index.js',
    },
    refusal: { code: 'ATTACH_OTHER_USER', message: '' },
  },
];

const plain = (_: unknown, text: string) => text;

describe('the table of processes', () => {
  it('reads as designed at 80 columns', () => {
    expect(`\n${processTable(PROCESSES, 80, plain).join('\n')}\n`).toMatchInlineSnapshot(`
      "
            pid  node       age  CPU now  ports    attach      command
           4211  22.11.0    3 d     97 %  3000     yes         node dist/s…--port 3000
          └ docker 3f2a9c1b22d0, --max-old-space-size=4096
             88  22.11.0  1 min      0 %  9229 +3  no signal   node worker.js
          └ worker of 80
        1234567  ?          0 s    240 %  ?        other user  node /srv/a…to/index.js
          └ user www-data
      "
    `);
  });

  it('reads as designed at 120 and 160 columns', () => {
    expect(`\n${processTable(PROCESSES, 120, plain).join('\n')}\n`).toMatchInlineSnapshot(`
      "
            pid  user      node       age  CPU now  since start  ports              attach      command
           4211  app       22.11.0    3 d     97 %         21 %  3000               yes         node dist/serve…js --port 3000
          └ docker 3f2a9c1b22d0, --max-old-space-size=4096
             88  app       22.11.0  1 min      0 %         21 %  9229 9230 9231 +1  no signal   node worker.js
          └ worker of 80
        1234567  www-data  ?          0 s    240 %         21 %  ?                  other user  node /srv/a/ver…ay/to/index.js
      "
    `);
    expect(`\n${processTable(PROCESSES, 160, plain).join('\n')}\n`).toMatchInlineSnapshot(`
      "
            pid  user      node       age  CPU now  since start  ports              attach      command                             notes
           4211  app       22.11.0    3 d     97 %         21 %  3000               yes         node dist/server.js --port 3000     docker 3f2a9c1b22…-space-size=4096
             88  app       22.11.0  1 min      0 %         21 %  9229 9230 9231 +1  no signal   node worker.js                      worker of 80
        1234567  www-data  ?          0 s    240 %         21 %  ?                  other user  node /srv/a/very/…/way/to/index.js
      "
    `);
  });

  it('says nothing of users when they are all us, and is empty without processes', () => {
    const [titles] = processTable([PROCESS], 80, plain);
    expect(titles).toBe('   pid  node     age  CPU now  ports  attach  command');
    expect(processTable([], 80, plain)).toEqual([]);
  });

  it.each(Object.entries(HOSTILE_NAMES))('keeps its lines with a hostile name: %s', (_, name) => {
    const hostile = { ...PROCESS, program: name, user: name, uid: OWN_UID + 1, flags: [name] };
    for (const width of [40, 80, 160]) {
      const lines = processTable([hostile], width, plain);
      expect(lines.join('')).not.toMatch(/[\p{Cc}\u202e\u2028]/u);
      expect(lines.length).toBeLessThanOrEqual(3);
      for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
    }
  });

  it('fits any width from the least that is promised', () => {
    for (const width of [40, 56, 75, 76, 80, 100, 110, 139, 140, 200]) {
      for (const line of processTable(PROCESSES, width, plain))
        expect(textWidth(line)).toBeLessThanOrEqual(width);
    }
  });
});

describe('an age', () => {
  it.each([
    [999, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [3_600_000, '1 h'],
    [47 * 3_600_000, '1 d'],
    [400 * 86_400_000, '400 d'],
  ])('of %i ms is %s', (ms, text) => {
    expect(age(ms)).toBe(text);
  });
});
