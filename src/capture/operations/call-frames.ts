import { CALL_FRAME, type FrameId } from '../../profile/frames.js';
import type { FunctionId } from '../../profile/functions.js';
import { Layer, scriptOrigin } from '../../profile/layers.js';
import type { Profile } from '../../profile/profile.js';
import { plainUrl } from '../../profile/script-url.js';
import type { BatchFrame } from './batch.js';
import { Definitions } from './definitions.js';

/** Puts call sites into the profile, so that their functions are the same as those of the samples. */
export class CallFrames {
  private readonly definitions = new Definitions();

  constructor(private readonly profile: Profile) {}

  /** @throws when it is no frame */
  frame([name, url, line, column, definitionLine, definitionColumn]: BatchFrame): FrameId {
    const place = { line: whole(definitionLine), column: whole(definitionColumn) };
    const func = this.func(String(name), plainUrl(String(url)), place);
    return this.profile.frames.intern({ ...CALL_FRAME, func, line: whole(line), column: whole(column) });
  }

  private func(name: string, url: string, { line, column }: { line: number; column: number }): FunctionId {
    const { functions, scripts } = this.profile;
    // V8's own builtins, such as the constructor `Promise`.
    if (url === '' && line === 0) {
      return functions.intern({ name, script: 0, mapping: 0, line: 0, column: 0 }, Layer.V8, '');
    }
    const { layer, packageName } = scriptOrigin(url);
    const at = this.definitions.parametersAt(url, line, column);
    const key = { name, script: scripts.intern(url), mapping: 0, line, column: at };
    return functions.intern(key, layer, packageName);
  }
}

function whole(value: number): number {
  return Number.isInteger(value) && value > 0 && value < 2 ** 31 ? value : 0;
}
