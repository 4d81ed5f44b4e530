import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ProcessTree } from '../../src/capture/process-tree.js';
import { WorkDir } from '../../src/capture/work-dir.js';

const PARENT = `stackscope-${process.getuid!()}`;

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'stackscope-capture-'));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

/** A directory as a recording leaves it that was killed. */
function leftBehind(users: number[][], directory: string) {
  const path = join(place, PARENT, 'left');
  mkdirSync(path, { recursive: true, mode: 0o711 });
  chmodSync(join(place, PARENT), 0o711);
  const state = { users, startedMs: Date.now() - 60_000, directories: [directory] };
  writeFileSync(join(path, 'state.json'), JSON.stringify(state));
  return path;
}

test('others can neither list nor write it, and it is gone after', () => {
  const dir = WorkDir.create([place])!;
  for (const path of [join(place, PARENT), dir.path]) expect(statSync(path).mode & 0o777).toBe(0o711);
  dir.clean(new ProcessTree());
  expect(existsSync(dir.path)).toBe(false);
});

test('the next place is taken when one is a trap or cannot be written to', () => {
  const trap = join(place, 'trap');
  const good = join(place, 'good');
  mkdirSync(trap);
  mkdirSync(good);
  symlinkSync(good, join(trap, PARENT));
  const open = join(place, 'open');
  mkdirSync(join(open, PARENT), { recursive: true });
  chmodSync(join(open, PARENT), 0o777);
  const dir = WorkDir.create([trap, open, '/proc', good])!;
  expect(dir.path.startsWith(join(good, PARENT))).toBe(true);
  expect(readdirSync(join(open, PARENT))).toEqual([]);
  expect(WorkDir.create([trap, '/proc'])).toBeUndefined();
});

test('what a killed run left is swept, unless its program still lives; nothing else is touched', () => {
  const alive = leftBehind([[process.pid, Number.NaN]], place);
  const own = new ProcessTree();
  own.start(process.pid);
  writeFileSync(
    join(alive, 'state.json'),
    JSON.stringify({ users: [[process.pid, own.seen[0].startTicks]], startedMs: 0, directories: [] }),
  );
  WorkDir.create([place])!.clean(new ProcessTree());
  expect(existsSync(alive)).toBe(true);

  // A pid beyond the kernel's highest: surely dead.
  const dead = leftBehind([[4_194_305, 1]], place);
  writeFileSync(join(place, 'isolate-0xabc-4194305-v8.log'), '');
  writeFileSync(join(place, 'isolate-0xabc-4194306-v8.log'), '');
  symlinkSync('/etc/hostname', join(place, 'isolate-0xdef-4194305-v8.log'));
  WorkDir.create([place])!.clean(new ProcessTree());
  expect(existsSync(dead)).toBe(false);
  expect(readdirSync(place).sort()).toEqual(['isolate-0xabc-4194306-v8.log', 'isolate-0xdef-4194305-v8.log']);
});
