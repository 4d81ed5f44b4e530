import { addressOfFileOffset, type ElfImage } from './elf.js';
import { hasSymtab, NO_NAME, readSymbolTable, type SymbolTable } from './symbol-table.js';

/** How far into the entry point's code an unnamed address is still taken for it: `_start` is a few instructions. */
const ENTRY_SIZE = 64;

/** The functions of one executable or library by their offset in its file. */
export class Binary {
  private readonly symbols: SymbolTable | undefined;
  /** Whether its local functions are named too, not only those it exports. */
  readonly hasFullSymbols: boolean;

  /** `symbolsFrom` is the image itself or its separate debug file. Throws UnreadableElf, or what reading throws. */
  constructor(
    private readonly image: ElfImage,
    symbolsFrom: ElfImage,
  ) {
    this.symbols = readSymbolTable(symbolsFrom, image);
    this.hasFullSymbols = hasSymtab(symbolsFrom);
  }

  get buildId(): string {
    return this.image.buildId;
  }

  /** Place of the name of the function at `fileOffset`, or NO_NAME. */
  find(fileOffset: number): number {
    const address = addressOfFileOffset(this.image, fileOffset);
    return address < 0 || this.symbols === undefined ? NO_NAME : this.symbols.find(address);
  }

  /** The name at a place that `find` returned, as the binary spells it. */
  nameAt(place: number): string {
    return this.symbols?.nameAt(place) ?? '';
  }

  /** Whether the binary's execution begins here: the one function that can be told without symbols. */
  isEntry(fileOffset: number): boolean {
    const { entry } = this.image;
    const inside = addressOfFileOffset(this.image, fileOffset) - entry;
    return entry !== 0 && inside >= 0 && inside < ENTRY_SIZE;
  }
}
