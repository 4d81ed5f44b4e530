import { effect, type Signal, signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { tickLabel } from '../../parts/numbers.js';
import { laneName } from '../../parts/text.js';
import { ticks } from '../../parts/ticks.js';
import { client } from '../../state/recording.js';
import { lane, range } from '../../state/view.js';
import type { Boxes } from '../../worker/boxes.js';
import type { Facts, View } from '../../worker/protocol.js';
import { BoxChart } from '../boxes/box-chart.js';
import type { Window } from '../boxes/window.js';

/** Boxes are asked for so much to either side of what is seen, so that moving shows no edge. */
const MARGIN = 0.5;
const COLUMNS = 3000;

/** The thread that is shown, of a lane of several; undefined until one is picked. */
const picked = signal<number | undefined>(undefined);

/** The stacks of one thread in the order of time. */
export function Chart({ facts, view }: { facts: Facts; view: View }) {
  const threads =
    lane.value === undefined ? facts.lanes.flatMap((each) => each.threads) : facts.lanes[lane.value].threads;
  const thread = threads.includes(picked.value ?? -1) ? picked.value! : threads[0];
  const boxes = useMemo(() => signal<Boxes | undefined>(undefined), [facts]);
  const window = useMemo(() => signal<Window | undefined>(undefined), [facts]);
  useEffect(() => follow(facts, thread, boxes, window), [facts, thread, boxes, window]);
  if (!facts.timed) return <p class="empty">This recording does not say when its samples were taken.</p>;
  return (
    <div class="chart-pane">
      <label class="thread-choice">
        thread{' '}
        <select value={thread} onChange={({ currentTarget }) => (picked.value = Number(currentTarget.value))}>
          {facts.lanes
            .flatMap((each) => each.threads.map((id) => ({ id, each })))
            .filter(({ id }) => threads.includes(id))
            .slice(0, 500)
            .map(({ id, each }) => (
              <option key={id} value={id}>
                {`${laneName(each)} · ${each.pid}`}
              </option>
            ))}
        </select>
      </label>
      <TimeAxis seen={window.value ?? range.value ?? { from: 0, to: facts.endNs }} />
      {boxes.value && (
        <BoxChart
          label="Time chart: the stacks of one thread in the order of time"
          facts={facts}
          view={view}
          boxes={boxes.value}
          inTime
          window={window}
        />
      )}
    </div>
  );
}

/** Room for a label, as a share of the page's width in CSS pixels. */
const TICK = 120;

function TimeAxis({ seen: { from, to } }: { seen: Window }) {
  return (
    <div class="time-axis" aria-hidden="true">
      {ticks(from, to, innerWidth / TICK).map((tick) => (
        <span key={tick} style={{ left: `${((tick - from) / (to - from)) * 100}%` }}>
          {tickLabel(tick)}
        </span>
      ))}
    </div>
  );
}

/** Asks for the boxes of what is seen whenever that moves, the latest answer counting. */
function follow(
  facts: Facts,
  thread: number,
  boxes: Signal<Boxes | undefined>,
  window: Signal<Window | undefined>,
): () => void {
  let asked = 0;
  return effect(() => {
    const whole = range.value ?? { from: 0, to: facts.endNs };
    const { from, to } = window.value ?? whole;
    const room = (to - from) * MARGIN;
    const turn = ++asked;
    const options = {
      threads: [thread],
      fromNs: Math.max(whole.from, from - room),
      toNs: Math.min(whole.to, to + room),
      columns: COLUMNS,
    };
    client.ask('chart', options).then(
      (answer) => {
        if (turn === asked) boxes.value = { ...answer, start: whole.from, end: whole.to };
      },
      () => {},
    );
  });
}
