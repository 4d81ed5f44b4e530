import { posix } from 'node:path';
import { Layer, scriptOrigin } from '../../profile/layers.js';
import { plainUrl } from '../../profile/script-url.js';

/** What the sources of a map are relative to: absolute paths. */
export interface SourceBase {
  /** Of the map's file or, when it is inside the script, of the script. */
  readonly mapDirectory: string;
  /** Of the program's package: where bundlers run. */
  readonly projectDirectory: string;
}

/** What webpack adds of its own: `webpack/bootstrap`, `webpack/runtime/…`, `(webpack)/…`, `external "fs"`. */
const OF_THE_BUNDLER = /^(?:\(?webpack\)?\/|external )/;
/** `webpack://NAME/`, with what turbopack and webpack's own tools write in its place. */
const BUNDLER_URL = /^(?:webpack|webpack-internal|turbopack|rollup|rspack):\/\/[^/]*\//;

/** The path or url of an original file from what the map calls it. Nothing is looked up on disk. */
export function originalPath(source: string, { mapDirectory, projectDirectory }: SourceBase): string {
  const bundler = BUNDLER_URL.exec(source)?.[0];
  if (bundler !== undefined) {
    const path = decoded(source.slice(bundler.length).replace(/\?[^/]*$/, ''));
    if (OF_THE_BUNDLER.test(path)) return bundler + path;
    return posix.resolve(
      projectDirectory,
      path.replace(/^~\//, 'node_modules/').replace(/^\[project\]\//, ''),
    );
  }
  if (source.startsWith('file://')) return posix.normalize(plainUrl(source));
  if (/^[a-z][a-z\d+.-]+:/i.test(source)) return source;
  return posix.resolve(mapDirectory, decoded(source));
}

/**
 * Layer and package of a function from its original place, where that tells; else from the script that ran: what a
 * package ships may have been written outside of any `node_modules`.
 */
export function originOf(
  original: string,
  generated: { readonly layer: Layer; readonly packageName: string },
): { readonly layer: Layer; readonly packageName: string } {
  const bundler = BUNDLER_URL.exec(original)?.[0];
  if (bundler !== undefined)
    return { layer: Layer.Dependency, packageName: bundler.slice(0, bundler.indexOf(':')) };
  const origin = scriptOrigin(original);
  return origin.layer === Layer.Dependency ? origin : generated;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
