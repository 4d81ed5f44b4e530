// Defines functions of every kind that a perf map names, says it is ready, and waits for the end of its input.
import vm from 'node:vm';

function hot(n) {
  return n < 2 ? n : hot(n - 1) + hot(n - 2);
}
class Shape {
  get area() {
    return hot(15);
  }
}
const wasmBytes =
  '0061736d0100000001060160017f017f03020100070701036669620000' +
  '0a1e011c00200041024804' +
  '7f2000052000' +
  '41016b1000200041026b10006a0b0b';
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(wasmBytes, 'hex')));
// biome-ignore lint/security/noGlobalEval: its names are what is tested
const evaluated = eval(
  '(function evaluated(x) { let s = 0; for (let i = 0; i < 1e4; i++) s += i % x; return s; })',
);
const script = '(function inVm(x) { let s = 0; for (let i = 0; i < 1e4; i++) s += i % x; return s; })';
const inVm = vm.runInThisContext(script, { filename: 'in a vm.js' });
for (let i = 0; i < 300; i++) {
  hot(15);
  new Shape().area;
  exports.fib(12);
  evaluated(3);
  inVm(3);
  /(\w+)\s(\w+)/.exec('some words here');
}
process.stdout.write('ready\n');
process.stdin.resume();
