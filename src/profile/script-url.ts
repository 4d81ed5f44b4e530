/** `file:///a%20b.mjs` as `/a b.mjs`, so that ES modules and CommonJS agree; all others unchanged. */
export function plainUrl(url: string): string {
  if (!url.startsWith('file://')) return url;
  const path = url.slice('file://'.length);
  const plain = /^\/[A-Za-z]:\//.test(path) ? path.slice(1) : path;
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}

/** The reverse of `plainUrl`: an absolute path as the url V8 writes. */
export function fileUrl(path: string): string {
  if (!/^(?:\/|[A-Za-z]:[\\/])/.test(path)) return path;
  const absolute = path.startsWith('/') ? path : `/${path.replaceAll('\\', '/')}`;
  return `file://${encodeURI(absolute.replace(/\p{Surrogate}/gu, '\uFFFD'))
    .replaceAll('?', '%3F')
    .replaceAll('#', '%23')}`;
}
