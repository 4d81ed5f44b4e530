import type { Quantity } from '../../analysis/measure.js';
import { ExportMenu } from '../export/menu.js';
import { count, duration, percent, weight } from '../parts/numbers.js';
import { shown } from '../parts/text.js';
import { current, open, openFiles, origins } from '../state/recording.js';
import { part, view } from '../state/view.js';
import type { Facts } from '../worker/protocol.js';
import { Find } from './find.js';

const PART_NAMES: Readonly<Record<Quantity, string>> = {
  cpu: 'CPU',
  blocked: 'Blocked',
  weight: 'Wall',
  delay: 'No CPU',
};

/** What is open, what of it is summed, and what is looked for. */
export function Header({ facts, onHelp }: { facts: Facts | undefined; onHelp: () => void }) {
  return (
    <header>
      <span class="brand">stackscope</span>
      {facts && <Title facts={facts} />}
      <span class="grow" />
      {facts && facts.parts.length > 1 && <Parts parts={facts.parts} />}
      {facts && <Find />}
      <OpenButton />
      {facts && <ExportMenu facts={facts} />}
      <button type="button" title="Keys (?)" aria-label="Keys" onClick={onHelp}>
        ?
      </button>
    </header>
  );
}

function Title({ facts }: { facts: Facts }) {
  const { info, nodeVersion } = facts;
  const details = [
    info.engine,
    nodeVersion && `Node ${nodeVersion.replace(/^v/, '')}`,
    duration(facts.endNs),
    info.startedMs > 0 && new Date(info.startedMs).toLocaleString(),
  ].filter(Boolean);
  return (
    <div class="title">
      {origins.value.length > 1 ? (
        <select
          aria-label="Recording"
          value={current.value}
          onChange={({ currentTarget }) => open(Number(currentTarget.value))}
        >
          {origins.value.map(({ name }, index) => (
            <option key={`${index} ${name}`} value={index}>
              {shown(name)}
            </option>
          ))}
        </select>
      ) : (
        <strong title={shown(facts.name)}>{shown(info.command ?? facts.name)}</strong>
      )}
      <span class="dim">{shown(details.join(' · '))}</span>
      {view.value && <Total />}
    </div>
  );
}

function Total() {
  const { total, wholeTotal, unit, samples } = view.value!;
  const share = total === wholeTotal ? '' : ` (${percent(total, wholeTotal)} of all)`;
  return (
    <span class="total" data-testid="total" data-weight={total} data-samples={samples}>
      {weight(total, unit)}
      {share} in {count(samples)} samples
    </span>
  );
}

function Parts({ parts }: { parts: readonly Quantity[] }) {
  return (
    <fieldset class="parts" aria-label="What is summed">
      {parts.map((each) => (
        <button
          type="button"
          key={each}
          aria-pressed={part.value === each}
          onClick={() => (part.value = each)}
        >
          {PART_NAMES[each]}
        </button>
      ))}
    </fieldset>
  );
}

/** Picks files; what is dropped on the page is opened likewise. */
export function OpenButton() {
  return (
    <label class="button">
      Open…
      <input
        type="file"
        multiple
        class="sr"
        onChange={({ currentTarget }) => {
          openFiles(currentTarget.files ?? []);
          currentTarget.value = '';
        }}
      />
    </label>
  );
}
