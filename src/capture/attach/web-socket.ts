import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import type { Socket } from 'node:net';

/** RFC 6455, section 5.2. */
const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;
const FIN = 0x80;
const MASKED = 0x80;
/** Answers of an inspector are far smaller; whoever sends more is none. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * As much of the WebSocket protocol as an inspector on this machine needs, since Node has a client of its own only
 * from 22 on: text both ways, no extensions.
 */
export class WebSocketClient {
  /** Told of each message. */
  onText: (text: string) => void = () => {};
  /** Told once when the connection is gone, from either side. */
  onClose: () => void = () => {};
  private received = Buffer.alloc(0);
  private parts: Buffer[] = [];
  private closing = false;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk) => this.receive(chunk));
    socket.on('error', () => {});
    socket.on('close', () => this.onClose());
    socket.setNoDelay(true);
  }

  /** @throws when nobody answers there, or not as a WebSocket server */
  static open(connection: Socket, path: string, limitMs: number): Promise<WebSocketClient> {
    return new Promise((resolve, reject) => {
      const headers = {
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
      };
      const opening = request({ path, headers, createConnection: () => connection });
      opening.setTimeout(limitMs, () => opening.destroy(new Error('it does not answer')));
      opening.on('upgrade', (_, socket, head) => {
        socket.setTimeout(0);
        const client = new WebSocketClient(socket as Socket);
        if (head.length > 0) setImmediate(() => client.receive(head));
        resolve(client);
      });
      opening.on('response', () => reject(new Error('it is no inspector')));
      opening.on('error', reject);
      opening.end();
    });
  }

  send(text: string): void {
    this.write(TEXT, Buffer.from(text));
  }

  /** Asks the server to close the connection, which is gone when `onClose` is called. */
  close(): void {
    this.socket.unref();
    this.sendClose();
  }

  /**
   * Leaves it to the server to close the connection, and waits for that for so long at most. A server that is being stopped
   * must not hear of a client's close before it has sent its own: Node frees the connection twice then, and crashes
   * (`WsHandler::OnCloseFrameWritten`; 20 to 24, at least).
   */
  awaitClose(limitMs: number): Promise<void> {
    return new Promise((resolve) => {
      setTimeout(resolve, limitMs).unref();
      this.socket.on('close', () => resolve());
      if (this.socket.destroyed) resolve();
    });
  }

  private sendClose(): void {
    if (!this.closing) this.write(CLOSE, Buffer.alloc(0));
    this.closing = true;
  }

  private write(opcode: number, payload: Buffer): void {
    const { length } = payload;
    const mask = randomBytes(4);
    const head =
      length < 126
        ? Buffer.from([FIN | opcode, MASKED | length])
        : Buffer.from([FIN | opcode, MASKED | 127, 0, 0, 0, 0, 0, 0, 0, 0]);
    if (length >= 126) head.writeBigUInt64BE(BigInt(length), 2);
    const masked = Buffer.from(payload);
    for (let i = 0; i < length; i++) masked[i] ^= mask[i & 3];
    if (this.socket.writable) this.socket.write(Buffer.concat([head, mask, masked]));
  }

  private receive(chunk: Buffer): void {
    this.received = Buffer.concat([this.received, chunk]);
    for (;;) {
      const frame = firstFrame(this.received);
      if (frame === undefined) break;
      this.received = this.received.subarray(frame.end);
      this.take(frame);
    }
    if (this.received.length > MAX_BYTES) this.socket.destroy();
  }

  private take({ opcode, isLast, payload }: Frame): void {
    if (opcode === PING) this.write(PONG, payload);
    else if (opcode === CLOSE) this.sendClose();
    else if (opcode <= 2) {
      this.parts.push(payload);
      if (isLast) this.onText(Buffer.concat(this.parts.splice(0)).toString());
    }
  }
}

interface Frame {
  readonly opcode: number;
  readonly isLast: boolean;
  readonly payload: Buffer;
  /** Bytes of the whole frame. */
  readonly end: number;
}

/** Undefined while it is not there as a whole. A server's frames are not masked. */
function firstFrame(bytes: Buffer): Frame | undefined {
  if (bytes.length < 2) return undefined;
  const short = bytes[1] & 0x7f;
  const start = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < start) return undefined;
  const length =
    short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  const end = start + length;
  if (bytes.length < end) return undefined;
  return { opcode: bytes[0] & 15, isLast: (bytes[0] & FIN) !== 0, payload: bytes.subarray(start, end), end };
}
