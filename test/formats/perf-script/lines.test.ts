import { describe, expect, it } from 'vitest';
import { parseFrameLine } from '../../../src/formats/perf-script/frame-line.js';
import { HeaderLine } from '../../../src/formats/perf-script/header-line.js';

const header = new HeaderLine();

/** Name, pid/tid, µs, period, event and the rest; '-' for what the line does not tell. */
function headerOf(line: string): string | undefined {
  const bytes = new TextEncoder().encode(line);
  if (!header.parse(bytes, 0, bytes.length)) return undefined;
  const text = (from: number, to: number) => line.slice(from, to) || '-';
  const number = (value: number) => (value === -1 || Number.isNaN(value) ? '-' : String(value));
  return [
    text(header.nameFrom, header.nameTo),
    `${number(header.pid)}/${number(header.tid)}`,
    number(header.timeUs),
    number(header.period),
    text(header.eventFrom, header.eventTo),
    text(header.restFrom, line.length),
  ].join('|');
}

describe("a sample's first line", () => {
  it.each([
    // perf 3.x, 4.x, 6.x, with what each prints by default
    ['node 22610 13108.211038: cpu-clock:u: ', 'node|-/22610|13108211038|-|cpu-clock:u|-'],
    [
      'simple     9 [002] 203265.377019:    1001001 cpu-clock: ',
      'simple|-/9|203265377019|1001001|cpu-clock|-',
    ],
    [
      'node   17950/17950    3515.539758:    5025125 cpu-clock: ',
      'node|17950/17950|3515539758|5025125|cpu-clock|-',
    ],
    [
      'trace    6061 150520.991529:   16949152 task-clock:ppp: ',
      'trace|-/6061|150520991529|16949152|task-clock:ppp|-',
    ],
    // names with spaces and what looks like other fields
    [
      'V8 WorkerThread 25607/25610 4794564.109216:     101 cycles:P: ',
      'V8 WorkerThread|25607/25610|4794564109216|101|cycles:P|-',
    ],
    ['my app 7 [x] 12/13 [001] 1.000002: cycles: ', 'my app 7 [x]|12/13|1000002|-|cycles|-'],
    ['a: b 12 1.000002: cycles: ', 'a: b|-/12|1000002|-|cycles|-'],
    // -F: nanoseconds, modes, no names, no events, no times
    [
      ' 7932/7932  U      2371.693277525:    3344481 cpu-clock: ',
      '-|7932/7932|2371693277|3344481|cpu-clock|-',
    ],
    ['node 12 [000] KE 1.000002: cycles: ', 'node|-/12|1000002|-|cycles|-'],
    ['1.000002: ', '-|-/-|1000002|-|-|-'],
    ['node 12/12 1.000002: ', 'node|12/12|1000002|-|-|-'],
    ['node 12/12 cycles: ', 'node|12/12|-|-|cycles|-'],
    ['node 12/12 500 cycles: ', 'node|12/12|-|500|cycles|-'],
    ['node 12/12 [003] ', 'node|12/12|-|-|-|-'],
    ['perf  -1/-1  1.000002: cycles: ', 'perf|4294967295/4294967295|1000002|-|cycles|-'],
    // events of every spelling
    ['node 1 1.000002: raw 0x1a8: ', 'node|-/1|1000002|-|raw 0x1a8|-'],
    ['node 1 1.000002: cpu/event=0x3c,umask=0/u: ', 'node|-/1|1000002|-|cpu/event=0x3c,umask=0/u|-'],
    [
      'node 1 1.000002: syscalls:sys_enter_connect: fd: 0x3',
      'node|-/1|1000002|-|syscalls:sys_enter_connect|fd: 0x3',
    ],
    // without callers, the frame in the same line
    [
      '  node 1 1.000002:  50 cycles:  ffff12 a::b(int) (/usr/bin/node)',
      'node|-/1|1000002|50|cycles|ffff12 a::b(int) (/usr/bin/node)',
    ],
  ])('%s', (line, expected) => {
    expect(headerOf(line)).toBe(expected);
  });

  it.each(['', 'node ', 'web server 2 ', 'just words', '  inlined.c:3', '# captured on: now', '1.5: x'])(
    '%j is none',
    (line) => {
      expect(headerOf(line)).toBeUndefined();
    },
  );
});

describe("a frame's line", () => {
  it.each([
    [
      '\t    7f8f7aac6ec5 __libc_start_main (/lib/libc-2.19.so)',
      '__libc_start_main',
      '/lib/libc-2.19.so',
      0x7f8f7aac6ec5,
    ],
    [
      '\tffffffff821eb0e7 clear_page_erms+0x7 ([kernel.kallsyms])',
      'clear_page_erms',
      '[kernel.kallsyms]',
      0xffffffff * 2 ** 32 + 0x821eb0e7,
    ],
    [
      '\t          98109 a::b(int, void (*)(char)) const+0xda9 (/usr/bin/node)',
      'a::b(int, void (*)(char)) const',
      '/usr/bin/node',
      0x98109,
    ],
    [
      '\t  12 JS:*fn file:///x y.mjs:1:2+0xdc (/tmp/perf-1.map)',
      'JS:*fn file:///x y.mjs:1:2',
      '/tmp/perf-1.map',
      0x12,
    ],
    [
      '\t  12 LazyCompile:*fn /file.js:1 (/tmp/perf-1.map)',
      'LazyCompile:*fn /file.js:1',
      '/tmp/perf-1.map',
      0x12,
    ],
    ['\t  12 f (/memfd:doublemapper (deleted))', 'f', '/memfd:doublemapper (deleted)', 0x12],
    ['\t  12 f (/opt/a (b)/lib.so)', 'f', '/opt/a (b)/lib.so', 0x12],
    ['\t  12 f+0x1 (/usr/lib/libc.so.6+0x29d90)', 'f', '/usr/lib/libc.so.6', 0x12],
    ['\t  12 [unknown] ([unknown])', '[unknown]', '[unknown]', 0x12],
    ['\t  12 (/usr/bin/node)', '', '/usr/bin/node', 0x12],
    ['\t  12 operator()(int)', 'operator()(int)', '', 0x12],
    ['\t  12', '', '', 0x12],
  ])('%s', (line, symbol, dso, address) => {
    const frame = parseFrameLine(line)!;
    expect([frame.symbol, frame.dso, frame.isInlined]).toEqual([symbol, dso, false]);
    expect(frame.high * 2 ** 32 + frame.low).toBe(address);
  });

  it('that was inlined has no binary of its own', () => {
    expect(parseFrameLine('\t   1182 middle+0x3 (inlined)')).toMatchObject({
      symbol: 'middle',
      dso: '',
      isInlined: true,
    });
  });

  it.each([
    '  inlined.c:3',
    '\t0000000000000555\tinsn: 48 89',
    ' 0x4b5/0x4b6/P/-/-/3 ',
    '',
    '\tzz f (x)',
    '\t12345678901234567 f',
  ])('%j is none', (line) => {
    expect(parseFrameLine(line)).toBeUndefined();
  });
});
