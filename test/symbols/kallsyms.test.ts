import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Profile } from '../../src/profile/profile.js';
import { Kallsyms, NO_FUNCTION, runningKernelBuildId } from '../../src/symbols/kallsyms.js';
import { Symbolizer } from '../../src/symbols/symbolizer.js';

const TEXT = `ffffffff81000000 T _stext
ffffffff81000000 T _text
ffffffff81000100 t helper
ffffffff81000100 T __exported
ffffffff81000100 T exported
ffffffff81000200 T last
ffffffff81000300 D data
ffffffffc0000010 t in_module\t[nf_tables]
`;

function find(text: string, low: number): string {
  const symbols = Kallsyms.parse(Buffer.from(text));
  const place = symbols?.placeOf(low, 0xffffffff) ?? NO_FUNCTION;
  if (symbols === undefined || place === NO_FUNCTION) return '';
  const { mapping, name } = symbols.symbolAt(place);
  return `${mapping} ${name}`;
}

describe('kallsyms', () => {
  it('names from each function up to the next symbol, data or not', () => {
    const names = [0x80ffffff, 0x81000000, 0x810000ff, 0x81000100, 0x810002ff, 0x81000300, 0xc0000010];
    expect(names.map((low) => find(TEXT, low))).toEqual([
      '',
      '[kernel] _stext',
      '[kernel] _stext',
      '[kernel] exported',
      '[kernel] last',
      '',
      '[nf_tables] in_module',
    ]);
  });

  it('is unusable when the kernel shows zeros', () => {
    expect(Kallsyms.parse(Buffer.from(TEXT.replace(/^\w{16}/gm, '0'.repeat(16))))).toBeUndefined();
  });

  it('survives what is no list of symbols', () => {
    for (const text of [
      '',
      '\n\n',
      'ffffffff81000000',
      'ffffffff81000000 T',
      `${'z'.repeat(40)}\n`,
      '\0'.repeat(99),
    ]) {
      expect(find(text, 0x81000000)).toBe('');
    }
  });

  it('names every function of the running kernel as the kernel lists it', () => {
    const lines = readFileSync('/proc/kallsyms', 'latin1').split('\n');
    const kallsyms = Kallsyms.ofThisKernel();
    const functions = lines.filter((line) => /^f\w{15} [tT] /.test(line));
    const namesOf = new Map<string, string[]>();
    for (const line of functions)
      namesOf.set(line.slice(0, 16), [...(namesOf.get(line.slice(0, 16)) ?? []), line.slice(19)]);
    expect(kallsyms !== undefined).toBe(namesOf.size > 0);
    for (const [address, names] of namesOf) {
      const [high, low] = [address.slice(0, 8), address.slice(8)].map((half) => Number.parseInt(half, 16));
      const symbol = kallsyms?.symbolAt(kallsyms.placeOf(low, high));
      const listed = symbol?.mapping === '[kernel]' ? symbol.name : `${symbol?.name}\t${symbol?.mapping}`;
      if (!names.includes(listed)) expect(names).toContain(listed);
    }
    expect(runningKernelBuildId()).toMatch(/^[0-9a-f]{40}$/);
  });

  it('is not used for the recording of another kernel: the addresses are kept and the reason is said', () => {
    const profile = new Profile();
    const frame = new Symbolizer(profile, { live: false }).kernelFrame(0x81000100, 0xffffffff);
    const func = profile.frames.func(frame);
    expect(profile.functions.name(func)).toBe('');
    expect(profile.mappings.path(profile.functions.columns.mapping.data[func])).toBe('[kernel]');
    expect(profile.frames.columns.addressHi.data[frame]).toBe(0xffffffff);
    expect(profile.quality.notes.map(({ code }) => code)).toEqual(['KERNEL_OF_ANOTHER_MACHINE']);
  });
});
