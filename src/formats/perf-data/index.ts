export { perfData } from './format.js';
export { inspectPerfData, type PerfDataSummary } from './inspect.js';
export { PERF_DATA_LIMITS } from './limits.js';
export { type PerfReadOptions, readPerfData } from './read-perf-data.js';
