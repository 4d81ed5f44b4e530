/** Where a line of text has an address that a name can stand beside or in the place of. */
export interface AddressPlace {
  /** The digits, without `0x`. */
  readonly digits: string;
  /** The name goes to line[from..to); the two are equal where nothing is replaced. */
  readonly from: number;
  readonly to: number;
  /** Whether a space goes before it: the address stays. */
  readonly isBeside: boolean;
}

/** gdb and lldb: `#5 0xADDRESS in 0xADDRESS ()`, or `in ?? ()`. */
const IN = /\b0x([\da-f]{1,16})\s+in\s+(0x[\da-f]{1,16}|\?\?)(?=[\s(]|$)/i;
/** perf script and bpftrace: `ADDRESS [unknown] (BINARY)`, `ADDRESS 0xADDRESS (BINARY)`. */
const UNKNOWN = /^\s*([\da-f]{1,16}) (\[unknown\]|\?\?|0x[\da-f]{1,16})(?=[\s(]|$)/i;
/** What perf has no name for in a file: its address is the offset in that file. */
const IN_FILE =
  /^\s*[\da-f]{1,16} \[unknown\] \((?:\/(?!tmp\/perf-\d+\.map\))|\[(?!unknown|heap|stack|anon))/i;
/** Instruments: the last cell of a line of CSV, indented by its depth. */
const CELL = /,[ \t]*(0x([\da-f]{1,16}))[ \t]*\r?$/i;
/** Any other address: with `0x` anywhere, and without it as a line's one word or one of more than 32 bits. */
const PREFIXED = /(?<![\w.])0x([\da-f]{1,16})(?![\w.]|\s+in\s)/gi;
const ALONE = /^\s*([\da-f]{5,16})\s*$/i;
const WORD = /(?<![\w.+/:-])([\da-f]{9,16})(?![\w.+/:-])/gi;
/** perf script names what is behind its first word. */
const NAMED = /^\s*[\da-f]{5,16} \S/i;

/** The places of a line (without its end), in order and apart. */
export function addressPlaces(line: string): AddressPlace[] {
  if (IN_FILE.test(line)) return [];
  const single = inPlace(line, IN, 2) ?? inPlace(line, UNKNOWN, 2) ?? cell(line);
  if (single !== undefined) return [single];
  const alone = ALONE.exec(line);
  if (alone !== null) return [beside(alone[1], line.indexOf(alone[1]) + alone[1].length)];
  const prefixed = allBeside(line, PREFIXED);
  return prefixed.length > 0 || NAMED.test(line) ? prefixed : allBeside(line, WORD);
}

/** `line` with the names that `nameOf` has for its addresses; those that it has none for stay as they are. */
export function resolveLine(
  line: string,
  nameOf: (digits: string) => string | undefined,
  paint: (name: string) => string,
): string {
  if (!/[\da-f]{3}/i.test(line)) return line;
  let resolved = '';
  let done = 0;
  for (const { digits, from, to, isBeside } of addressPlaces(line)) {
    const name = nameOf(digits);
    // What was resolved before is not resolved again.
    if (name === undefined || (isBeside && line.startsWith(` ${name}`, from))) continue;
    resolved += `${line.slice(done, from)}${isBeside ? ' ' : ''}${paint(name)}`;
    done = to;
  }
  return resolved + line.slice(done);
}

/** The name goes in the place of group `group`; the address is the first. */
function inPlace(line: string, pattern: RegExp, group: number): AddressPlace | undefined {
  const match = pattern.exec(line);
  if (match === null) return undefined;
  const from = line.indexOf(match[group], match.index + match[0].length - match[group].length);
  const own = /^0x(.*)$/i.exec(match[group])?.[1];
  // Two addresses that differ are a list of addresses.
  if (pattern === UNKNOWN && own !== undefined && own !== match[1]) return undefined;
  return { digits: own ?? match[1], from, to: from + match[group].length, isBeside: false };
}

function cell(line: string): AddressPlace | undefined {
  const match = CELL.exec(line);
  if (match === null) return undefined;
  const from = match.index + match[0].indexOf(match[1]);
  return { digits: match[2], from, to: from + match[1].length, isBeside: false };
}

function beside(digits: string, at: number): AddressPlace {
  return { digits, from: at, to: at, isBeside: true };
}

function allBeside(line: string, pattern: RegExp): AddressPlace[] {
  return [...line.matchAll(pattern)].map((match) => beside(match[1], match.index + match[0].length));
}
