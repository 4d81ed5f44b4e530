import { readElf, UnreadableElf } from '../../symbols/elf.js';
import { isSystemError, OpenFile } from '../../symbols/open-file.js';
import { libnodeOf } from './runs-node.js';

/** What Node's inspector calls itself: in the read-only data of every build that has an inspector. */
const MARK = 'node.js/v';
const VERSION = /^node\.js\/v(\d{1,4}\.\d{1,4}\.\d{1,4}[\w.+-]{0,60})\0/;
const LONGEST = 96;
const PIECE = 4 << 20;
/** Node's read-only data is about 60 MB. */
const MAX_BYTES = 512 << 20;

/** The versions of the Node binaries that processes run, read from the files themselves: nothing of them is run. */
export class NodeVersions {
  /** By device and inode: many processes run one file. */
  private readonly known = new Map<string, string | undefined>();

  /** Undefined when the binary may not be read or does not tell. */
  of(pid: number): string | undefined {
    return this.ofFile(`/proc/${pid}/exe`) ?? this.ofLibrary(pid);
  }

  private ofLibrary(pid: number): string | undefined {
    const library = libnodeOf(pid);
    return library === undefined ? undefined : this.ofFile(`/proc/${pid}/root${library}`);
  }

  private ofFile(path: string): string | undefined {
    let file: OpenFile | undefined;
    try {
      file = OpenFile.open(path, true);
      const { dev, ino } = file.stats;
      const key = `${dev}/${ino}`;
      if (!this.known.has(key)) this.known.set(key, embeddedVersion(file));
      return this.known.get(key);
    } catch (error) {
      if (error instanceof UnreadableElf || isSystemError(error)) return undefined;
      throw error;
    } finally {
      file?.close();
    }
  }
}

function embeddedVersion(file: OpenFile): string | undefined {
  const { sections, segments } = readElf(file);
  const data = sections.filter(({ name }) => name === '.rodata');
  const parts =
    data.length > 0 ? data : segments.map((one) => ({ offset: one.fileOffset, size: one.fileSize }));
  for (const { offset, size } of parts) {
    const end = Math.min(offset + Math.min(size, MAX_BYTES), file.size);
    // Pieces overlap, so that no text is cut in two.
    for (let at = offset; at < end; at += PIECE - LONGEST) {
      const found = versionIn(file.read(at, Math.min(PIECE, end - at)));
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function versionIn(bytes: Buffer): string | undefined {
  for (let at = bytes.indexOf(MARK); at >= 0; at = bytes.indexOf(MARK, at + 1)) {
    const version = VERSION.exec(bytes.toString('latin1', at, at + LONGEST))?.[1];
    if (version !== undefined) return version;
  }
  return undefined;
}
