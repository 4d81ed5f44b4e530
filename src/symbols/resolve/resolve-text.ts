import { resolveLine } from './address-line.js';

/** A longer line is resolved in pieces, so that no text needs more memory than this. */
const MAX_LINE = 1 << 20;

/** What names addresses. */
export interface AddressNames {
  /** The name of the code at the address of these hexadecimal digits, undefined when there is none. */
  nameOf(digits: string): string | undefined;
  /** Takes what became known since; called now and then while a text streams. */
  refresh(): void;
  close(): void;
}

/**
 * The bytes of a text with the addresses in it named, line by line as they come; everything else byte for byte.
 * `paint` may colour a name.
 */
export async function* resolveText(
  chunks: AsyncIterable<Uint8Array>,
  names: AddressNames,
  paint: (name: string) => string,
): AsyncGenerator<Uint8Array> {
  // A character each byte: so is every byte the same again in the end, be it text or not.
  const nameOf = (digits: string) => {
    const name = names.nameOf(digits);
    return name === undefined ? undefined : Buffer.from(name).toString('latin1');
  };
  const shown = (name: string) =>
    Buffer.from(paint(Buffer.from(name, 'latin1').toString())).toString('latin1');
  let tail = '';
  for await (const chunk of chunks) {
    names.refresh();
    const text = tail + Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString('latin1');
    const end = wholeEnd(text);
    tail = text.slice(end);
    if (end > 0) yield resolved(text.slice(0, end), nameOf, shown);
  }
  if (tail !== '') yield resolved(tail, nameOf, shown);
}

/** Behind the last line end; in a line that is too long, behind its last space. */
function wholeEnd(text: string): number {
  const line = text.lastIndexOf('\n') + 1;
  if (text.length - line < MAX_LINE) return line;
  return text.lastIndexOf(' ') + 1 || text.length;
}

function resolved(
  text: string,
  nameOf: (digits: string) => string | undefined,
  paint: (name: string) => string,
): Uint8Array {
  const lines = text.split('\n').map((line) => resolveLine(line, nameOf, paint));
  return Buffer.from(lines.join('\n'), 'latin1');
}
