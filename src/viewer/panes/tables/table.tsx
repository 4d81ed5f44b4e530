import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';

export interface Column {
  readonly title: string;
  readonly isNumber: boolean;
  readonly cell: (row: number) => ComponentChildren;
  /** What it is sorted by. */
  readonly value: (row: number) => number | string;
  /** Not worth its room on a narrow screen. */
  readonly spare?: boolean;
}

export interface TableProps {
  readonly label: string;
  readonly rows: number;
  readonly columns: readonly Column[];
  /** A click or Enter on a row. */
  readonly onRow?: (row: number) => void;
}

/** As --row in the tokens. */
const ROW_HEIGHT = 24;
const OVERSCAN = 8;

/** A table that can be sorted by each column; only the rows in sight are in the page. */
export function Table({ label, rows, columns, onRow }: TableProps) {
  const sort = useSignal({ column: 0, down: true });
  const top = useSignal(0);
  const height = useSignal(600);
  const focused = useSignal(0);
  const scroller = useRef<HTMLDivElement>(null);
  const { column, down } = sort.value;
  const order = useMemo(() => sorted(rows, columns[column], down), [rows, columns, column, down]);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([{ contentRect }]) => (height.value = contentRect.height));
    observer.observe(scroller.current!);
    return () => observer.disconnect();
  }, []);
  const first = Math.max(0, Math.floor(top.value / ROW_HEIGHT) - OVERSCAN);
  const last = Math.min(rows, first + Math.ceil(height.value / ROW_HEIGHT) + 2 * OVERSCAN);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && rows > 0) return onRow?.(order[focused.value]);
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    focused.value = Math.min(rows - 1, Math.max(0, focused.value + step));
    const y = focused.value * ROW_HEIGHT;
    const element = scroller.current!;
    if (y < element.scrollTop) element.scrollTop = y;
    else if (y > element.scrollTop + height.value - 3 * ROW_HEIGHT)
      element.scrollTop = y - height.value + 3 * ROW_HEIGHT;
  };
  const onSort = (index: number) => {
    sort.value = { column: index, down: index === column ? !down : columns[index].isNumber };
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: rows are gone through by keys, as in every grid.
    <div
      class="table"
      ref={scroller}
      onScroll={({ currentTarget }) => (top.value = currentTarget.scrollTop)}
      onKeyDown={onKeyDown}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled and has keys must be reached by them.
      tabIndex={0}
    >
      <table aria-label={label} aria-rowcount={rows + 1}>
        <thead>
          <tr>
            {columns.map((each, index) => (
              <th
                key={each.title}
                class={classes(each)}
                aria-sort={index !== column ? 'none' : down ? 'descending' : 'ascending'}
              >
                <button type="button" onClick={() => onSort(index)}>
                  {each.title}
                  <span aria-hidden="true">{index !== column ? '' : down ? ' ↓' : ' ↑'}</span>
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Gap rows={first} />
          {Array.from({ length: Math.max(0, last - first) }, (_, i) => order[first + i]).map((row, i) => (
            <tr
              key={row}
              class={first + i === focused.value ? 'focused' : ''}
              aria-rowindex={first + i + 2}
              onClick={() => {
                focused.value = first + i;
                onRow?.(row);
              }}
            >
              {columns.map((each) => (
                <td key={each.title} class={classes(each)}>
                  {each.cell(row)}
                </td>
              ))}
            </tr>
          ))}
          <Gap rows={rows - last} />
        </tbody>
      </table>
      {rows === 0 && <p class="empty">Nothing of what is selected is in this table.</p>}
    </div>
  );
}

const STEPS: Record<string, number> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 20,
  PageUp: -20,
  Home: -1e9,
  End: 1e9,
};

/** Stands for rows that are not in sight. */
function Gap({ rows }: { rows: number }) {
  if (rows <= 0) return null;
  return (
    <tr class="gap">
      <td style={{ height: `${rows * ROW_HEIGHT}px` }} />
    </tr>
  );
}

function classes({ isNumber, spare }: Column): string {
  return `${isNumber ? 'number' : 'words'}${spare ? ' spare' : ''}`;
}

function sorted(rows: number, { value }: Column, down: boolean): number[] {
  const values = Array.from({ length: rows }, (_, row) => value(row));
  const order = Array.from({ length: rows }, (_, row) => row);
  const sign = down ? -1 : 1;
  return order.sort((a, b) => (values[a] < values[b] ? -sign : values[a] > values[b] ? sign : a - b));
}
