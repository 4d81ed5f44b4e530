import { rmSync } from 'node:fs';
import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { UserError } from '../profile/errors.js';
import { EXIT } from './exit-codes.js';

/** Takes the bytes of an output in order. */
export type Write = (bytes: Uint8Array) => Promise<void>;

/**
 * A file that appears under its name only when it is whole: written beside it as `NAME.PID.part`, then renamed.
 * Pipes and devices are written directly.
 */
export class OutputFile {
  private constructor(
    readonly path: string,
    private readonly file: FileHandle,
    /** Where it is written until it is whole; undefined when directly. */
    readonly partPath: string | undefined,
    private readonly finalPath: string,
  ) {}

  /** @throws UserError when the place cannot be written to */
  static async create(path: string): Promise<OutputFile> {
    try {
      const known = await stat(path).catch(() => undefined);
      if (known !== undefined && !known.isFile() && !known.isDirectory()) {
        return new OutputFile(path, await open(path, 'w'), undefined, path);
      }
      if (known?.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
      const finalPath = known === undefined ? path : await realpath(path);
      const partPath = `${finalPath}.${process.pid}.part`;
      return new OutputFile(path, await open(partPath, 'wx', known?.mode), partPath, finalPath);
    } catch (error) {
      throw cannotWrite(path, error as NodeJS.ErrnoException);
    }
  }

  /** @throws UserError when the disk is full or the like */
  async write(bytes: Uint8Array): Promise<void> {
    try {
      await this.file.writeFile(bytes);
    } catch (error) {
      throw cannotWrite(this.path, error as NodeJS.ErrnoException);
    }
  }

  /** Gives the file its name, in place of one that was there. */
  async commit(): Promise<void> {
    try {
      await this.file.close();
      if (this.partPath !== undefined) await rename(this.partPath, this.finalPath);
    } catch (error) {
      throw cannotWrite(this.path, error as NodeJS.ErrnoException);
    }
  }

  /** Leaves nothing behind. May be called after `commit` failed. */
  async discard(): Promise<void> {
    await this.file.close().catch(() => {});
    if (this.partPath !== undefined) await rm(this.partPath, { force: true });
  }
}

/** What the user is told when a system call that writes to `path` failed. */
export function cannotWrite(path: string, { code, message }: NodeJS.ErrnoException): UserError {
  const reasons: Record<string, string> = {
    ENOSPC: 'the disk is full; free some space or name another place with -o',
    EDQUOT: 'your disk quota is used up; free some space or name another place with -o',
    ENOENT: 'there is no such folder; make it or name another with -o',
    ENOTDIR: 'a part of its path is a file; name another place with -o',
    EISDIR: 'it is a folder; name a file in it with -o',
    EACCES: 'you may not write there; name another place with -o',
    EPERM: 'you may not write there; name another place with -o',
    EROFS: 'that file system is read-only; name another place with -o',
    EPIPE: 'whoever read it is gone; send it to what reads on, or name a file with -o',
  };
  return new UserError('OUTPUT_UNWRITABLE', `${path} cannot be written: ${reasons[code ?? ''] ?? message}.`);
}

/** @throws UserError when `output` is the very file `input`, which would be lost */
export async function refuseSameFile(input: string, output: string): Promise<void> {
  if (input === '-' || output === '-') return;
  const [from, to] = await Promise.all([input, output].map((path) => stat(path).catch(() => undefined)));
  if (from === undefined || to === undefined || from.ino !== to.ino || from.dev !== to.dev) return;
  throw new UserError(
    'OUTPUT_IS_INPUT',
    `${output} is the input itself: name another output with -o.`,
    EXIT.usage,
  );
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Writes what `produce` makes to the file `path`, or to standard output for `-`. When it fails, or a signal ends
 * the process, no part of a file is left. Returns what `produce` does.
 */
export async function writeOutput<T>(path: string, produce: (write: Write) => Promise<T>): Promise<T> {
  if (path === '-') return produce(writeStandardOutput);
  const opening = OutputFile.create(path);
  const abandon = async (signal: NodeJS.Signals) => {
    const partPath = (await opening.catch(() => undefined))?.partPath;
    if (partPath !== undefined) rmSync(partPath, { force: true });
    process.kill(process.pid, signal);
  };
  for (const signal of SIGNALS) process.once(signal, abandon);
  try {
    return await fill(await opening, produce);
  } finally {
    for (const signal of SIGNALS) process.off(signal, abandon);
  }
}

async function fill<T>(file: OutputFile, produce: (write: Write) => Promise<T>): Promise<T> {
  try {
    const result = await produce((bytes) => file.write(bytes));
    await file.commit();
    return result;
  } catch (error) {
    await file.discard();
    throw error;
  }
}

/** When it cannot be written to, its 'error' ends the process: see main.ts. */
export function writeStandardOutput(bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(bytes, (error) => {
      if (!error) resolve();
    });
  });
}
