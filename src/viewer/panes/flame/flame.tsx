import { upwards } from '../../state/view.js';
import type { Facts, View } from '../../worker/protocol.js';
import { BoxChart } from '../boxes/box-chart.js';

/** The stacks of what is selected, merged, the heaviest to the left. */
export function Flame({ facts, view }: { facts: Facts; view: View }) {
  const down = upwards.value ? 'upwards' : 'downwards';
  const label = `Flame graph, callees ${down}. Arrow keys go from box to box, Enter zooms, Escape shows all.`;
  return <BoxChart label={label} facts={facts} view={view} boxes={view.flame} inTime={false} />;
}
