/**
 * The profile as Firefox itself writes it, before the Firefox Profiler has processed it: rows with a schema, a tree
 * of processes (github.com/firefox-devtools/profiler, docs-developer/gecko-profile-format.md).
 */
import type { Format, Holding } from '../format.js';
import { readGecko } from './read.js';

export const gecko: Format = {
  name: 'gecko',
  title: 'Firefox itself (MOZ_PROFILER_SHUTDOWN)',
  extensions: ['.gecko.json'],
  keeps:
    'stacks, definitions, executing lines, times, CPU time, processes, threads, markers that last as operations; names of native code only where it was symbolicated',
  holds: new Set<Holding>([
    'times',
    'weights',
    'processes',
    'threads',
    'definitions',
    'executing lines',
    'operations',
  ]),
  verified: 'a recording of Firefox 153, read by profiler-cli with the same totals',
  detect,
  read: readGecko,
};

function detect(head: Uint8Array): boolean {
  const text = new TextDecoder().decode(head);
  if (!/^\s*\{\s*"(?:libs|meta)"\s*:/.test(text) || /"preprocessedProfileVersion"\s*:/.test(text))
    return false;
  return /"breakpadId"\s*:/.test(text) || /"stackwalk"\s*:/.test(text);
}
