import { useMemo } from 'preact/hooks';
import { percent } from '../parts/numbers.js';
import { matches, pattern, patternFailure, view } from '../state/view.js';
import { shownChart } from './boxes/box-chart.js';
import { matchingWeight, toMatch } from './boxes/keys.js';

const FIELD = 'find';

/** Puts the cursor where names are looked for. */
export function focusFind(): void {
  const field = document.getElementById(FIELD) as HTMLInputElement | null;
  field?.focus();
  field?.select();
}

/** Goes to the next match, or with -1 to the one before. */
export function step(by: 1 | -1): void {
  const { value: chart } = shownChart;
  if (chart !== undefined && matches.value !== undefined) toMatch(chart, matches.value, by);
}

/** The field for what is looked for, the share of time that has it, and the way from match to match. */
export function Find() {
  const { text, regex } = pattern.value;
  return (
    <search class="find">
      <input
        id={FIELD}
        type="text"
        spellcheck={false}
        autocomplete="off"
        placeholder="Find  /"
        aria-label="Find functions and files"
        value={text}
        onInput={({ currentTarget }) => (pattern.value = { text: currentTarget.value, regex })}
        onKeyDown={(event) => {
          if (event.key === 'Enter') step(event.shiftKey ? -1 : 1);
          if (event.key !== 'Escape') return;
          pattern.value = { text: '', regex };
          event.currentTarget.blur();
        }}
      />
      <button
        type="button"
        aria-pressed={regex}
        title="Regular expression"
        aria-label="Regular expression"
        onClick={() => (pattern.value = { text, regex: !regex })}
      >
        .*
      </button>
      {text !== '' && <Found />}
    </search>
  );
}

function Found() {
  const { value: found } = matches;
  const { value: seen } = view;
  const weight = useMemo(() => (found && seen ? matchingWeight(seen.flame, found) : 0), [found, seen]);
  if (patternFailure.value !== '') return <output class="bad">{patternFailure.value}</output>;
  if (!found || !seen) return null;
  return (
    <>
      <output data-testid="matching">{weight === 0 ? 'no match' : percent(weight, seen.total)}</output>
      <button type="button" title="Previous match (N)" aria-label="Previous match" onClick={() => step(-1)}>
        ‹
      </button>
      <button type="button" title="Next match (n)" aria-label="Next match" onClick={() => step(1)}>
        ›
      </button>
    </>
  );
}
