/** What of a function's name and place pprof has no field for, and how other writers put it into the name. */

/** A name and the place of the definition, from 1; 0 where it is not known. */
export interface NamedPlace {
  readonly name: string;
  readonly line: number;
  readonly column: number;
}

/** How pprof-nodejs names functions without a name, so that they stay apart in tables, which go by names. */
const ANONYMOUS = /^\(anonymous(?::L#(\d{1,9})(?::C#(\d{1,9}))?)?\)$/;

/** Whether a source file is JavaScript, or what is compiled to it. */
export function isJavaScript(filename: string): boolean {
  return /^(?:node:|internal\/|file:|https?:|webpack|wasm:|evalmachine\b|\[eval\])|\.[cm]?[jt]sx?$/.test(
    filename,
  );
}

/** Whether a mapping is a file, so that addresses in it are offsets; others are the kernel's and run-time code. */
export function isInFile(path: string): boolean {
  return /^\/(?!\/anon)/.test(path);
}

/** The name of a function of a script as pprof shows it. */
export function shownName({ name, line, column }: NamedPlace): string {
  if (name !== '') return name;
  return `(anonymous${line > 0 ? `:L#${line}` : ''}${line > 0 && column > 0 ? `:C#${column}` : ''})`;
}

/** A function as V8 names it to the system, in a perf map: `name file:line:column`. Pprof has no column for it. */
export function systemName(filename: string, place: NamedPlace): string {
  const name = shownName(place);
  return place.column === 0 ? name : `${name} ${filename}:${place.line}:${place.column}`;
}

/** The reverse of the two, for a function of a script. */
export function placeOf(
  filename: string,
  names: { readonly name: string; readonly systemName: string },
  startLine: number,
): NamedPlace {
  const anonymous = ANONYMOUS.exec(names.name);
  const name = anonymous ? '' : names.name;
  const before = `${names.name} ${filename}:${startLine}:`;
  const column = names.systemName.startsWith(before) ? names.systemName.slice(before.length) : '';
  if (/^\d{1,10}$/.test(column))
    return { name, line: startLine, column: Math.min(Number(column), 0xffffffff) };
  return {
    name,
    line: startLine || Number(anonymous?.[1] ?? 0),
    column: startLine ? 0 : Number(anonymous?.[2] ?? 0),
  };
}
