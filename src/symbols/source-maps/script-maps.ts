/** Finds and reads the source maps of scripts, inside the program's own directories only. */
import { existsSync, realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Malformed } from '../../profile/malformed.js';
import { plainUrl } from '../../profile/script-url.js';
import { isSystemError, OpenFile, reasonOf } from '../open-file.js';
import { GeneratedText } from './generated-text.js';
import type { SourceBase } from './original-path.js';
import { ScriptRoots } from './script-roots.js';
import { SourceMap } from './source-map.js';

/** Bytes of one script, of one map, and of all that one recording has read. */
const MAX_BYTES = 64 * 1024 * 1024;
const MAX_TOTAL_BYTES = 512 * 1024 * 1024;
/** The comment that names the map is the last line; a map inside the script makes that line long. */
const TAIL_BYTES = 65_536;

/** A script with the map that leads it back. */
export interface MappedScript {
  readonly text: GeneratedText;
  readonly map: SourceMap;
  readonly base: SourceBase;
}

/** Where a map is: in a file, or it came with the script. */
type MapPlace = { readonly path: string } | { readonly json: string };

/** Why a script's map is not used: the code of a quality note, and a clause in which the script is `it`. */
export class UnusableMap extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export class ScriptMaps {
  private bytesLeft = MAX_TOTAL_BYTES;

  constructor(private readonly roots: ScriptRoots) {}

  /**
   * The script at an absolute path with its map, undefined when it has none.
   * @throws UnusableMap
   */
  load(path: string): MappedScript | undefined {
    if (!existsSync(path)) return undefined;
    return this.guarded('it', () => {
      const real = realpathSync(path);
      const project = ScriptRoots.projectOf(real);
      if (!this.roots.holds(real, project)) throw refused('it', "lies outside the program's directories");
      const place = this.findMap(real);
      if (place === undefined) return undefined;
      const map = parse('json' in place ? place.json : this.mapText(place.path, project));
      const base = {
        mapDirectory: dirname('path' in place ? place.path : real),
        projectDirectory: project ?? this.roots.around(real) ?? dirname(real),
      };
      return { map, base, text: new GeneratedText(this.wholeText(real)) };
    });
  }

  private mapText(path: string, project: string | undefined): string {
    const what = `its source map ${path}`;
    return this.guarded(what, () => {
      const real = realpathSync(path);
      if (!this.roots.holds(real, project)) throw refused(what, "lies outside the program's directories");
      return this.wholeText(real);
    });
  }

  /** Does `read`; the failure of a system call in it becomes a sentence on `what`. */
  private guarded<T>(what: string, read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (!isSystemError(error)) throw error;
      if (error.code === 'ENOENT') throw new UnusableMap('SOURCE_MAP_MISSING', `${what} is not there`);
      throw refused(what, `cannot be read: ${reasonOf(error)}`);
    }
  }

  /** Named in the last line of the script at a real path, else beside it. */
  private findMap(real: string): MapPlace | undefined {
    const file = OpenFile.open(real, false);
    try {
      const length = Math.min(file.size, TAIL_BYTES);
      const tail = file.read(file.size - length, length).toString('utf8');
      const isCut = length < file.size && MAYBE_INLINE.test(tail);
      const reference = lastReference(isCut ? this.read(file, real) : tail);
      if (reference !== undefined) return placeOf(reference, real);
    } finally {
      file.close();
    }
    return existsSync(`${real}.map`) ? { path: `${real}.map` } : undefined;
  }

  private wholeText(real: string): string {
    const file = OpenFile.open(real, false);
    try {
      return this.read(file, real);
    } finally {
      file.close();
    }
  }

  private read(file: OpenFile, path: string): string {
    const { size } = file;
    if (size > Math.min(MAX_BYTES, this.bytesLeft)) {
      throw new UnusableMap('SOURCE_MAP_TOO_LARGE', `${path} has ${size} bytes, more than are read`);
    }
    this.bytesLeft -= size;
    return new TextDecoder().decode(file.read(0, size));
  }
}

const REFERENCE = /\/\/[#@]\s*sourceMappingURL=([^\s'"`]+)[^\S\n\r]*$/m;
/** The end of a line of base64, or of percent escapes. */
const MAYBE_INLINE = /^[\w+/=%.~-]*\s*$/;

function lastReference(text: string): string | undefined {
  const from = text.lastIndexOf('sourceMappingURL=');
  if (from < 0) return undefined;
  return REFERENCE.exec(text.slice(Math.max(0, from - 16)))?.[1];
}

function placeOf(reference: string, script: string): MapPlace {
  if (reference.startsWith('data:')) return { json: inlineMap(reference) };
  const isOther = /^(?:[a-z][a-z\d+.-]+:|\/\/)/i.test(reference) && !reference.startsWith('file://');
  const path = plainUrl(
    reference.startsWith('file://') ? reference : `file://${reference.replace(/[?#].*$/, '')}`,
  );
  if (isOther || path.includes('\0')) throw refused(`its source map ${reference}`, 'is no file here');
  return { path: resolve(dirname(script), path) };
}

function inlineMap(url: string): string {
  const [, type, content] = /^data:([^,]*),(.*)$/s.exec(url) ?? [];
  try {
    if (content !== undefined && /;base64$/i.test(type))
      return Buffer.from(content, 'base64').toString('utf8');
    return decodeURIComponent(content ?? '');
  } catch {
    throw new UnusableMap('SOURCE_MAP_BROKEN', 'its source map is a malformed data: url');
  }
}

function refused(what: string, why: string): UnusableMap {
  return new UnusableMap('SOURCE_MAP_REFUSED', `${what.slice(0, 500)} ${why}`);
}

function parse(json: string): SourceMap {
  try {
    return SourceMap.parse(json);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw new UnusableMap('SOURCE_MAP_BROKEN', `its source map is none: ${error.message}`);
  }
}
