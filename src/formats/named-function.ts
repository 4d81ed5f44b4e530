import type { FunctionId } from '../profile/functions.js';
import { Layer, nativeLayer, scriptOrigin } from '../profile/layers.js';
import type { Profile } from '../profile/profile.js';
import { plainUrl } from '../profile/script-url.js';
import { libraryLabel } from './library-label.js';

/** A function as formats tell it that know a name and a file, but not what kind of file that is. */
export interface NamedFunction {
  readonly name: string;
  /** A script's url or path, a binary's path, '' when not told. */
  readonly file: string;
  /** From 1, 0 when not told. */
  readonly line: number;
  readonly column: number;
}

/** What other tools put where a function has no name; speedscope adds the place. */
const ANONYMOUS = /^(?:\(anonymous(?: function| [^()]*:\d+)?\)|<anonymous>)$/;
const SCRIPT =
  /^(?:node|file|https?|webpack(?:-internal)?|evalmachine|chrome-extension|wasm|data|blob):|\.(?:[cm]?[jt]sx?|vue|svelte|wasm)(?:[?#].*)?$|^\[[\w-]+\](?:-wrapper|[-\d]*)$/;
/** What V8's profiler makes up; all else without a file may be anybody's. */
const V8_NAMES = new Set(['(garbage collector)', '(bytecode compiler)', '(compiler)', '(builtin)']);

/**
 * The function of that name and file: JavaScript by its file, or by a line where the file does not tell. `otherwise`
 * is the layer of what has no file and a name that tells nothing.
 */
export function internNamed(
  profile: Profile,
  { name, file, line, column }: NamedFunction,
  otherwise = Layer.Unknown,
): FunctionId {
  const { functions, scripts, mappings } = profile;
  const place = { line, column };
  const url = plainUrl(file);
  if (file !== '' && (SCRIPT.test(file) || (line > 0 && !isBinary(file)))) {
    const { layer, packageName } = scriptOrigin(url);
    const key = { name: ANONYMOUS.test(name) ? '' : name, script: scripts.intern(url), mapping: 0, ...place };
    return functions.intern(key, layer, packageName);
  }
  const mapping = file === '' ? 0 : mappings.intern(file, '');
  const key = { name: name === libraryLabel(file) ? '' : name, script: 0, mapping, ...place };
  return functions.intern(key, layerOf(key.name, file, otherwise), '');
}

function isBinary(file: string): boolean {
  return /(?:^|\/)(?:[^/]*\.so(?:\.[\d.]+)?|[^/]*\.node|node(?:js)?|ld-[^/]*)$|^\[\w+\]$/.test(file);
}

function layerOf(name: string, file: string, otherwise: Layer): Layer {
  if (file !== '') return nativeLayer(file, name);
  if (V8_NAMES.has(name)) return Layer.V8;
  return /^(?:uv_|v8::|node::)/.test(name) ? nativeLayer('node', name) : otherwise;
}
