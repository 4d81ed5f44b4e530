import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { nodeBinary, program } from './stackscope.js';

/** Compiles test/programs/addon.c into `directory`; Node-API is the same for every Node. */
export function buildAddon(directory: string): string {
  const output = join(directory, 'burn.node');
  const headers = join(nodeBinary('20'), '../../include/node');
  execFileSync('gcc', [
    '-shared',
    '-fPIC',
    '-O1',
    '-fno-omit-frame-pointer',
    '-I',
    headers,
    '-o',
    output,
    program('addon.c'),
  ]);
  return output;
}
