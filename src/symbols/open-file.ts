import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import type { ElfSource } from './elf.js';

/** A regular file that is open for reading at any place. */
export class OpenFile implements ElfSource {
  private constructor(
    private readonly descriptor: number,
    readonly stats: Stats,
  ) {}

  /**
   * Opens without ever waiting (a FIFO would) and only what is a regular file; `followLinks` allows the path itself
   * to be a symbolic link. Throws the error of the system call, or one with code `EFTYPE`.
   */
  static open(path: string, followLinks: boolean): OpenFile {
    const noFollow = followLinks ? 0 : constants.O_NOFOLLOW;
    const descriptor = openSync(
      path,
      constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY | noFollow,
    );
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) {
      closeSync(descriptor);
      throw Object.assign(new Error('not a regular file'), { code: 'EFTYPE' });
    }
    return new OpenFile(descriptor, stats);
  }

  get size(): number {
    return this.stats.size;
  }

  /** Bytes in the file now; it may have grown since it was opened, or have been cut. */
  currentSize(): number {
    return fstatSync(this.descriptor).size;
  }

  read(offset: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafeSlow(length);
    for (let done = 0; done < length; ) {
      const got = readSync(this.descriptor, bytes, done, length - done, offset + done);
      if (got === 0) throw Object.assign(new Error('it became shorter while it was read'), { code: 'EOF' });
      done += got;
    }
    return bytes;
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

/** Whether a system call failed, as against a mistake of ours. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    /^E[A-Z]+$/.test(error.code)
  );
}

/** The code of a failed system call in words: `EACCES` as `permission denied`. */
export function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'ENOENT':
      return 'there is no such file';
    case 'EACCES':
    case 'EPERM':
      return 'permission was denied';
    case 'ELOOP':
      return 'it is a symbolic link';
    case 'EFTYPE':
    case 'ENXIO':
      return 'it is not a regular file';
    default:
      return message;
  }
}
