import { Symbolizer } from '../../symbols/symbolizer.js';
import type { Format } from '../format.js';
import { isPerfData } from './header.js';
import { readPerfData } from './read-perf-data.js';

export { inspectPerfData, type PerfDataSummary } from './inspect.js';
export { PERF_DATA_LIMITS } from './limits.js';
export { type PerfReadOptions, readPerfData } from './read-perf-data.js';

export const perfData: Format = {
  name: 'perf-data',
  title: 'perf.data (Linux perf record)',
  extensions: ['.data'],
  keeps:
    'processes, threads, stacks, weights and times; names come from the files and maps that are still there',
  detect: isPerfData,
  read: (source, profile, options) =>
    readPerfData(source, profile, { ...options, symbolizer: new Symbolizer(profile, { live: false }) }),
};
