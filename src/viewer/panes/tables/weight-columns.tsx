import { percent, weight } from '../../parts/numbers.js';
import type { View } from '../../worker/protocol.js';
import type { Column } from './table.js';

/** The columns that every table begins with: self and total, each with its share and a bar. */
export function weightColumns(
  view: View,
  self: (row: number) => number,
  total: (row: number) => number,
): Column[] {
  const column = (title: string, value: (row: number) => number): Column => ({
    title,
    isNumber: true,
    value,
    cell: (row) => (
      <span class="weight">
        <Bar share={view.total === 0 ? 0 : value(row) / view.total} />
        <span class="share">{percent(value(row), view.total)}</span>
        <span class="amount">{weight(value(row), view.unit)}</span>
      </span>
    ),
  });
  return [column('self', self), column('total', total)];
}

function Bar({ share }: { share: number }) {
  const width = `${Math.min(100, share * 100)}%`;
  return <span class="bar" aria-hidden="true" style={{ width }} />;
}
