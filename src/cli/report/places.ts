import { functionFile, functionName, pathOfUrl } from '../../analysis/function-names.js';
import { Layer } from '../../profile/layers.js';
import type { Profile } from '../../profile/profile.js';
import { visible } from '../terminal.js';

/** Names of functions and files as a report writes them: short where that is unambiguous, safe for a terminal. */
export class Places {
  private readonly root: string;

  constructor(readonly profile: Profile) {
    this.root = commonFolder(applicationFiles(profile));
  }

  name(func: number): string {
    return visible(functionName(this.profile, func));
  }

  /** `lib/render.js:12:3`, `express/lib/router.js:136:9`, `node:net:301:5`, `libc.so.6`; '' when nothing is known. */
  place(func: number): string {
    return this.file(functionFile(this.profile, func), func) + this.position(func);
  }

  /** As `place`, with the whole path of the file. */
  fullPlace(func: number): string {
    return visible(functionFile(this.profile, func)) + this.position(func);
  }

  /** A path relative to the program's folder, a dependency's from its package, a binary by its name. */
  file(path: string, func?: number): string {
    if (func !== undefined && this.profile.functions.columns.mapping.data[func] !== 0) {
      return visible(path.slice(path.lastIndexOf('/') + 1));
    }
    const modules = path.lastIndexOf('/node_modules/');
    if (modules >= 0) return visible(path.slice(modules + '/node_modules/'.length));
    return visible(path.startsWith(this.root) ? path.slice(this.root.length) : path);
  }

  /** Places of functions shown together: those that would look the same get their whole path. */
  distinct(funcs: readonly number[]): Map<number, string> {
    const labels = funcs.map((func) => `${this.name(func)} ${this.place(func)}`);
    const seen = new Map<string, number>();
    for (const label of labels) seen.set(label, (seen.get(label) ?? 0) + 1);
    return new Map(
      funcs.map((func, i) => [func, seen.get(labels[i]) === 1 ? this.place(func) : this.fullPlace(func)]),
    );
  }

  private position(func: number): string {
    const { line, column } = this.profile.functions.columns;
    if (line.data[func] === 0) return '';
    return `:${line.data[func]}${column.data[func] > 0 ? `:${column.data[func]}` : ''}`;
  }
}

function applicationFiles({ functions, scripts }: Profile): string[] {
  const files = new Set<string>();
  for (let func = 0; func < functions.length; func++) {
    const script = functions.columns.script.data[func];
    if (script !== 0 && functions.layer(func) === Layer.Application)
      files.add(pathOfUrl(scripts.url(script)));
  }
  return [...files].filter((file) => file.startsWith('/') || /^[A-Za-z]:\//.test(file));
}

/** A file outside (a script in /tmp, a linked package) must not make every path long. */
const MOST = 0.8;

/** The deepest folder, ending in `/`, that holds most of the files; '' for none but the root. */
function commonFolder(files: readonly string[]): string {
  let folder = '';
  for (;;) {
    const inside = new Map<string, number>();
    for (const file of files) {
      const end = file.startsWith(folder) ? file.indexOf('/', folder.length) : -1;
      if (end >= 0) inside.set(file.slice(0, end + 1), (inside.get(file.slice(0, end + 1)) ?? 0) + 1);
    }
    const [most] = [...inside].sort((a, b) => b[1] - a[1]);
    if (most === undefined || most[1] < MOST * files.length) return folder === '/' ? '' : folder;
    folder = most[0];
  }
}
