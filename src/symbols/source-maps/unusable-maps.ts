import { Layer } from '../../profile/layers.js';
import type { Quality } from '../../profile/quality.js';
import type { UnusableMap } from './script-maps.js';

const CURES: Readonly<Record<string, string>> = {
  SOURCE_MAP_MISSING: 'Keep the .map files beside the scripts where the program runs.',
  SOURCE_MAP_REFUSED: "Keep the .map files in the program's own directories, as files that you may read.",
  SOURCE_MAP_BROKEN: 'Build the program again.',
  SOURCE_MAP_TOO_LARGE: 'Leave sourcesContent out of the map.',
  SOURCE_MAP_MISMATCH: 'Do not build while you record; keep each map beside its own script.',
};

/** The maps that could not be used, to be told once for each reason. */
export class UnusableMaps {
  private readonly byCode = new Map<
    string,
    { readonly url: string; readonly reason: string; scripts: number }
  >();

  /** Of a package, a map that was not shipped is no news. */
  add(url: string, layer: Layer, { code, message }: UnusableMap): void {
    if (code === 'SOURCE_MAP_MISSING' && layer === Layer.Dependency) return;
    const known = this.byCode.get(code);
    if (known !== undefined) known.scripts++;
    else this.byCode.set(code, { url, reason: message, scripts: 1 });
  }

  note(quality: Quality): void {
    for (const [code, { url, reason, scripts }] of this.byCode) {
      const others = scripts === 1 ? '' : ` (and likewise of ${scripts - 1} other scripts)`;
      quality.note(
        code,
        `Functions of ${url} are shown as they ran, not as they were written${others}: ${reason}.`,
        CURES[code],
      );
    }
  }
}
