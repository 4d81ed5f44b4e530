import { TIER_NAMES } from '../../../profile/frames.js';
import { LAYER_NAMES } from '../../../profile/layers.js';
import { duration, percent, weight } from '../../parts/numbers.js';
import { Swatch } from '../../parts/swatch.js';
import { keyName, keyPlace } from '../../parts/text.js';
import type { Boxes } from '../../worker/boxes.js';
import { type Facts, TIERS, type View } from '../../worker/protocol.js';

/** What there is to know of a box. */
export interface Card {
  readonly facts: Facts;
  readonly view: View;
  readonly boxes: Boxes;
  readonly box: number;
  /** Whether positions are times, not weights. */
  readonly inTime: boolean;
}

export function HoverCard({ card, x, y }: { card: Card; x: number; y: number }) {
  const { facts, view, boxes, box, inTime } = card;
  const key = boxes.key[box];
  const isFunction = key < facts.functions.names.length;
  const total = boxes.to[box] - boxes.from[box];
  const place = keyPlace(facts, key);
  const packageName = isFunction ? facts.functions.packages[key] : '';
  const style = {
    left: `${Math.max(8, Math.min(x + 14, innerWidth - 400))}px`,
    ...(y > innerHeight / 2 ? { bottom: `${innerHeight - y + 14}px` } : { top: `${y + 18}px` }),
  };
  return (
    <div class="card" style={style} data-testid="card">
      <div class="card-name">{keyName(facts, key)}</div>
      {isFunction && (
        <div class="card-layer">
          <Swatch layer={facts.functions.layers[key]} /> {LAYER_NAMES[facts.functions.layers[key]]}
          {packageName !== '' && <bdi> · {packageName}</bdi>}
        </div>
      )}
      {place !== '' && <div class="card-place">{place}</div>}
      <table>
        <tbody>
          {inTime ? (
            <tr>
              <th>here</th>
              <td>{duration(total)}</td>
              <td colSpan={2}>from {duration(boxes.from[box])}</td>
            </tr>
          ) : (
            <>
              <WeightRow title="total, this path" value={total} view={view} />
              <WeightRow title="self, this path" value={boxes.self[box]} view={view} />
            </>
          )}
          {isFunction && <FunctionRowsOf func={key} view={view} />}
        </tbody>
      </table>
      {isFunction && <TierLine func={key} view={view} />}
      <div class="card-keys">click: zoom · c: copy name and place</div>
    </div>
  );
}

function WeightRow({ title, value, view }: { title: string; value: number; view: View }) {
  const { total, wholeTotal, unit } = view;
  return (
    <tr>
      <th>{title}</th>
      <td>{weight(value, unit)}</td>
      <td>{percent(value, total)}</td>
      {total !== wholeTotal && <td class="dim">{percent(value, wholeTotal)} of all</td>}
    </tr>
  );
}

function FunctionRowsOf({ func, view }: { func: number; view: View }) {
  const row = view.functions.func.indexOf(func);
  if (row < 0) return null;
  return (
    <>
      <WeightRow title="total, everywhere" value={view.functions.total[row]} view={view} />
      <WeightRow title="self, everywhere" value={view.functions.self[row]} view={view} />
    </>
  );
}

function TierLine({ func, view }: { func: number; view: View }) {
  const { functions } = view;
  const row = functions.func.indexOf(func);
  if (row < 0) return null;
  const tiers = functions.tiers.subarray(row * TIERS, (row + 1) * TIERS);
  const seen = TIER_NAMES.map((name, tier) => ({ name, weight: tiers[tier] })).filter(
    (tier) => tier.weight > 0 && tier.name !== 'native',
  );
  if (seen.length === 0) return null;
  return (
    <div class="card-tiers">
      {seen.map(({ name, weight }) => `${name} ${percent(weight, functions.total[row])}`).join(' · ')}
    </div>
  );
}
