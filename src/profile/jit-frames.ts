import { CALL_FRAME, type FrameId } from './frames.js';
import { OWN_FUNCTION } from './functions.js';
import type { JitName } from './jit-name.js';
import { Layer, scriptOrigin } from './layers.js';
import { JIT_MAPPING } from './mappings.js';
import type { Profile } from './profile.js';

/**
 * The frame of run-time code: JavaScript and WebAssembly by their script, the rest as V8's own; what is in `ownFolder`
 * is stackscope's.
 */
export function internJitFrame(
  { functions, frames, mappings, scripts }: Profile,
  code: JitName,
  ownFolder?: string,
): FrameId {
  if (code.kind === 'v8' || code.kind === 'regexp') {
    const mapping = mappings.intern(JIT_MAPPING, '');
    const key = { name: code.name, script: 0, mapping, line: 0, column: 0 };
    return frames.intern({ ...CALL_FRAME, func: functions.intern(key, Layer.V8, '') });
  }
  if (ownFolder !== undefined && code.url.startsWith(`${ownFolder}/`)) {
    return frames.intern({ ...CALL_FRAME, func: functions.intern(OWN_FUNCTION, Layer.Unknown, '') });
  }
  const { layer, packageName } = scriptOrigin(code.url);
  const { name, line, column } = code;
  const script = scripts.intern(code.url);
  const func = functions.intern({ name, script, mapping: 0, line, column }, layer, packageName);
  return frames.intern({ ...CALL_FRAME, func, tier: code.tier });
}
