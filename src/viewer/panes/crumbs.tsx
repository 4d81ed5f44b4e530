import { LAYER_NAMES } from '../../profile/layers.js';
import { duration } from '../parts/numbers.js';
import { laneName } from '../parts/text.js';
import { isFiltered, lane, layer, range, showAll } from '../state/view.js';
import type { Facts } from '../worker/protocol.js';

/** What is left out of every view: each can be taken off. */
export function Crumbs({ facts }: { facts: Facts }) {
  if (!isFiltered.value) return null;
  const { value: time } = range;
  const seen = lane.value === undefined ? undefined : facts.lanes[lane.value];
  return (
    <div class="crumbs">
      <span class="dim">only</span>
      {time && (
        <Crumb
          words={`${duration(time.from)} – ${duration(time.to)}`}
          onClick={() => {
            range.value = undefined;
          }}
        />
      )}
      {seen && (
        <Crumb
          words={laneName(seen)}
          onClick={() => {
            lane.value = undefined;
          }}
        />
      )}
      {layer.value !== undefined && (
        <Crumb
          words={`ran in ${LAYER_NAMES[layer.value]}`}
          onClick={() => {
            layer.value = undefined;
          }}
        />
      )}
      <button type="button" class="plain" title="Take off every filter (x)" onClick={showAll}>
        show all
      </button>
    </div>
  );
}

function Crumb({ words, onClick }: { words: string; onClick: () => void }) {
  return (
    <button type="button" class="crumb" title="Take off" onClick={onClick}>
      {words} <span aria-hidden="true">✕</span>
    </button>
  );
}
