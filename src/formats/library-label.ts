const UNKNOWN = '[unknown]';

/** What stands for native code without a name: `[libc.so.6]`, as stackcollapse-perf.pl writes it. */
export function libraryLabel(path: string): string {
  const file = path.slice(path.lastIndexOf('/') + 1).replace(/^\[(.*)\]$/, '$1');
  return file === '' ? UNKNOWN : `[${file}]`;
}
