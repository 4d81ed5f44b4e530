import perfHooks = require('node:perf_hooks');

const now = perfHooks.performance.now.bind(perfHooks.performance);
const zeroUs = Number(process.hrtime.bigint() / 1000n) - now() * 1000;

/** CLOCK_MONOTONIC in whole microseconds. */
function nowUs(): number {
  return Math.round(zeroUs + now() * 1000);
}

export = nowUs;
