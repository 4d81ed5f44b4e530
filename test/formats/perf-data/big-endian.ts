// Rewrites a recording as a big-endian machine would have written it, from the layouts in linux/perf_event.h and
// tools/perf/Documentation/perf.data-file-format.txt: an independent twin of the reader's own swapping.

const PAIR = 'ww';
const FIELDS: Readonly<Record<number, string>> = {
  1: `${PAIR}qqq`,
  2: 'qq',
  3: PAIR,
  4: `${PAIR}${PAIR}q`,
  7: `${PAIR}${PAIR}q`,
  10: `${PAIR}qqq${PAIR}qq${PAIR}`,
};
/** TID, TIME, CPU? and so on: which of the trailer's and the sample's fields are pairs depends on the sample type. */
const ORDER: readonly [bit: number, field: string][] = [
  [1 << 16, 'q'],
  [1 << 0, 'q'],
  [1 << 1, PAIR],
  [1 << 2, 'q'],
  [1 << 3, 'q'],
  [1 << 6, 'q'],
  [1 << 9, 'q'],
  [1 << 7, PAIR],
  [1 << 8, 'q'],
];
const TRAILER: readonly [bit: number, field: string][] = [
  [1 << 1, PAIR],
  [1 << 2, 'q'],
  [1 << 6, 'q'],
  [1 << 9, 'q'],
  [1 << 7, PAIR],
  [1 << 16, 'q'],
];

/** The twin of a recording in file mode with one event that has no features but hostname, version, arch and command. */
export function asBigEndian(little: Uint8Array): Uint8Array {
  const bytes = little.slice();
  const view = new DataView(bytes.buffer);
  const u64 = (at: number) => Number(view.getBigUint64(at, true));
  const [attrSize, attrsAt, attrsSize, dataAt, dataSize] = [16, 24, 32, 40, 48].map(u64);
  const attrAt = attrsAt;
  const idsAt = u64(attrAt + attrSize - 16);
  const idsSize = u64(attrAt + attrSize - 8);
  const sampleType = view.getUint32(attrAt + 24, true);
  for (let at = dataAt; at < dataAt + dataSize; ) at += swapRecord(view, at, sampleType);
  swap(view, idsAt, 'q'.repeat(idsSize / 8));
  // type, size; config, period, sample_type, read_format; flags; wakeup, bp_type; …; max_stack and what follows
  swap(view, attrAt, 'wwqqqqfwwqqqqwwqwhh');
  swap(view, attrAt + attrSize - 16, 'qq');
  if (attrsSize !== attrSize) throw new Error('one event only');
  const features = swapFeatures(view, dataAt + dataSize);
  swap(view, 0, 'qqqqqqqqq');
  for (let word = 0; word < 4; word++) view.setBigUint64(72 + word * 8, word === 0 ? features : 0n, false);
  return bytes;
}

const STRINGS = new Set([3, 4, 5, 6, 8, 9]);
const CMDLINE = 11;

/** Keeps the features that are made of texts; returns their bits. */
function swapFeatures(view: DataView, table: number): bigint {
  const bits = view.getBigUint64(72, true);
  let kept = 0n;
  let from = table;
  let to = table;
  for (let feature = 0; feature < 64; feature++) {
    if (((bits >> BigInt(feature)) & 1n) === 0n) continue;
    const offset = Number(view.getBigUint64(from, true));
    const size = view.getBigUint64(from + 8, true);
    from += 16;
    if (!STRINGS.has(feature) && feature !== CMDLINE) continue;
    kept |= 1n << BigInt(feature);
    swapTexts(view, offset, feature === CMDLINE);
    view.setBigUint64(to, BigInt(offset), false);
    view.setBigUint64(to + 8, size, false);
    to += 16;
  }
  return kept;
}

function swapTexts(view: DataView, offset: number, isList: boolean): void {
  let at = offset;
  const count = isList ? view.getUint32(at, true) : 1;
  if (isList) at += swap(view, at, 'w');
  for (let i = 0; i < count; i++) {
    const length = view.getUint32(at, true);
    at += swap(view, at, 'w') + length;
  }
}

/** Returns the record's size. */
function swapRecord(view: DataView, at: number, sampleType: number): number {
  const type = view.getUint32(at, true);
  const size = view.getUint16(at + 6, true);
  const present = (fields: typeof ORDER) =>
    fields.flatMap(([bit, field]) => (sampleType & bit ? [field] : [])).join('');
  if (type === 9) {
    const fixed = present(ORDER);
    const chain = at + 8 + swap(view, at + 8, fixed);
    swap(view, chain, 'q'.repeat((at + size - chain) / 8));
  } else if (FIELDS[type] !== undefined) {
    swap(view, at + 8, FIELDS[type]);
    const trailer = present(TRAILER);
    swap(view, at + size - lengthOf(trailer), trailer);
  }
  swap(view, at, 'whh');
  return size;
}

const WIDTHS: Readonly<Record<string, number>> = { q: 8, f: 8, w: 4, h: 2 };

function lengthOf(fields: string): number {
  return [...fields].reduce((sum, field) => sum + WIDTHS[field], 0);
}

/** Swaps fields that follow one another: q u64, w u32, h u16, f a u64 of bit fields. Returns their length. */
function swap(view: DataView, start: number, fields: string): number {
  let at = start;
  for (const field of fields) {
    const bytes = new Uint8Array(view.buffer, view.byteOffset + at, WIDTHS[field]);
    if (field === 'f') bytes.set(bytes.map(reversedBits));
    else bytes.reverse();
    at += WIDTHS[field];
  }
  return at - start;
}

function reversedBits(byte: number): number {
  return Number.parseInt([...byte.toString(2).padStart(8, '0')].reverse().join(''), 2);
}
