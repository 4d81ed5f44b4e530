// Prints what a program can see of us.
const { Worker, isMainThread, threadId } = require('node:worker_threads');

const seen = {
  threadId,
  execArgv: process.execArgv,
  env: Object.keys(process.env).sort(),
  cache: Object.keys(require.cache).filter((path) => !path.endsWith('traces.cjs')),
  children: module.children.length,
  globals: Object.getOwnPropertySymbols(globalThis).map(String),
  names: Object.getOwnPropertyNames(globalThis).length,
  listeners: Object.fromEntries(process.eventNames().map((name) => [name, process.listenerCount(name)])),
  resources: process.getActiveResourcesInfo().sort(),
};
console.log(JSON.stringify({ thread: isMainThread ? 'main' : 'worker', ...seen }));
if (isMainThread) new Worker(__filename);
