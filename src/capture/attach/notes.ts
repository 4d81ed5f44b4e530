import type { Profile } from '../../profile/profile.js';
import type { AttachedProcess } from './attached-process.js';

/** Says what the attach cost the programs, and what it could not do. */
export function noteAttach({ quality }: Profile, attached: readonly AttachedProcess[]): void {
  const costs = attached.map(({ target, injection, openMs, process }) => {
    const { predictedMs } = injection.pause;
    const measured = `${ms((process?.startPauseUs ?? 0) / 1000)} ms (${predictedMs} ms predicted)`;
    const open =
      openMs === undefined ? 'its inspector was open before' : `inspector open for ${ms(openMs)} ms`;
    return `process ${target.pid}: ${measured}, ${open}`;
  });
  if (costs.length > 0) {
    quality.note('ATTACH_PAUSE', `Attaching stopped the program once, ${costs.join('; ')}.`);
  }
  const unnamed = attached.filter(({ injection }) => !injection.pause.nameOlder);
  if (unnamed.length === 0) return;
  const coverage = unnamed.some(({ target }) => target.env.has('NODE_V8_COVERAGE'));
  quality.note(
    'ATTACH_OLDER_UNNAMED',
    `Functions that were compiled before the attach may be missing, their time with their callers: ${
      coverage
        ? 'making them known would have ended the coverage that the program records'
        : 'making them known would have taken longer than --max-pause'
    }.`,
    coverage ? 'Start it without NODE_V8_COVERAGE.' : 'Allow a longer --max-pause.',
  );
}

function ms(value: number): string {
  return value < 10 ? value.toFixed(1) : String(Math.round(value));
}
