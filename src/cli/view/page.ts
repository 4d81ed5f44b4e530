import { readFile } from 'node:fs/promises';
import type { Write } from '../output-file.js';
import { writeAsStackscope } from './recording-bytes.js';

/** Where recordings, or the names of served ones, go into the page that Vite built. */
const PLACE = '<!-- recordings -->';
/** Whom the page may ask, in its policy. */
const CONNECT = 'connect-src CONNECT';

/** The page for the server at hand: it asks that for the recordings of these names, and nobody else. */
export async function servedPage(names: readonly string[]): Promise<string> {
  const { head, tail } = await template("'self'");
  return `${head}<meta name="stackscope-served" content="${names.map(base64).join(' ')}">${tail}`;
}

/** Writes a page with the recordings in it, in blocks of base64 that no browser executes. It asks nobody. */
export async function writePage(files: readonly string[], write: Write): Promise<void> {
  const { head, tail } = await template("'none'");
  const encoder = new TextEncoder();
  await write(encoder.encode(head));
  for (const file of files) {
    await write(encoder.encode(`<script type="application/x-stackscope">\n${base64(file)}\n`));
    const bytes = new Base64Writer(write);
    await writeAsStackscope(file, (piece) => bytes.write(piece));
    await bytes.end();
    await write(encoder.encode('\n</script>\n'));
  }
  await write(encoder.encode(tail));
}

async function template(connect: string): Promise<{ head: string; tail: string }> {
  const page = await readFile(new URL('../../viewer/page.html', import.meta.url), 'utf8');
  const at = page.indexOf(PLACE);
  const head = page.slice(0, at).replace(CONNECT, `connect-src ${connect}`);
  return { head, tail: page.slice(at + PLACE.length) };
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** Bytes to base64 in pieces; a piece ends where three bytes are whole. */
class Base64Writer {
  private rest: Uint8Array = new Uint8Array(0);

  constructor(private readonly out: Write) {}

  async write(bytes: Uint8Array): Promise<void> {
    const all = Buffer.concat([this.rest, bytes]);
    const whole = all.length - (all.length % 3);
    this.rest = all.subarray(whole);
    if (whole > 0) await this.out(Buffer.from(all.toString('base64', 0, whole)));
  }

  async end(): Promise<void> {
    if (this.rest.length > 0) await this.out(Buffer.from(Buffer.from(this.rest).toString('base64')));
  }
}
