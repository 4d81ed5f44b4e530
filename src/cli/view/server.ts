import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../../profile/errors.js';
import { EXIT } from '../exit-codes.js';
import { servedPage } from './page.js';
import type { HeldRecording } from './recording-bytes.js';
import { afterToken, isFromElsewhere, refusal } from './request-rules.js';

export interface ViewServer {
  /** With the token: whoever knows it sees the recordings. */
  readonly address: string;
  readonly closed: Promise<void>;
  close(): void;
}

/** Nobody has asked for anything for so long: the page was closed and forgotten. */
const IDLE_MS = 12 * 60 * 60 * 1000;
/** 128 bits that nobody guesses. */
const TOKEN_BYTES = 16;

const HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'content-security-policy': "frame-ancestors 'none'",
  'x-frame-options': 'DENY',
} as const;

/**
 * Serves the viewer and the recordings on 127.0.0.1, under a path that cannot be guessed.
 * @throws UserError when the port cannot be had
 */
export async function serve(recordings: readonly HeldRecording[], port: number): Promise<ViewServer> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const page = await servedPage(recordings.map(({ name }) => name));
  const idle = setTimeout(() => close(), IDLE_MS).unref();
  const server = createServer((request, response) => {
    idle.refresh();
    answer(request, response).catch(() => response.destroy());
  });
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const refused = refusal(request, (server.address() as AddressInfo).port);
    if (refused) return say(response, refused.status, refused.words);
    const path = afterToken(request.url!, token);
    const recording = /^recording\/(\d{1,6})$/.exec(path ?? '');
    if (path === '') return send(request, response, 'text/html; charset=utf-8', [Buffer.from(page)]);
    const held = recording === null ? undefined : recordings[Number(recording[1])];
    if (held === undefined) return say(response, 404, 'There is nothing here.');
    if (isFromElsewhere(request)) return say(response, 403, 'Pages of other origins are not answered.');
    response.setHeader('content-length', held.size);
    return send(request, response, 'application/octet-stream', held.chunks());
  };
  const close = () => {
    clearTimeout(idle);
    server.close();
    server.closeAllConnections();
  };
  await listen(server, port);
  const { port: actual } = server.address() as AddressInfo;
  const closed = new Promise<void>((resolve) => server.once('close', resolve));
  return { address: `http://127.0.0.1:${actual}/${token}/`, closed, close };
}

function listen(server: ReturnType<typeof createServer>, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', ({ code }: NodeJS.ErrnoException) => {
      const reason = code === 'EADDRINUSE' ? 'another program has it' : `it cannot be had (${code})`;
      const message = `port ${port} of 127.0.0.1: ${reason}; leave out --port to get one that is free.`;
      reject(new UserError('PORT_UNUSABLE', message, EXIT.failed));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

function say(response: ServerResponse, status: number, words: string): void {
  response.writeHead(status, {
    ...HEADERS,
    'content-type': 'text/plain',
    ...(status === 405 && { allow: 'GET, HEAD' }),
  });
  response.end(`${words}\n`);
}

async function send(
  { method }: IncomingMessage,
  response: ServerResponse,
  type: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<void> {
  response.writeHead(200, { ...HEADERS, 'content-type': type });
  if (method === 'HEAD') response.end();
  else await pipeline(Readable.from(chunks, { objectMode: false }), response);
}
