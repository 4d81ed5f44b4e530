/**
 * Text that is not plain UTF-8: with a byte order mark, as editors on Windows save it, or UTF-16, as PowerShell's `>`
 * writes it. Told by the mark alone; no format that is read begins with one of these.
 */
type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

const MARKS: readonly (readonly [Encoding, readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/** The encoding that a byte order mark at the start of `head` tells; undefined without one. */
export function markedEncoding(head: Uint8Array): Encoding | undefined {
  return MARKS.find(([, mark]) => mark.every((byte, i) => head[i] === byte))?.[0];
}

/** The same text as UTF-8 without the mark; what is no text in that encoding becomes U+FFFD. */
export async function* asUtf8(
  chunks: AsyncIterable<Uint8Array>,
  encoding: Encoding,
): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(encoding);
  const encoder = new TextEncoder();
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true });
    if (text !== '') yield encoder.encode(text);
  }
  const rest = decoder.decode();
  if (rest !== '') yield encoder.encode(rest);
}
