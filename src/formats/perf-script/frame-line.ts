/** A frame as `perf script` prints it: `\t   ADDRESS SYMBOL+0xOFFSET (BINARY)`, or `… SYMBOL (inlined)`. */

export interface FrameLine {
  readonly symbol: string;
  readonly dso: string;
  /** The halves of the address. */
  readonly low: number;
  readonly high: number;
  readonly isInlined: boolean;
}

const INLINED = ' (inlined)';
const SPACE = 0x20;
const TAB = 0x09;
const MAX_DIGITS = 16;

/** The frame that a line, without its end, tells of; undefined when it is none. */
export function parseFrameLine(line: string): FrameLine | undefined {
  let at = 0;
  while (line.charCodeAt(at) === SPACE || line.charCodeAt(at) === TAB) at++;
  let high = 0;
  let low = 0;
  const first = at;
  for (let digit = hexDigit(line.charCodeAt(at)); digit >= 0; digit = hexDigit(line.charCodeAt(++at))) {
    high = ((high << 4) | (low >>> 28)) >>> 0;
    low = ((low << 4) | digit) >>> 0;
  }
  const digits = at - first;
  if (digits === 0 || digits > MAX_DIGITS || (at < line.length && line.charCodeAt(at) !== SPACE))
    return undefined;
  return frameOf(line.slice(at).trim(), low, high);
}

function frameOf(text: string, low: number, high: number): FrameLine {
  if (text.endsWith(INLINED)) {
    const symbol = withoutOffset(text.slice(0, -INLINED.length));
    return { low, high, symbol, dso: '', isInlined: true };
  }
  const open = openingOfDso(text);
  const symbol = open < 0 ? text : text.slice(0, Math.max(0, open - 1));
  const dso = open < 0 ? '' : withoutOffset(text.slice(open + 1, -1));
  return { low, high, symbol: withoutOffset(symbol), dso, isInlined: false };
}

/** Where the binary's parenthesis opens, which a space or nothing is before; -1 when none ends the text. */
function openingOfDso(text: string): number {
  if (!text.endsWith(')')) return -1;
  let depth = 0;
  for (let at = text.length - 1; at >= 0; at--) {
    const code = text.charCodeAt(at);
    if (code === 0x29) depth++;
    else if (code === 0x28 && --depth === 0) return at === 0 || text.charCodeAt(at - 1) === SPACE ? at : -1;
  }
  const unbalanced = text.lastIndexOf(' (');
  return unbalanced < 0 ? -1 : unbalanced + 1;
}

/** Without the distance from its start, `+0x1f`. */
function withoutOffset(symbol: string): string {
  const plus = symbol.lastIndexOf('+0x');
  if (plus < 0 || plus + 3 === symbol.length) return symbol;
  for (let at = plus + 3; at < symbol.length; at++) if (hexDigit(symbol.charCodeAt(at)) < 0) return symbol;
  return symbol.slice(0, plus);
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : -1;
}
