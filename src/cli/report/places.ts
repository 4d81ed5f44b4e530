import { functionFile, functionName } from '../../analysis/function-names.js';
import type { FunctionWeight } from '../../analysis/functions.js';
import { shortSymbol } from '../../formats/short-symbol.js';
import { Layer } from '../../profile/layers.js';
import type { Profile } from '../../profile/profile.js';
import { visible } from '../terminal.js';

export interface Label {
  readonly name: string;
  readonly place: string;
}

/** Names of functions and files as a report writes them: short where that is unambiguous, safe for a terminal. */
export class Places {
  private readonly root: string;

  /** `functions` tell which files the program's time is in: their folder is what paths are relative to. */
  constructor(
    private readonly profile: Profile,
    functions: readonly FunctionWeight[],
  ) {
    this.root = commonFolder(applicationFiles(profile, functions));
  }

  /** As recorded, but for the parameters and the most common namespaces of C++. */
  name(func: number): string {
    const name = functionName(this.profile, func);
    const isNative = this.profile.functions.columns.script.data[func] === 0;
    return visible(isNative ? shortSymbol(name) : name);
  }

  /** `lib/render.js:12:3`, `express/lib/router.js:136:9`, `node:net:301:5`, `libc.so.6`; '' when nothing is known. */
  place(func: number): string {
    const position = this.position(func);
    return (this.file(functionFile(this.profile, func), func) || (position && '[eval]')) + position;
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

  /** Labels of functions shown together: those that would look the same get their whole name and path. */
  distinct(funcs: readonly number[]): Map<number, Label> {
    const short = funcs.map((func) => ({ name: this.name(func), place: this.place(func) }));
    const seen = new Map<string, number>();
    const key = ({ name, place }: Label) => `${name} ${place}`;
    for (const label of short) seen.set(key(label), (seen.get(key(label)) ?? 0) + 1);
    return new Map(
      funcs.map((func, i) => [func, seen.get(key(short[i])) === 1 ? short[i] : this.fullLabel(func)]),
    );
  }

  private fullLabel(func: number): Label {
    const name = visible(functionName(this.profile, func));
    return { name, place: visible(functionFile(this.profile, func)) + this.position(func) };
  }

  private position(func: number): string {
    const { line, column } = this.profile.functions.columns;
    if (line.data[func] === 0) return '';
    return `:${line.data[func]}${column.data[func] > 0 ? `:${column.data[func]}` : ''}`;
  }
}

/** The weight of the application's files: their functions' totals. */
function applicationFiles(profile: Profile, functions: readonly FunctionWeight[]): Map<string, number> {
  const weights = new Map<string, number>();
  for (const { func, total } of functions) {
    if (profile.functions.layer(func) !== Layer.Application) continue;
    const file = functionFile(profile, func);
    if (/^([A-Za-z]:)?\//.test(file)) weights.set(file, (weights.get(file) ?? 0) + total);
  }
  return weights;
}

/** A file outside (a script in /tmp, a linked package) must not make every path long. */
const MOST = 0.8;

/** The deepest folder, ending in `/`, that holds most of the weight; '' for none but the root. */
function commonFolder(weights: ReadonlyMap<string, number>): string {
  const all = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  let folder = '';
  for (;;) {
    const inside = new Map<string, number>();
    for (const [file, weight] of weights) {
      const end = file.startsWith(folder) ? file.indexOf('/', folder.length) + 1 : 0;
      if (end > 0) inside.set(file.slice(0, end), (inside.get(file.slice(0, end)) ?? 0) + weight);
    }
    const [most] = [...inside].sort((a, b) => b[1] - a[1]);
    if (most === undefined || most[1] < MOST * all) return folder === '/' ? '' : folder;
    folder = most[0];
  }
}
