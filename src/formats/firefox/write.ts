import type { Profile } from '../../profile/profile.js';
import { Unit } from '../../profile/series.js';
import { CATEGORIES } from './categories.js';
import { encoded, list, object, type Piece, whole } from './json-text.js';
import { MARKER_SCHEMA } from './marker-schema.js';
import { PRODUCT } from './product.js';
import { fileName, SharedTables } from './shared-tables.js';
import { ThreadWriter } from './thread-writer.js';
import { GECKO_NEWEST, WRITTEN } from './versions.js';

/**
 * Writes the processed format. What it has no place for is in fields of ours, which the profiler passes over:
 * `stackscope` of a thread, and more of a marker's data than its schema shows.
 */
export function* writeFirefox(profile: Profile): Generator<Uint8Array> {
  const shared = new SharedTables(profile);
  const threads = new ThreadWriter(profile, shared);
  yield* encoded(
    object({
      meta: whole(metaOf(profile)),
      libs: libs(profile),
      // Markers name texts, so these come first.
      threads: threads.pieces(),
      shared: lazily(() => shared.pieces()),
    }),
  );
}

/** Begins when it is asked for its first piece. */
function* lazily(pieces: () => Iterable<Piece>): Generator<Piece> {
  yield* pieces();
}

function metaOf({ info, series }: Profile): object {
  return {
    interval: info.frequencyHz > 0 ? 1000 / info.frequencyHz : 1,
    startTime: info.startedMs,
    profilingStartTime: 0,
    profilingEndTime: info.durationUs / 1000,
    processType: 0,
    product: PRODUCT,
    stackscope: { frequencyHz: info.frequencyHz },
    stackwalk: 1,
    version: GECKO_NEWEST,
    preprocessedProfileVersion: WRITTEN,
    ...(info.command !== null && { arguments: info.command }),
    symbolicated: true,
    sourceCodeIsNotOnSearchfox: true,
    usesOnlyOneStackType: true,
    ...(series.some(({ cpu, unit }) => cpu !== undefined || unit === Unit.CpuNs) && {
      sampleUnits: { time: 'ms', eventDelay: 'ms', threadCPUDelta: 'ns' },
    }),
    categories: CATEGORIES,
    markerSchema: MARKER_SCHEMA,
  };
}

/** The profile's mappings but the first, which is none. */
function libs({ mappings }: Profile): Generator<Piece> {
  return list(mappings.length - 1, (row) => {
    const path = mappings.path(row + 1);
    const name = fileName(path);
    return {
      arch: '',
      name,
      path,
      debugName: name,
      debugPath: path,
      breakpadId: '',
      codeId: mappings.buildId(row + 1) || null,
    };
  });
}
