import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { addressOfFileOffset, readElf } from '../../src/symbols/elf.js';
import { OpenFile } from '../../src/symbols/open-file.js';
import { NO_NAME, readSymbolTable } from '../../src/symbols/symbol-table.js';
import { nodeBinary } from './programs.js';

/** Names of functions by address, and where each ends, as binutils read them. */
function functionsOf(path: string, dynamic: boolean): Map<number, { names: string[]; size: number }> {
  const options = ['--defined-only', '-f', 'sysv', ...(dynamic ? ['-D'] : []), path];
  const text = execFileSync('nm', options, { encoding: 'utf8', maxBuffer: 1 << 28 });
  const functions = new Map<number, { names: string[]; size: number }>();
  const line = /^([^.\s]\S*) *\|(\w+)\| *[tTwWi] *\| *(?:FUNC|<OS specific>: 10|NOTYPE)\|(\w*) *\|/gm;
  for (const [, name, address, size] of text.matchAll(line)) {
    const key = Number.parseInt(address, 16);
    const known = functions.get(key) ?? { names: [], size: 0 };
    known.names.push(name);
    known.size = Math.max(known.size, Number.parseInt(size || '0', 16));
    functions.set(key, known);
  }
  return functions;
}

/** How many functions were compared, and those that are named otherwise at their start, middle or last byte. */
function compare(path: string, dynamic: boolean): { compared: number; wrong: string[] } {
  const file = OpenFile.open(path, true);
  const image = readElf(file);
  const table = readSymbolTable(image);
  file.close();
  const functions = functionsOf(path, dynamic);
  const starts = [...functions.keys()].sort((a, b) => a - b);
  const wrong: string[] = [];
  let compared = 0;
  for (const [i, start] of starts.entries()) {
    const { names, size } = functions.get(start)!;
    if (
      size === 0 ||
      start + size > (starts[i + 1] ?? Number.POSITIVE_INFINITY) ||
      isNested(functions, starts, i)
    )
      continue;
    compared++;
    for (const address of [start, start + (size >> 1), start + size - 1]) {
      const place = table?.find(address) ?? NO_NAME;
      const name = place === NO_NAME ? '' : table!.nameAt(place);
      if (!names.some((known) => known === name || known.startsWith(`${name}@`)))
        wrong.push(`${names} not ${name}`);
    }
    if (start + size < (starts[i + 1] ?? 0) && table?.find(start + size) !== NO_NAME)
      wrong.push(`${names} too long`);
  }
  return { compared, wrong };
}

/** Whether an earlier function reaches over this one: then what follows it is not unnamed. */
function isNested(
  functions: ReadonlyMap<number, { size: number }>,
  starts: readonly number[],
  i: number,
): boolean {
  const before = starts.slice(Math.max(0, i - 20), i);
  return before.some((start) => start + functions.get(start)!.size > starts[i]);
}

describe('our names and those of nm', () => {
  it.each([20, 26])('agree in all of node %i', (version) => {
    const { compared, wrong } = compare(nodeBinary(version), false);
    expect(compared).toBeGreaterThan(60_000);
    expect(wrong.slice(0, 10)).toEqual([]);
  });

  it('agree in a C library that was stripped of all it does not export', () => {
    const maps = readFileSync('/proc/self/maps', 'utf8');
    const { compared, wrong } = compare(/\/\S*\/libc\.so\S*/.exec(maps)?.[0] ?? '', true);
    expect(compared).toBeGreaterThan(1500);
    expect(wrong.slice(0, 10)).toEqual([]);
  });
});

it('leads from the file to the address as the program headers say', () => {
  const file = OpenFile.open(nodeBinary(20), true);
  const image = readElf(file);
  file.close();
  const headers = execFileSync('readelf', ['-lW', nodeBinary(20)], { encoding: 'utf8' });
  const loads = [...headers.matchAll(/LOAD +0x(\w+) 0x(\w+) 0x\w+ 0x(\w+) 0x\w+ R E/g)];
  expect(loads.length).toBeGreaterThan(0);
  for (const [, offset, address, size] of loads.map((load) =>
    load.map((field) => Number.parseInt(field, 16)),
  )) {
    expect(addressOfFileOffset(image, offset)).toBe(address);
    expect(addressOfFileOffset(image, offset + size - 1)).toBe(address + size - 1);
  }
});
