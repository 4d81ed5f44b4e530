// A program that uses what we use, and has replaced much of what we might call. Prints what it sees of itself.
const inspector = require('node:inspector');
const { isMainThread } = require('node:worker_threads');

Error.prepareStackTrace = () => {
  throw new Error('never called');
};
process.hrtime = Date.now = performance.now = () => 0;
const refuse = () => {
  throw new Error('never called');
};
Array.prototype.push = refuse;
JSON.stringify = refuse;
Reflect.defineProperty(Promise.prototype, 'then', { value: refuse });
process.emitWarning = () => process.stdout.write('warned\n');

function spin(rounds) {
  let sum = 0;
  for (let i = 0; i < rounds * 1e6; i++) sum += Math.sqrt(i);
  return sum;
}

if (isMainThread) {
  const session = new inspector.Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.start');
  console.profile('mine');
  spin(100);
  console.profileEnd('mine');
  session.post('Profiler.stop', (error, { profile }) => {
    process.stdout.write(`own profile: ${error} ${profile.samples.length > 10}\n`);
  });
  session.disconnect();
  spin(50);
}
