/**
 * Raw deflate (RFC 1951), passed in because the model imports nothing: Node's zlib in the command, the
 * browser's streams in the viewer. Methods may work elsewhere and return promises.
 */
export interface Codec {
  deflate(raw: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /** Must fail, before it allocates more, when the output would be longer than `rawLength`. */
  inflate(packed: Uint8Array, rawLength: number): Uint8Array | Promise<Uint8Array>;
}
