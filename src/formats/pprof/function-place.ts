/** What of a function's name and place pprof has no field for, and how other writers put it into the name. */

/** A name and the place of the definition, from 1; 0 where it is not known. */
export interface NamedPlace {
  readonly name: string;
  readonly line: number;
  readonly column: number;
}

const ANONYMOUS = '(anonymous)';
/** How pprof-nodejs names functions without a name. */
const ANONYMOUS_PLACE = /^\(anonymous(?::L#(\d{1,9})(?::C#(\d{1,9}))?)?\)$/;

/** Whether a source file is JavaScript, or what is compiled to it. */
export function isJavaScript(filename: string): boolean {
  return /^(?:node:|internal\/|file:|https?:|webpack|wasm:|evalmachine\b|\[eval\])|\.[cm]?[jt]sx?$/.test(
    filename,
  );
}

/** The name of a function of a script as pprof shows it. */
export function shownName(name: string): string {
  return name === '' ? ANONYMOUS : name;
}

/** A function as V8 names it to the system, in a perf map: `name file:line:column`. Pprof has no column for it. */
export function systemName(filename: string, { name, line, column }: NamedPlace): string {
  return column === 0 ? shownName(name) : `${shownName(name)} ${filename}:${line}:${column}`;
}

/** The reverse of the two, for a function of a script. */
export function placeOf(
  filename: string,
  names: { readonly name: string; readonly systemName: string },
  startLine: number,
): NamedPlace {
  const anonymous = ANONYMOUS_PLACE.exec(names.name);
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
