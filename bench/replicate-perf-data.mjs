import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

const SAMPLE = 9;
const FINISHED_ROUND = 68;
/** Of a sample, with the fields that `perf record -g` of one event asks for: IP, TID, TIME, PERIOD, CALLCHAIN. */
const TIME_AT = 24;
const FEATURES_AT = 72;

/**
 * Writes a recording of exactly `samples` samples, made of those of `input` (file mode, one event) once or over and
 * over with their times moved on. Everything but samples and rounds is in it once; features are left out.
 */
export function replicate(input, output, samples) {
  const bytes = readFileSync(input);
  const dataAt = Number(bytes.readBigUInt64LE(40));
  const dataEnd = dataAt + Number(bytes.readBigUInt64LE(48));
  const out = openSync(output, 'w');
  bytes.fill(0, FEATURES_AT, FEATURES_AT + 32);
  writeSync(out, bytes.subarray(0, dataAt));
  let size = 0;
  let left = samples;
  for (let copy = 0; left > 0; copy++) {
    const part = nextCopy(bytes, dataAt, dataEnd, copy, left);
    writeSync(out, part.bytes);
    size += part.bytes.length;
    left -= part.samples;
  }
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(size));
  writeSync(out, length, 0, 8, 48);
  closeSync(out);
}

/** The records once more; samples one recording's length later than in the copy before. */
function nextCopy(bytes, dataAt, dataEnd, copy, limit) {
  const part = Buffer.alloc(dataEnd - dataAt);
  let length = 0;
  let samples = 0;
  let [first, last] = [2n ** 64n, 0n];
  for (let at = dataAt; at < dataEnd && samples < limit; ) {
    const type = bytes.readUInt32LE(at);
    const size = bytes.readUInt16LE(at + 6);
    if (type === SAMPLE || type === FINISHED_ROUND || copy === 0) {
      bytes.copy(part, length, at, at + size);
      length += size;
    }
    if (type === SAMPLE) {
      const time = bytes.readBigUInt64LE(at + TIME_AT);
      if (time < first) first = time;
      if (time > last) last = time;
      samples++;
    }
    at += size;
  }
  // The samples themselves are moved on, so that the next copy continues where this one ends.
  const span = last - first + 1_000_000n;
  for (let at = dataAt; at < dataEnd; at += bytes.readUInt16LE(at + 6)) {
    if (bytes.readUInt32LE(at) !== SAMPLE) continue;
    bytes.writeBigUInt64LE(bytes.readBigUInt64LE(at + TIME_AT) + span, at + TIME_AT);
  }
  return { bytes: part.subarray(0, length), samples };
}
