import { statfsSync } from 'node:fs';
import { Binary } from './binary.js';
import { openDebugFile } from './debug-file.js';
import { type ElfImage, readElf, UnreadableElf } from './elf.js';
import { isSystemError, OpenFile, reasonOf } from './open-file.js';

/** What a mapping event tells of a mapped file. */
export interface MappedFile {
  /** Without the mark of a deleted file. */
  readonly path: string;
  readonly isDeleted: boolean;
  /** undefined when the event does not tell. */
  readonly inode: number | undefined;
  /** Lower-case hex; undefined when the event does not tell. */
  readonly buildId: string | undefined;
}

/** A mapped file that was found, until its symbols are read. */
export interface OpenBinary {
  readonly open: OpenFile;
  readonly image: ElfImage;
}

/** Why a mapped file's functions cannot be named: `message` follows its path. */
export class NoBinary extends Error {
  constructor(
    readonly kind: 'unreadable' | 'replaced',
    message: string,
  ) {
    super(message);
  }
}

const OVERLAYFS = 0x794c7630;

/**
 * Opens the file that was mapped, trying `paths` in order, and checks that it is still the one: by build id where
 * known, else by inode. Throws NoBinary.
 */
export function openMappedFile(file: MappedFile, paths: readonly string[]): OpenBinary {
  let failure = file.isDeleted ? new NoBinary('replaced', 'was deleted') : undefined;
  for (const path of paths) {
    try {
      return openAt(path, file);
    } catch (error) {
      if (!(error instanceof NoBinary)) throw error;
      if (failure?.kind !== 'replaced') failure = error;
    }
  }
  throw failure ?? new NoBinary('unreadable', 'cannot be read');
}

/** Reads the symbols of an opened file, or of its debug file when it was stripped, and closes both. Throws NoBinary. */
export function readBinary({ open, image }: OpenBinary, path: string): Binary {
  const debug = openDebugFile(image, path);
  try {
    return new Binary(image, debug?.image ?? image);
  } catch (error) {
    throw new NoBinary('unreadable', whyNot(error));
  } finally {
    debug?.file.close();
    open.close();
  }
}

function openAt(path: string, file: MappedFile): OpenBinary {
  let open: OpenFile;
  try {
    open = OpenFile.open(path, true);
  } catch (error) {
    throw new NoBinary('unreadable', whyNot(error));
  }
  try {
    const image = readElf(open);
    if (!isSame(file, image, open, path)) throw new NoBinary('replaced', 'was replaced since it was mapped');
    return { open, image };
  } catch (error) {
    open.close();
    throw error instanceof NoBinary ? error : new NoBinary('unreadable', whyNot(error));
  }
}

function isSame(file: MappedFile, image: ElfImage, open: OpenFile, path: string): boolean {
  if (file.buildId !== undefined) return sameBuildId(file.buildId, image.buildId);
  if (file.inode === undefined || file.inode === 0 || file.inode === open.stats.ino) return true;
  // On overlayfs a mapping shows the inode of the layer below, which stat does not tell.
  return statfsSync(path).type === OVERLAYFS;
}

/** perf pads short build ids with zeros to 20 bytes. */
function sameBuildId(recorded: string, found: string): boolean {
  return recorded.slice(0, found.length) === found && /^0*$/.test(recorded.slice(found.length));
}

function whyNot(error: unknown): string {
  if (error instanceof UnreadableElf) return error.message;
  if (isSystemError(error)) return `cannot be read: ${reasonOf(error)}`;
  throw error;
}
