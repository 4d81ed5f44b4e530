import { openDebugFile } from '../debug-file.js';
import { demangle } from '../demangle.js';
import { readElf } from '../elf.js';
import { OpenFile } from '../open-file.js';
import { NO_NAME, readSymbolTable, type SymbolTable } from '../symbol-table.js';
import type { AddressNames } from './resolve-text.js';

/** Names from an executable or library, by its own addresses as nm and addr2line count them. */
export class ElfNames implements AddressNames {
  private constructor(private readonly symbols: SymbolTable) {}

  /**
   * undefined when the file has no symbols.
   * @throws UnreadableElf, or the error of a system call
   */
  static open(path: string): ElfNames | undefined {
    const file = OpenFile.open(path, true);
    try {
      const image = readElf(file);
      const debug = openDebugFile(image, path);
      try {
        const symbols = readSymbolTable(debug?.image ?? image, image);
        return symbols && new ElfNames(symbols);
      } finally {
        debug?.file.close();
      }
    } finally {
      file.close();
    }
  }

  nameOf(digits: string): string | undefined {
    const place = this.symbols.find(Number.parseInt(digits, 16));
    return place === NO_NAME ? undefined : demangle(this.symbols.nameAt(place));
  }

  refresh(): void {}

  close(): void {}
}
