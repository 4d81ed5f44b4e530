import type { CodeText } from '../text/code-frames.js';

/** Modules of the kernels that have DTrace. */
const KERNEL_MODULES = /^(?:kernel|mach_kernel|unix|genunix)$/;
const ADDRESS = /^0x([\da-f]{1,16})(?: (.*))?$/i;
const OFFSET = /\+0x[\da-f]+$/i;

/**
 * The code of a frame as DTrace prints it: ``MODULE`SYMBOL+0xOFFSET``, `SYMBOL+0xOFFSET` or `0xADDRESS`, behind which
 * `rjs` writes the name of run-time code.
 */
export function dtraceFrame(line: string): CodeText {
  const text = line.trim();
  const address = ADDRESS.exec(text);
  if (address !== null) return { ...halves(address[1]), symbol: address[2] ?? '', dso: '' };
  const tick = text.indexOf('`');
  const module = tick < 0 ? '' : text.slice(0, tick);
  const symbol = text.slice(tick + 1).replace(OFFSET, '');
  const dso = KERNEL_MODULES.test(module) ? '[kernel]' : module;
  const place = ADDRESS.exec(symbol);
  return place === null ? { symbol, dso, low: 0, high: 0 } : { ...halves(place[1]), symbol: '', dso };
}

function halves(digits: string): { low: number; high: number } {
  return {
    low: Number.parseInt(digits.slice(-8), 16),
    high: digits.length > 8 ? Number.parseInt(digits.slice(0, -8), 16) : 0,
  };
}
