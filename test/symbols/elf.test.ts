import { describe, expect, it } from 'vitest';
import { addressOfFileOffset, readElf, UnreadableElf } from '../../src/symbols/elf.js';
import { NO_NAME, readSymbolTable } from '../../src/symbols/symbol-table.js';
import { CODE, type ElfSymbol, elfFile, sourceOf } from './elf-file.js';

/** The name our table gives to each address, '' for none. */
function namesAt(symbols: readonly ElfSymbol[], addresses: readonly number[], littleEndian = true): string[] {
  const table = readSymbolTable(readElf(sourceOf(elfFile({ symbols, littleEndian }))));
  return addresses.map((address) => {
    const place = table?.find(address) ?? NO_NAME;
    return place === NO_NAME ? '' : (table?.nameAt(place) ?? '');
  });
}

const AT = CODE.address;

describe('an ELF image', () => {
  it.each([true, false])(
    'tells entry, build id and debug link in either byte order (little: %s)',
    (littleEndian) => {
      const debugLink = { name: 'a.debug', crc: 0xdeadbeef };
      const image = readElf(sourceOf(elfFile({ littleEndian, entry: AT + 8, buildId: '00ff12', debugLink })));
      expect(image).toMatchObject({ littleEndian, entry: AT + 8, buildId: '00ff12', debugLink });
    },
  );

  it('leads from a file offset to an address, and nowhere from one that is not loaded', () => {
    const image = readElf(sourceOf(elfFile({})));
    expect(addressOfFileOffset(image, CODE.fileOffset + 5)).toBe(AT + 5);
    expect(addressOfFileOffset(image, CODE.fileOffset + CODE.size)).toBe(-1);
  });

  it.each([
    ['no magic', (file: Buffer) => file.write('MZ'), 'is not an ELF file'],
    ['32 bits', (file: Buffer) => file.writeUInt8(1, 4), 'is a 32-bit binary, which is not supported'],
    ['no byte order', (file: Buffer) => file.writeUInt8(7, 5), 'has an ELF header without a byte order'],
    ['sections past the end', (file: Buffer) => file.writeUInt32LE(0xffffff, 40), 'is cut off'],
    ['sections beyond any file', (file: Buffer) => file.fill(0xff, 40, 48), 'is cut off'],
    ['65,535 program headers', (file: Buffer) => file.writeUInt16LE(0xffff, 56), 'has 65535 program headers'],
    ['records without length', (file: Buffer) => file.writeUInt16LE(0, 58), 'section headers of 0 bytes'],
  ])('is refused with a reason: %s', (_, spoil, reason) => {
    const file = elfFile({ symbols: [] });
    spoil(file);
    expect(() => readElf(sourceOf(file))).toThrow(UnreadableElf);
    expect(() => readElf(sourceOf(file))).toThrow(reason);
  });

  it('does not follow a debug link that is a path', () => {
    const debugLink = { name: '../../etc/x', crc: 1 };
    expect(readElf(sourceOf(elfFile({ debugLink }))).debugLink).toBeUndefined();
  });
});

describe('a symbol table', () => {
  it.each([true, false])(
    'names what is inside a symbol and nothing past its end (little: %s)',
    (littleEndian) => {
      const symbols = [
        { name: 'second', address: AT + 64, size: 8 },
        { name: 'first', address: AT + 16, size: 16 },
      ];
      const addresses = [AT + 15, AT + 16, AT + 31, AT + 32, AT + 63, AT + 64, AT + 71, AT + 72];
      expect(namesAt(symbols, addresses, littleEndian)).toEqual([
        '',
        'first',
        'first',
        '',
        '',
        'second',
        'second',
        '',
      ]);
    },
  );

  it('goes back to the outer function after an inner one', () => {
    const symbols = [
      { name: 'outer', address: AT, size: 100 },
      { name: 'inner', address: AT + 10, size: 10 },
      { name: 'innermost', address: AT + 12, size: 2 },
      { name: 'overhanging', address: AT + 90, size: 20 },
    ];
    const addresses = [AT + 9, AT + 10, AT + 12, AT + 14, AT + 20, AT + 95, AT + 105, AT + 110];
    const names = ['outer', 'inner', 'innermost', 'inner', 'outer', 'overhanging', 'overhanging', ''];
    expect(namesAt(symbols, addresses)).toEqual(names);
  });

  it('lets a symbol without size reach to the next one, not into a function around it, nor past its section', () => {
    const symbols = [
      { name: 'around', address: AT + 100, size: 50 },
      { name: 'label', address: AT + 110, size: 0, type: 0 },
      { name: 'start', address: AT + 200, size: 0 },
      { name: 'next', address: AT + 300, size: 0 },
    ];
    const addresses = [AT + 120, AT + 299, AT + 300, AT + CODE.size - 1, AT + CODE.size];
    expect(namesAt(symbols, addresses)).toEqual(['around', 'start', 'next', 'next', '']);
  });

  it.each([
    [
      'exported over local',
      [
        ['local_and_long', 0],
        ['f', 1],
      ],
      'f',
    ],
    [
      'fewer underscores',
      [
        ['__libc_write', 1],
        ['write', 2],
      ],
      'write',
    ],
    [
      'strong over weak',
      [
        ['weak_one', 2],
        ['strong', 1],
      ],
      'strong',
    ],
    [
      'the longest',
      [
        ['a', 1],
        ['abc', 1],
        ['ab', 1],
      ],
      'abc',
    ],
    [
      'the present over the past',
      [
        ['cfree@GLIBC_2.2.5', 1],
        ['free@@GLIBC_2.2.5', 1],
      ],
      'free@@GLIBC_2.2.5',
    ],
  ] as const)('prefers of several names for one address %s', (_, names, best) => {
    const symbols = names.map(([name, binding]) => ({ name, binding, address: AT, size: 4 }));
    expect(namesAt(symbols, [AT])).toEqual([best]);
    expect(namesAt([...symbols].reverse(), [AT])).toEqual([best]);
  });

  it('leaves out data, labels of assemblers and what lies outside of the code', () => {
    const symbols = [
      { name: 'data', address: AT, type: 1 },
      { name: '.L12', address: AT + 32, type: 0 },
      { name: '$x', address: AT + 64, type: 0 },
      { name: 'elsewhere', address: 0x10 },
    ];
    expect(namesAt(symbols, [AT, AT + 32, AT + 64, 0x10])).toEqual(['', '', '', '']);
  });
});
