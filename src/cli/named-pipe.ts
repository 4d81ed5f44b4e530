import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Source } from '../formats/format.js';
import { UserError } from '../profile/errors.js';

/** How long a named pipe may stay silent before its first byte; after that it may take its time. */
const PATIENCE_MS = 10_000;

/**
 * Opens a named pipe without waiting for who writes to it, which would hold a thread that nothing can free again.
 * Reading it throws a UserError when nothing is written to it.
 */
export function openNamedPipe(path: string): Pick<Source, 'chunks'> & { close(): Promise<void> } {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const pipe = new Socket({ fd, readable: true, writable: false });
  const timer = setTimeout(() => pipe.destroy(silent(path)), PATIENCE_MS);
  pipe.once('readable', () => clearTimeout(timer)).on('error', () => {});
  return {
    chunks: () => pipe,
    close: async () => {
      clearTimeout(timer);
      pipe.destroy();
    },
  };
}

function silent(path: string): UserError {
  return new UserError(
    'INPUT_SILENT',
    `${path} is a pipe that nothing wrote to for ${PATIENCE_MS / 1000} s: start first what writes to it.`,
  );
}
