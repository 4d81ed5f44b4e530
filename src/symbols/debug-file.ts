import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { type DebugLink, type ElfImage, readElf, UnreadableElf } from './elf.js';
import { isSystemError, OpenFile } from './open-file.js';
import { hasSymtab } from './symbol-table.js';

const DEBUG_ROOT = '/usr/lib/debug';
const CRC_CHUNK = 4 << 20;
/** Debug files of whole browsers are larger: their checksum would take seconds. */
const MAX_CRC_SIZE = 2 ** 31;

/** A debug file that belongs to a binary; `file` is to be closed by the caller. */
export interface DebugFile {
  readonly file: OpenFile;
  readonly image: ElfImage;
}

/**
 * The separate debug file of a stripped binary, found as gdb does: by build id, then by the name in its debug link
 * beside it, in `.debug` and under /usr/lib/debug. undefined when it is not stripped or there is none that fits.
 */
export function openDebugFile(image: ElfImage, path: string): DebugFile | undefined {
  if (hasSymtab(image)) return undefined;
  for (const candidate of candidatesOf(image, path)) {
    const found = tryOpen(candidate, image);
    if (found !== undefined) return found;
  }
  return undefined;
}

function candidatesOf(image: ElfImage, path: string): string[] {
  const { buildId, debugLink } = image;
  const byId = `${DEBUG_ROOT}/.build-id/${buildId.slice(0, 2)}/${buildId.slice(2)}.debug`;
  const candidates = buildId.length > 2 ? [byId] : [];
  if (debugLink === undefined) return candidates;
  const beside = dirname(path);
  for (const directory of [beside, `${beside}/.debug`, `${DEBUG_ROOT}${beside}`]) {
    candidates.push(`${directory}/${debugLink.name}`);
  }
  return candidates.filter((candidate) => candidate !== path);
}

/** What does not open or does not fit is as good as absent: the binary keeps its exported names. */
function tryOpen(path: string, image: ElfImage): DebugFile | undefined {
  let file: OpenFile;
  try {
    file = OpenFile.open(path, true);
  } catch {
    return undefined;
  }
  try {
    const debug = readElf(file);
    if (belongs(file, debug, image)) return { file, image: debug };
  } catch (error) {
    if (!(error instanceof UnreadableElf) && !isSystemError(error)) throw error;
  }
  file.close();
  return undefined;
}

function belongs(file: OpenFile, debug: ElfImage, image: ElfImage): boolean {
  if (!hasSymtab(debug)) return false;
  if (image.buildId !== '') return debug.buildId === image.buildId;
  return image.debugLink !== undefined && hasCrc(file, image.debugLink);
}

function hasCrc(file: OpenFile, { crc: expected }: DebugLink): boolean {
  if (file.size > MAX_CRC_SIZE) return false;
  let crc = 0;
  for (let at = 0; at < file.size; at += CRC_CHUNK) {
    crc = crc32(file.read(at, Math.min(CRC_CHUNK, file.size - at)), crc);
  }
  return crc === expected;
}
