/**
 * Leads the functions of bundled, minified or compiled scripts back to where they were written. Done when a recording
 * ends, on the machine where the program ran: the file carries the result.
 */
import type { FunctionId } from '../../profile/functions.js';
import { Layer } from '../../profile/layers.js';
import { Malformed } from '../../profile/malformed.js';
import type { Profile } from '../../profile/profile.js';
import type { ScriptId } from '../../profile/scripts.js';
import type { Definition, NamePart } from './generated-text.js';
import type { Position } from './mappings.js';
import { originalPath, originOf } from './original-path.js';
import { type MappedScript, ScriptMaps, UnusableMap } from './script-maps.js';
import { ScriptRoots } from './script-roots.js';
import type { Original } from './source-map.js';
import { UnusableMaps } from './unusable-maps.js';

export { commandRoots } from './script-roots.js';

export interface SourceMapOptions {
  /**
   * Directories that scripts and maps may be read from, besides the package that a script is in: where the program
   * was started, where its scripts are.
   */
  readonly roots: readonly string[];
}

/**
 * Gives each function whose script has a source map its original name, file, line, column, layer and package, and
 * keeps the generated ones in `profile.generated`. Reads files, never the network; what cannot be used is a quality
 * note. Call it once, when no more functions are added.
 */
export function applySourceMaps(profile: Profile, { roots }: SourceMapOptions): void {
  const maps = new ScriptMaps(new ScriptRoots(roots));
  const unusable = new UnusableMaps();
  for (const [script, functions] of scriptFunctions(profile)) {
    const url = profile.scripts.url(script);
    try {
      const mapped = maps.load(url);
      if (mapped !== undefined) new ScriptFunctions(profile, mapped, functions).relocate();
    } catch (error) {
      if (!(error instanceof UnusableMap)) throw error;
      unusable.add(url, profile.functions.layer(functions[0]), error);
    }
  }
  unusable.note(profile.quality);
}

/** The functions of each script that is a file, the program's own scripts first. */
function scriptFunctions({ functions, scripts }: Profile): [ScriptId, FunctionId[]][] {
  const byScript = new Map<ScriptId, FunctionId[]>();
  for (let func = 0; func < functions.length; func++) {
    const layer = functions.layer(func);
    const script = functions.columns.script.data[func];
    if (layer !== Layer.Application && layer !== Layer.Dependency) continue;
    if (!scripts.url(script).startsWith('/') || functions.columns.line.data[func] === 0) continue;
    const known = byScript.get(script);
    if (known === undefined) byScript.set(script, [func]);
    else known.push(func);
  }
  return [...byScript].sort(([, [a]], [, [b]]) => functions.layer(b) - functions.layer(a));
}

/** A place that is asked for, and what the map says of it once it was. */
interface Query extends Position {
  original?: Original | undefined;
}

interface PlacedFunction {
  readonly func: FunctionId;
  readonly definition: Definition;
  readonly place: Query;
  readonly names: readonly (Query & NamePart)[];
  readonly outer: (Query & { readonly word: string }) | undefined;
}

class ScriptFunctions {
  constructor(
    private readonly profile: Profile,
    private readonly script: MappedScript,
    private readonly functions: readonly FunctionId[],
  ) {}

  relocate(): void {
    const placed = this.functions.filter((func) => !this.isTopLevel(func)).map((func) => this.placed(func));
    checkText(placed);
    this.ask(placed.flatMap(({ place, names, outer }) => [place, ...names, ...(outer ? [outer] : [])]));
    const found = placed.filter(({ place }) => place.original !== undefined);
    // What a bundler adds of its own is in no map, so nothing found is no proof.
    if (placed.length > 0 && placed.every(({ place }) => place.line > this.script.map.lastLine)) {
      throw new UnusableMap(
        'SOURCE_MAP_MISMATCH',
        'its source map ends before what ran: it is of another script',
      );
    }
    for (const each of found) {
      this.move(each.func, originalName(this.nameOf(each.func), each), each.place.original!);
    }
    this.moveTopLevel();
  }

  private nameOf(func: FunctionId): string {
    return this.profile.functions.name(func);
  }

  /** The script itself: no one source's, unless it was made from one. */
  private isTopLevel(func: FunctionId): boolean {
    const { line, column } = this.profile.functions.columns;
    return this.nameOf(func) === '' && line.data[func] === 1 && column.data[func] <= 1;
  }

  private moveTopLevel(): void {
    const source = this.script.map.onlySource;
    if (source === undefined) return;
    for (const func of this.functions.filter((func) => this.isTopLevel(func))) {
      this.move(func, '', { source, line: 0, column: 0 });
    }
  }

  private placed(func: FunctionId): PlacedFunction {
    const { line, column } = this.profile.functions.columns;
    const place = { line: line.data[func] - 1, column: Math.max(0, column.data[func] - 1) };
    const definition = this.script.text.definition(place, this.nameOf(func));
    const { parts, outer } = definition;
    return {
      func,
      definition,
      place,
      names: parts.map((part) => ({ ...part })),
      outer: outer && { ...outer },
    };
  }

  private ask(queries: readonly Query[]): void {
    const inOrder = queries.toSorted((a, b) => a.line - b.line || a.column - b.column);
    try {
      const originals = this.script.map.find(inOrder);
      for (const [i, query] of inOrder.entries()) query.original = originals[i];
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      throw new UnusableMap('SOURCE_MAP_BROKEN', `its source map is broken: ${error.message}`);
    }
  }

  private move(func: FunctionId, name: string, original: Pick<Original, 'source' | 'line' | 'column'>): void {
    const { functions, scripts, generated } = this.profile;
    const { script, line, column } = functions.columns;
    generated.add(func, {
      name: this.nameOf(func),
      script: script.data[func],
      line: line.data[func],
      column: column.data[func],
    });
    const path = originalPath(original.source, this.script.base);
    const origin = originOf(path, { layer: functions.layer(func), packageName: functions.package(func) });
    const key = { name, script: scripts.intern(path), line: original.line + 1, column: original.column + 1 };
    functions.relocate(func, key, origin.layer, origin.packageName);
  }
}

/** A script that was changed since it ran has other functions where these were. */
function checkText(placed: readonly PlacedFunction[]): void {
  const named = placed.filter(({ definition }) => definition.agrees !== undefined);
  if (named.length === 0 || named.some(({ definition }) => definition.agrees)) return;
  throw new UnusableMap('SOURCE_MAP_MISMATCH', 'it was changed since it ran');
}

/** Each word of the name that has one in the map gets it; the others are as they were. */
function originalName(name: string, { names, outer }: PlacedFunction): string {
  let original = '';
  let end = 0;
  for (const { start, length, original: found } of names) {
    const word = found?.isExact ? found.name : undefined;
    original += name.slice(end, start) + (word ?? name.slice(start, start + length));
    end = start + length;
  }
  original += name.slice(end);
  // esbuild makes `let Name = class _Name` of a class that uses its own name.
  const given = outer && ((outer.original?.isExact ? outer.original.name : undefined) ?? outer.word);
  return original === `_${given}` ? original.slice(1) : original;
}
