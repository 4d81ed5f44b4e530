import { LAYER_NAMES } from '../../profile/layers.js';
import { percent } from '../parts/numbers.js';
import { Swatch } from '../parts/swatch.js';
import { layer } from '../state/view.js';
import type { View } from '../worker/protocol.js';

/** The layers with their colours and shares; one that is pressed is what alone is seen. */
export function Legend({ view }: { view: View }) {
  const shown = view.layers.filter((each) => each.self > 0 || each.layer === layer.value);
  return (
    <fieldset class="legend" aria-label="Layers: press one to see it alone">
      {shown.map((each) => (
        <button
          type="button"
          key={each.layer}
          aria-pressed={layer.value === each.layer}
          onClick={() => (layer.value = layer.value === each.layer ? undefined : each.layer)}
        >
          <Swatch layer={each.layer} />
          {LAYER_NAMES[each.layer]} <span class="dim">{percent(each.self, view.total)}</span>
        </button>
      ))}
    </fieldset>
  );
}
