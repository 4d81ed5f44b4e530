import { readPerfData } from '../../formats/perf-data/index.js';
import type { Profile } from '../../profile/profile.js';
import type { TaskRows } from '../../profile/task-rows.js';
import type { Symbolizer } from '../../symbols/symbolizer.js';
import { Turns } from '../turns.js';

/** Milliseconds without a word from perf after which the samples before are offered to be written all the same. */
const SILENCE_MS = 500;

export interface PerfReading {
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly profile: Profile;
  readonly symbolizer: Symbolizer;
  /** Time zero of the recording on CLOCK_MONOTONIC. */
  readonly startNs: bigint;
  /** As in `EnginePlan`. */
  readonly onBatch: (profile: Profile) => Promise<void>;
  /** Shared with another engine that fills the same profile, as are its rows. */
  readonly turns?: Turns;
  readonly rows?: TaskRows;
}

/** Fills the profile with what perf writes, while it writes; until perf ends. */
export async function readWhileRecording(reading: PerfReading): Promise<void> {
  const { chunks, profile, symbolizer, startNs, onBatch, rows } = reading;
  const turns = reading.turns ?? new Turns();
  let endTurn = () => {};
  /** Each chunk is applied in a turn that lasts until the reader asks for the next; the rest in one to the end. */
  async function* inTurns(): AsyncIterable<Uint8Array> {
    const iterator = chunks[Symbol.asyncIterator]();
    for (;;) {
      const next = iterator.next();
      do await turns.run(() => onBatch(profile));
      while (await isSilent(next));
      const { done, value } = await next;
      endTurn = await turns.take();
      if (done) return;
      yield value;
      endTurn();
    }
  }
  try {
    await readPerfData({ name: "perf's output", size: undefined, chunks: inTurns }, profile, {
      ...{ symbolizer, startNs: Number(startNs), live: true, onBatch },
      ...(rows === undefined ? {} : { rows }),
    });
  } finally {
    endTurn();
  }
}

function isSilent(next: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(true), SILENCE_MS);
    const settled = () => {
      clearTimeout(timer);
      resolve(false);
    };
    next.then(settled, settled);
  });
}
