export { perfData } from './format.js';
export { inspectPerfData, type PerfDataSummary } from './inspect.js';
export { readPerfData } from './read-perf-data.js';
