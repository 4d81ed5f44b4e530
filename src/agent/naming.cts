/**
 * Loaded by `--require` with the V8 flags that give run-time code its names, when perf records. It keeps them from
 * what they would harm: new workers throw on V8's flags, which programs hand to them from `process.execArgv`, and a
 * child that cannot write its log into its working directory would print it on its standard output.
 */
import guard = require('./child-guard.cjs');

/** Those that NODE_OPTIONS may hold; src/capture/perf/v8-flags.ts says them again. */
const NAMING_FLAGS = ['--perf-basic-prof', '--interpreted-frames-native-stack'];
const PLACES = /^--(logfile|perf-basic-prof-path)=.*\/stackscope-\d+\//;

try {
  delete require.cache[__filename];
  const own = new Set([...NAMING_FLAGS, '--no-logfile-per-isolate', `--require=${__filename}`]);
  process.execArgv = process.execArgv.filter((flag) => !own.has(flag) && !PLACES.test(flag));
  const words = [...NAMING_FLAGS, ...guard.optionWords(__filename)];
  if (process.env['NODE_OPTIONS']?.includes(__filename)) {
    guard.guardChildren(words, (child) => guard.forbidsPreload(child) || guard.cannotWrite(child));
  }
} catch {
  // The program runs as it would have, with more to see of us.
}
