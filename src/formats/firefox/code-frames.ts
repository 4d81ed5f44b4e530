import { CALL_FRAME, type FrameId, type Tier } from '../../profile/frames.js';
import { Layer, scriptOrigin } from '../../profile/layers.js';
import { internMarkerFrame, markerKind } from '../../profile/marker-frames.js';
import type { Profile } from '../../profile/profile.js';
import { plainUrl } from '../../profile/script-url.js';
import { codeLayer } from '../code-layer.js';
import { libraryLabel } from '../library-label.js';

/** A frame as both of Firefox's formats tell it; places are 0 where they are not known. */
export interface CodeFrame {
  readonly name: string;
  readonly isScript: boolean;
  /** The source file, '' when it is not known. */
  readonly file: string;
  /** Of the definition. */
  readonly line: number;
  readonly column: number;
  /** Of what ran. */
  readonly atLine: number;
  readonly atColumn: number;
  /** Path and build id of the binary, '' for none. */
  readonly library: string;
  readonly buildId: string;
  readonly tier: Tier;
  readonly isInlined: boolean;
  /** -1 for what is to be told from the names. */
  readonly layer: Layer | -1;
}

/** Puts a frame into the model. */
export function internCodeFrame(profile: Profile, code: CodeFrame): FrameId {
  const { functions, frames, scripts, mappings } = profile;
  const isBare = code.file === '' && code.library === '';
  const kind = isBare && !code.isScript ? markerKind(code.name) : undefined;
  if (kind !== undefined) return internMarkerFrame(profile, kind);
  const url = plainUrl(code.file);
  const isUnnamed =
    /^0x[0-9a-f]+$/i.test(code.name) || (!code.isScript && code.name === libraryLabel(code.library));
  const name = isUnnamed || (code.isScript && isAnonymous(code.name, url)) ? '' : code.name;
  const { layer, packageName } = originOf({ ...code, name }, url);
  const key = {
    name,
    script: url === '' ? 0 : scripts.intern(url),
    mapping: code.library === '' && code.buildId === '' ? 0 : mappings.intern(code.library, code.buildId),
    line: code.line,
    column: code.column,
  };
  const func = functions.intern(key, layer, packageName);
  return frames.intern({
    ...CALL_FRAME,
    func,
    line: code.atLine,
    column: code.atColumn,
    tier: code.tier,
    inlined: code.isInlined ? 1 : 0,
  });
}

/** How Firefox and we name functions without a name, and it the code of a whole file. */
function isAnonymous(name: string, url: string): boolean {
  return name === '(anonymous)' || name === 'anonymous' || name === `(root scope) ${url}`;
}

function originOf(code: CodeFrame, url: string): { layer: Layer; packageName: string } {
  if (code.isScript) {
    const { layer, packageName } = scriptOrigin(url);
    return { layer: code.layer === -1 ? layer : code.layer, packageName };
  }
  const layer = code.library === '' ? Layer.Unknown : codeLayer(code.library, code.name);
  return { layer: code.layer === -1 ? layer : code.layer, packageName: '' };
}
