import type { Profile } from '../../profile/profile.js';
import type { AttachedPerf } from './attached-perf.js';
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

/** Says which JavaScript perf cannot name, and where its names are instead. */
export function noteJitNames(
  { quality }: Profile,
  perf: AttachedPerf,
  attached: readonly AttachedProcess[],
): void {
  const byV8 = new Set(attached.map(({ target }) => target.pid));
  const nameless = perf.unnamed.filter(({ pid }) => !byV8.has(pid));
  if (nameless.length > 0) {
    quality.note(
      'JIT_NAMES_MISSING',
      `The JavaScript of process ${pids(nameless)} has no names: ${nameless[0].reason}.`,
      `Leave out --engine perf, so that V8's profiler tells them, or ${START_WITH_FLAGS}.`,
    );
  }
  const other = perf.unnamed.filter(({ pid }) => byV8.has(pid));
  if (other.length > 0) {
    quality.note(
      'JIT_NAMES_FROM_V8',
      `perf cannot name the JavaScript of process ${pids(other)} (${other[0].reason}): its functions are told by V8's profiler, which recorded beside it.`,
      `To have them in perf's whole stacks, ${START_WITH_FLAGS}.`,
    );
  }
  const interpreted = [...perf.maps].filter(([, map]) => map.missing === '' && !map.interpreted);
  if (interpreted.length > 0) {
    quality.note(
      'JIT_INTERPRETED_UNNAMED',
      `Functions that V8 interprets, those that ran seldom, show as Builtins_InterpreterEntryTrampoline: process ${pids(interpreted.map(([pid]) => ({ pid })))} was started without --interpreted-frames-native-stack.`,
      'Start it with that flag too.',
    );
  }
}

const START_WITH_FLAGS = 'start it with node --perf-basic-prof --interpreted-frames-native-stack';

function pids(processes: readonly { readonly pid: number }[]): string {
  return processes.map(({ pid }) => pid).join(', ');
}

function ms(value: number): string {
  return value < 10 ? value.toFixed(1) : String(Math.round(value));
}
