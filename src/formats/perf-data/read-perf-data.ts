import { readFileSync } from 'node:fs';
import { arch } from 'node:os';
import type { Profile } from '../../profile/profile.js';
import { TaskRows } from '../../profile/task-rows.js';
import type { ReadOptions, Source } from '../format.js';
import { launchedCommand } from '../launched-command.js';
import type { AddressNamer } from './address-namer.js';
import { SampleBit } from './event-attr.js';
import type { Events } from './events.js';
import { readFeatureSections } from './feature-sections.js';
import { HeadedSource } from './headed-source.js';
import { type FileHeader, headerLength, PIPE_HEADER_BYTES, parseFileAttrs, parseHeader } from './header.js';
import { PerfDataReader } from './perf-data-reader.js';
import type { RecordingMetadata } from './recording-metadata.js';

export interface PerfReadOptions extends ReadOptions {
  readonly symbolizer: AddressNamer;
  /** ns of CLOCK_MONOTONIC that are time 0; by default those of the first record. */
  readonly startNs?: number;
  /** By default rows of its own. */
  readonly rows?: TaskRows;
  /** The recording is made now, on this machine. */
  readonly live?: boolean;
}

/**
 * Fills `profile` with the recording in `source`, a file or perf's output while it runs; in bounded memory when
 * `onBatch` drains the series. A cut or damaged recording is read up to there, with a note.
 * @throws UserError when it is no perf.data, or its header makes no sense
 */
export async function readPerfData(
  source: Source,
  profile: Profile,
  options: PerfReadOptions,
): Promise<void> {
  const input = new HeadedSource(source);
  const header = await readHeader(input, source.name);
  const reader = new PerfDataReader(profile, {
    namer: options.symbolizer,
    bigEndian: header.bigEndian,
    offset: header.data.offset,
    startNs: options.startNs,
    rows: options.rows ?? new TaskRows(profile),
    kernelMaxStack: options.live ? kernelMaxStack() : undefined,
    onBatch: options.onBatch,
  });
  await readSections(input, source, header, reader.metadata);
  const end = dataEnd(header);
  await input.forEachPiece(header.data.offset, end, (bytes) => reader.feed(bytes));
  await reader.end(end === Number.POSITIVE_INFINITY ? undefined : end);
  describe(profile, reader);
  noteWhatIsMissing(profile, reader.metadata.events);
  if (!options.live) noteOtherMachine(profile, reader.metadata.features.arch);
}

export async function readHeader(input: HeadedSource, name: string): Promise<FileHeader> {
  const length = headerLength(await input.head(PIPE_HEADER_BYTES), name);
  return parseHeader(await input.head(length), name);
}

/** Takes what a file says of itself in sections; a pipe has none. */
export async function readSections(
  input: HeadedSource,
  source: Source,
  header: FileHeader,
  metadata: RecordingMetadata,
): Promise<void> {
  if (header.pipe) return;
  const head = await input.head(header.data.offset);
  for (const attr of parseFileAttrs(head, header, source.name)) metadata.events.add(attr);
  for await (const [number, content] of readFeatureSections(source, header))
    metadata.takeFeature(number, content);
}

/** Where the records end: only what perf wrote at its own end tells. */
export function dataEnd({ data }: FileHeader): number {
  return data.size > 0 ? data.offset + data.size : Number.POSITIVE_INFINITY;
}

function kernelMaxStack(): number | undefined {
  try {
    return Number(readFileSync('/proc/sys/kernel/perf_event_max_stack', 'latin1')) || undefined;
  } catch {
    return undefined;
  }
}

/** Says how and when the recording was made, as far as it is not known already. */
function describe(profile: Profile, { metadata: { features, events }, clock }: PerfDataReader): void {
  const { info } = profile;
  if (info.engine === '') info.engine = 'perf';
  info.command ??= launchedCommand(features.commandLine ?? []);
  info.durationUs = Math.max(info.durationUs, clock.latest);
  const attr = events.first?.attr;
  if (info.frequencyHz === 0 && attr?.freq) info.frequencyHz = attr.periodOrFrequency;
  if (info.startedMs === 0 && features.clockData !== undefined && clock.startNs !== undefined) {
    const { wallNs, clockNs } = features.clockData;
    info.startedMs = Math.max(0, (wallNs - clockNs + clock.startNs) / 1e6);
  }
}

function noteWhatIsMissing({ quality }: Profile, events: Events): void {
  if (events.has(SampleBit.StackUser) || events.has(SampleBit.BranchStack)) {
    quality.note(
      'PERF_DATA_NOT_UNWOUND',
      'User stacks were recorded as memory or branches, which are not unwound: they end at the function that ran.',
      'Record with perf record --call-graph fp.',
    );
  } else if (events.first !== undefined && !events.has(SampleBit.Callchain)) {
    quality.note(
      'PERF_DATA_NO_CALLCHAINS',
      'Only the function that ran was recorded, without its callers.',
      'Record with perf record -g.',
    );
  }
}

/** `uname -m` of the machines that Node names otherwise. */
const MACHINES: Readonly<Record<string, string>> = {
  x64: 'x86_64',
  arm64: 'aarch64',
  ia32: 'i686',
  arm: 'armv7l',
};

function noteOtherMachine({ quality }: Profile, recordedArch: string | undefined): void {
  const here = MACHINES[arch()] ?? arch();
  if (recordedArch === undefined || recordedArch === here) return;
  quality.note(
    'PERF_DATA_OTHER_ARCH',
    `The recording is of an ${recordedArch} machine, this is ${here}: functions have names only where the same files are here.`,
    'Read it on the machine where it was made.',
  );
}
