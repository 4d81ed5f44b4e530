import type { Quality } from '../profile/quality.js';
import type { Binary } from './binary.js';
import type { MappedFile, NoBinary } from './open-binary.js';

/** Code in a mapped file has no name: says why, once for each kind of reason. */
export function noteUnnamedFile(
  quality: Quality,
  { path }: MappedFile,
  binary: Binary | undefined,
  failure: NoBinary | undefined,
): void {
  if (failure?.kind === 'replaced') {
    quality.note(
      'BINARY_REPLACED',
      `Functions of ${path} are not named: the file ${failure.message}.`,
      'Record again, and read the recording before the program is updated.',
    );
  } else if (failure !== undefined) {
    quality.note(
      'BINARY_UNREADABLE',
      `Functions of ${path} are not named: the file ${failure.message}.`,
      'Record as a user who may read it, on the machine where it is installed.',
    );
  } else if (binary !== undefined && !binary.hasFullSymbols && path.startsWith('/')) {
    noteStripped(quality, path);
  }
}

/** Run-time code was seen in a process that has no perf map. */
export function noteMissingMap(quality: Quality, pid: number): void {
  quality.note(
    'JIT_MAP_MISSING',
    `JavaScript functions of process ${pid} are not named: there is no perf map of it.`,
    'Run it with node --perf-basic-prof --interpreted-frames-native-stack, or record it with stackscope.',
  );
}

/** A process has more mappings than are kept. */
export function noteTooManyMappings(quality: Quality, pid: number): void {
  quality.note(
    'TOO_MANY_MAPPINGS',
    `Some functions of process ${pid} are not named: it has mapped more pieces of code than are kept.`,
  );
}

function noteStripped(quality: Quality, path: string): void {
  if (/\/(?:node|nodejs|libnode[^/]*)$/.test(path)) {
    quality.note(
      'NODE_STRIPPED',
      `Most of Node's own functions are not named: ${path} was stripped of its symbols.`,
      'Install the debug symbols of that package, or use the build of Node from nodejs.org.',
    );
    return;
  }
  quality.note(
    'LIBRARY_STRIPPED',
    `Some functions of libraries are not named: ${path}, for one, has only the names that it exports.`,
    'Install the debug symbols of its package: libc6-dbg on Debian and Ubuntu, -dbgsym and -debuginfo for others.',
  );
}
