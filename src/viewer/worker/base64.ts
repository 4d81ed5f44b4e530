/** Characters decoded at once: a multiple of four, so that each piece is whole bytes. */
const PIECE = 1 << 20;

/** The bytes of a base64 text without line ends. Throws when it is none. */
export function bytesOfBase64(text: string): Blob {
  const pieces: BlobPart[] = [];
  for (let at = 0; at < text.length; at += PIECE) {
    const binary = atob(text.slice(at, at + PIECE));
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
    pieces.push(bytes);
  }
  return new Blob(pieces);
}
