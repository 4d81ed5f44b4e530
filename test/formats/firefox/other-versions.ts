/* What the tables of other versions of the processed format look like, made from one that we wrote. */

type Column = unknown[];
type Table = Record<string, Column> & { length: unknown };
interface Shared {
  stackTable: Table;
  frameTable: Table;
  funcTable: Table;
  resourceTable: Table;
  nativeSymbols: Table;
  sources: Table;
  stringArray: string[];
}
export interface File {
  meta: Record<string, unknown>;
  libs: object[];
  shared: Partial<Shared>;
  threads: (Record<string, unknown> & { samples: Table; markers: Table })[];
}

/** Changes a file of version 60 into one of another version, by what docs-developer/CHANGELOG-formats.md says. */
export function asVersion(written: File, version: number): File {
  const file = structuredClone(written);
  file.meta['preprocessedProfileVersion'] = version;
  if (version < 54) addImplementation(file);
  if (version < 55) nameSchemaData(file);
  if (version < 58) nameFiles(file);
  if (version < 60) giveThreadsTables(file, version);
  if (version >= 50 && version !== 60) useTimeDeltas(file);
  if (version >= 61) describeSources(file);
  if (version >= 64) addOriginalLocations(file);
  if (version >= 66) usePrefixOffsets(file);
  if (version >= 70) moveLibs(file);
  return file;
}

const filled = (table: Table, value: unknown): Column =>
  Array.from({ length: table.length as number }, () => value);

function addImplementation({ shared }: File): void {
  shared.frameTable!['implementation'] = filled(shared.frameTable!, null);
}

function nameSchemaData({ meta }: File): void {
  meta['markerSchema'] = (meta['markerSchema'] as { fields: unknown }[]).map(({ fields, ...schema }) => ({
    ...schema,
    data: fields,
  }));
}

/** Before 58 functions named their files themselves. */
function nameFiles({ shared }: File): void {
  const { source } = shared.funcTable!;
  shared.funcTable!['fileName'] = source.map((row) =>
    row === null ? null : shared.sources!['filename'][row as number],
  );
  delete shared.funcTable!['source'];
  delete shared.sources;
}

/** Before 60 each thread had all tables but the texts, before 56 these too. */
function giveThreadsTables(file: File, version: number): void {
  const { stringArray, sources, ...tables } = file.shared;
  for (const thread of file.threads) {
    Object.assign(thread, structuredClone(tables));
    if (version < 56) thread['stringArray'] = stringArray;
  }
  file.shared = { ...(version >= 56 && { stringArray }), ...(version >= 58 && { sources }) };
}

function useTimeDeltas({ threads }: File): void {
  for (const { samples } of threads) {
    const times = samples['time'] as number[];
    samples['timeDeltas'] = times.map((time, i) => time - (i === 0 ? 0 : times[i - 1]));
    delete samples['time'];
  }
}

function describeSources({ shared }: File): void {
  const table = shared.sources!;
  table['id'] = table['uuid'];
  delete table['uuid'];
  Object.assign(table, {
    startLine: filled(table, 1),
    startColumn: filled(table, 1),
    sourceMapURL: filled(table, null),
    content: filled(table, null),
  });
}

function addOriginalLocations({ shared }: File): void {
  for (const table of [shared.frameTable!, shared.funcTable!])
    table['originalLocation'] = filled(table, null);
  Object.assign(shared, { sourceLocationTable: { source: [], line: [], column: [], length: 0 } });
}

function usePrefixOffsets({ shared }: File): void {
  const table = shared.stackTable!;
  table['prefixOffset'] = table['prefix'].map((prefix, row) =>
    prefix === null ? 0 : row - (prefix as number),
  );
  delete table['prefix'];
}

/** Since 70 frames name their libraries, not the resources of their functions. */
function moveLibs({ shared }: File): void {
  const { resource } = shared.funcTable!;
  const { lib } = shared.resourceTable!;
  shared.frameTable!['lib'] = shared.frameTable!['func'].map(
    (func) => lib[resource[func as number] as number] ?? -1,
  );
  delete shared.resourceTable!['lib'];
}
