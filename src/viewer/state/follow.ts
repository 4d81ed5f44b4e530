import { effect } from '@preact/signals';
import type { Facts, ViewOptions } from '../worker/protocol.js';
import { client, phase } from './recording.js';
import * as chosen from './view.js';

/** What the worker is asked to sum. */
export function viewOptions(facts: Facts): ViewOptions {
  const { range, lane, part, layer } = chosen;
  return {
    part: part.value ?? facts.parts[0],
    threads: lane.value === undefined ? undefined : facts.lanes[lane.value]?.threads,
    fromUs: range.value && Math.floor(range.value.from / 1000),
    toUs: range.value && Math.ceil(range.value.to / 1000),
    layer: layer.value,
  };
}

/** Has the worker sum anew whenever a choice changes; of answers that overtake each other the last counts. */
export function followChoices(): void {
  let asked = 0;
  effect(() => {
    if (phase.value.kind !== 'open') return;
    const options = viewOptions(phase.value.facts);
    const turn = ++asked;
    client.ask('view', options).then(
      (view) => {
        if (turn !== asked) return;
        chosen.view.value = view;
        chosen.viewFailure.value = '';
      },
      (error: Error) => {
        if (turn === asked) chosen.viewFailure.value = error.message;
      },
    );
  });
  let looked = 0;
  effect(() => {
    const { value: pattern } = chosen.pattern;
    const turn = ++looked;
    chosen.patternFailure.value = '';
    if (phase.value.kind !== 'open' || pattern.text === '') {
      chosen.matches.value = undefined;
      return;
    }
    client.ask('find', pattern).then(
      (matches) => {
        if (turn === looked) chosen.matches.value = matches;
      },
      () => {
        if (turn !== looked) return;
        chosen.matches.value = undefined;
        chosen.patternFailure.value = 'no regular expression';
      },
    );
  });
}
