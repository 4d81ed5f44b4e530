const RETURN = 0x0d;
const NEWLINE = 0x0a;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The text of bytes[from..to); what is no UTF-8 becomes U+FFFD. */
export function decode(bytes: Uint8Array, from: number, to: number): string {
  return decoder.decode(bytes.subarray(from, to));
}

/** Where the line bytes[from..next) ends without `\n` or `\r\n`. */
export function withoutLineEnd(bytes: Uint8Array, from: number, next: number): number {
  let to = next;
  if (to > from && bytes[to - 1] === NEWLINE) to--;
  if (to > from && bytes[to - 1] === RETURN) to--;
  return to;
}

/** Whether bytes[from..to) begins with `text`, which is ASCII. */
export function startsWith(bytes: Uint8Array, from: number, to: number, text: string): boolean {
  if (to - from < text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[from + i] !== text.charCodeAt(i)) return false;
  return true;
}
