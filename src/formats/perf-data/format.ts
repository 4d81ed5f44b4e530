import type { Format, Holding } from '../format.js';
import { isPerfData } from './header.js';

/** The reader and the symbol tables need Node and time to load: they are imported when a recording is read. */
export const perfData: Format = {
  name: 'perf-data',
  title: 'perf.data (Linux perf record)',
  extensions: ['.data'],
  keeps:
    'processes, threads, stacks, weights and times; names come from the files and maps that are still there',
  holds: new Set<Holding>(['times', 'weights', 'processes', 'threads']),
  verified: 'perf 6.1 on Node 20 to 26; sample for sample against perf script',
  detect: isPerfData,
  read: async (source, profile, options) => {
    const { readPerfData } = await import('./read-perf-data.js');
    const { Symbolizer } = await import('../../symbols/symbolizer.js');
    const { isOfThisKernel } = await import('./same-kernel.js');
    const symbolizer = new Symbolizer(profile, { live: false, sameKernel: await isOfThisKernel(source) });
    await readPerfData(source, profile, { ...options, symbolizer });
  },
};
