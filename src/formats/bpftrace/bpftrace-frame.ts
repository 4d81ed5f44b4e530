import type { CodeText } from '../text/code-frames.js';

/** Behind the address `stackscope resolve` writes the name. */
const ADDRESS = /^0x([\da-f]{1,16})(?: (.*))?$/s;
/** `ustack(perf)`: `ADDRESS SYMBOL+OFFSET (BINARY)`. */
const WITH_BINARY = /^([\da-f]{1,16}) (.*) \((.*)\)$/s;
/** Decimal, as bpftrace prints it. */
const OFFSET = /\+\d+$/;

/** The code of a frame as bpftrace prints it: `SYMBOL+OFFSET` or `0xADDRESS`; with `perf` also address and binary. */
export function bpftraceFrame(line: string): CodeText {
  const text = line.trim();
  const binary = WITH_BINARY.exec(text);
  if (binary !== null) {
    const [, digits, symbol, dso] = binary;
    const name = ADDRESS.test(symbol) ? '' : symbol.replace(OFFSET, '');
    return { ...halves(digits), symbol: name, dso };
  }
  const address = ADDRESS.exec(text);
  if (address !== null) return { ...halves(address[1]), symbol: address[2] ?? '', dso: '' };
  return { symbol: text.replace(OFFSET, ''), dso: '', low: 0, high: 0 };
}

function halves(digits: string): { low: number; high: number } {
  return {
    low: Number.parseInt(digits.slice(-8), 16),
    high: digits.length > 8 ? Number.parseInt(digits.slice(0, -8), 16) : 0,
  };
}
