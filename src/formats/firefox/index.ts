/**
 * The processed format of the Firefox Profiler, which samply and other tools write too: tables of columns in JSON
 * (github.com/firefox-devtools/profiler, docs-developer/processed-profile-format.md).
 */
import type { Format, Holding } from '../format.js';
import { readFirefox } from './read.js';
import { writeFirefox } from './write.js';

export const firefox: Format = {
  name: 'firefox',
  title: 'Firefox Profiler (profiler.firefox.com, samply)',
  extensions: ['.profile.json'],
  keeps:
    'stacks, definitions, executing lines, inlining, times, weights and CPU time, processes, threads, operations as markers, layers and tiers as categories; packages are told anew from names',
  holds: new Set<Holding>([
    'times',
    'cpu time',
    'weights',
    'cpu time',
    'processes',
    'threads',
    'definitions',
    'executing lines',
    'tiers',
    'layers',
    'packages',
    'inlining',
    'operations',
  ]),
  verified: 'recordings of samply and Firefox; written ones by profiler-cli',
  detect: (head) => isJsonWith(head, /"preprocessedProfileVersion"\s*:/),
  read: readFirefox,
  write: writeFirefox,
};

function isJsonWith(head: Uint8Array, sign: RegExp): boolean {
  const text = new TextDecoder().decode(head);
  return /^\s*\{/.test(text) && sign.test(text);
}
