/** What the first bytes of a file that is no recording seem to be, for the one sentence that refuses it. */
const MAGIC: readonly (readonly [string, string | readonly number[]])[] = [
  ['a PNG image', [0x89, 0x50, 0x4e, 0x47]],
  ['a JPEG image', [0xff, 0xd8, 0xff]],
  ['a GIF image', 'GIF8'],
  ['a WebP image or another RIFF file', 'RIFF'],
  ['a PDF document', '%PDF-'],
  ['a zip archive (.zip, .jar, .docx): unpack it first', 'PK\x03\x04'],
  ['an xz archive: unpack it first', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['a bzip2 archive: unpack it first', 'BZh'],
  ['a 7z archive: unpack it first', [0x37, 0x7a, 0xbc, 0xaf]],
  ['an ELF program, library or core file', '\x7fELF'],
  ['a WebAssembly module', '\0asm'],
  ['a macOS program or library', [0xcf, 0xfa, 0xed, 0xfe]],
  ['a Windows program', 'MZ'],
  ['an SQLite database', 'SQLite format 3'],
  ['a Java class or a universal macOS program', [0xca, 0xfe, 0xba, 0xbe]],
  ['a jitdump of V8 or another compiler, which names code and has no samples', 'DTiJ'],
  ['a jitdump of V8 or another compiler, which names code and has no samples', 'JiTD'],
];

const TEXTS: readonly (readonly [string, RegExp])[] = [
  ['an HTML page', /^\s*<(?:!doctype html|html|head|body)\b/i],
  ['an SVG image', /^\s*(?:<\?xml[^>]*>\s*)?(?:<!doctype svg[^>]*>\s*)?<svg\b/i],
  ['an XML document', /^\s*<\?xml\b/],
  ['a heap snapshot: it tells of memory, not of time', /^\s*\{\s*"snapshot"\s*:/],
  ['a source map', /^\s*\{\s*"version"\s*:\s*3\s*,/],
  ['the JSON of a report, which is made from a recording', /^\s*\{\s*"schema"\s*:\s*1\s*,\s*"recording"/],
  ['V8’s own log (node --prof): node --prof-process reads it', /^v8-version,/],
  [
    'a perf map, which names code and has no samples',
    /^[0-9a-f]{6,16} [0-9a-f]{1,8} \S.*\n[0-9a-f]{6,16} [0-9a-f]{1,8} \S/,
  ],
  ['a git LFS pointer: the file itself was not fetched', /^version https:\/\/git-lfs/],
  ['JSON of another kind', /^\s*[[{]/],
  ['a script', /^#!/],
];

/** A few words such as `an HTML page`; `text` or `binary data` when no more can be told. */
export function kindOfFile(head: Uint8Array): string {
  const magic = MAGIC.find(([, bytes]) => startsWith(head, bytes));
  if (magic !== undefined) return magic[0];
  if (isTar(head)) return 'a tar archive: unpack it first';
  if (head.every((byte) => byte === 0)) return 'nothing but zero bytes';
  if (looksBinary(head)) return 'binary data of another kind';
  const text = new TextDecoder().decode(head.subarray(0, 8192));
  if (/^\s*$/.test(text)) return 'blank text';
  return TEXTS.find(([, pattern]) => pattern.test(text))?.[0] ?? 'text of another kind';
}

function startsWith(head: Uint8Array, bytes: string | readonly number[]): boolean {
  const at = typeof bytes === 'string' ? (i: number) => bytes.charCodeAt(i) : (i: number) => bytes[i];
  for (let i = 0; i < bytes.length; i++) if (head[i] !== at(i)) return false;
  return true;
}

function isTar(head: Uint8Array): boolean {
  return startsWith(head.subarray(257), 'ustar');
}

/** Control characters that no text has, among the first bytes. */
function looksBinary(head: Uint8Array): boolean {
  return head.subarray(0, 512).some((byte) => byte < 9 || (byte > 13 && byte < 27) || byte === 28);
}
