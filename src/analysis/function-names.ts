import type { FunctionId } from '../profile/functions.js';
import type { Profile } from '../profile/profile.js';

/** The name to show: `(anonymous)`, `(top level)` of a script, `[unknown]` native code; else as recorded. */
export function functionName(profile: Profile, func: FunctionId): string {
  const name = profile.functions.name(func);
  if (name !== '') return name;
  const { script, line, column } = profile.functions.columns;
  if (script.data[func] === 0) return '[unknown]';
  return line.data[func] === 1 && column.data[func] <= 1 ? '(top level)' : '(anonymous)';
}

/** Native code that no symbol table names. An anonymous JavaScript function is known by its place. */
export function isUnnamed(profile: Profile, func: FunctionId): boolean {
  return profile.functions.columns.name.data[func] === 0 && profile.functions.columns.script.data[func] === 0;
}

/** The path or url of the script, or the path of the binary; '' when neither is known. */
export function functionFile(profile: Profile, func: FunctionId): string {
  const { script, mapping } = profile.functions.columns;
  if (script.data[func] !== 0) return pathOfUrl(profile.scripts.url(script.data[func]));
  return profile.mappings.path(mapping.data[func]);
}

/** `file:///a%20b.mjs` as the path it stands for; any other url as it is. */
export function pathOfUrl(url: string): string {
  if (!url.startsWith('file://')) return url;
  const path = url.slice('file://'.length);
  try {
    return decodeURIComponent(path).replace(/^\/([A-Za-z]:\/)/, '$1');
  } catch {
    return path;
  }
}
