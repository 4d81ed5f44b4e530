import { bpftrace } from './bpftrace/index.js';
import { cpuprofile } from './cpuprofile/index.js';
import { dtrace } from './dtrace/index.js';
import { firefox } from './firefox/index.js';
import { folded } from './folded/index.js';
import type { Format } from './format.js';
import { gecko } from './gecko/index.js';
import { perfData } from './perf-data/format.js';
import { perfScript } from './perf-script/index.js';
import { pprof } from './pprof/index.js';
import { csv } from './report/csv.js';
import { markdown } from './report/markdown.js';
import { speedscope } from './speedscope/index.js';
import { stackscope } from './stackscope.js';
import { svg } from './svg/index.js';
import { traceEvents } from './trace-events/index.js';

/** Every format, in the order in which content is tried. A format is added by one line here. */
export const FORMATS: readonly Format[] = [
  stackscope,
  perfData,
  firefox,
  gecko,
  traceEvents,
  cpuprofile,
  speedscope,
  pprof,
  perfScript,
  dtrace,
  bpftrace,
  folded,
  svg,
  markdown,
  csv,
];

/** Bytes from the start of a file, decompressed, that `detectFormat` wants to see where there are so many. */
export const HEAD_LENGTH = 65_536;

/** The format whose content begins like `head`, undefined when none does. */
export function detectFormat(head: Uint8Array): Format | undefined {
  return FORMATS.find(({ detect }) => detect?.(head));
}
