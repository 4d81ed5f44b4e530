import type { Source } from '../format.js';
import { readU64 } from './event-attr.js';
import { type FileHeader, viewOf } from './header.js';
import { PERF_DATA_LIMITS } from './limits.js';

const SECTION_BYTES = 16;

/**
 * The features of a file: [number, content]. Their sections follow the records, so only a source with random access
 * tells them before these are read; from others, and from a recording that was cut, there are none.
 */
export async function* readFeatureSections(
  source: Source,
  header: FileHeader,
): AsyncGenerator<[number, Uint8Array]> {
  const { features, data, bigEndian } = header;
  if (source.read === undefined || data.size === 0) return;
  const table = await source.read(data.offset + data.size, features.length * SECTION_BYTES);
  const view = viewOf(table);
  for (let i = 0; (i + 1) * SECTION_BYTES <= table.length; i++) {
    const offset = readU64(view, i * SECTION_BYTES, !bigEndian);
    const size = readU64(view, i * SECTION_BYTES + 8, !bigEndian);
    const within = offset + size <= (source.size ?? 0) && size <= PERF_DATA_LIMITS.featureBytes;
    if (within) yield [features[i], await source.read(offset, size)];
  }
}
