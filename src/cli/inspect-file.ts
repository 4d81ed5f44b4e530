import type { PerfDataSummary } from '../formats/perf-data/index.js';
import { blockSource } from '../formats/stackscope.js';
import { BLOCK_HEADER_LENGTH, BlockType, fileVersion } from '../profile/file/blocks.js';
import { readRecording } from '../profile/file/recording-reader.js';
import { Profile } from '../profile/profile.js';
import { nodeCodec } from './codec.js';
import { inspectionText } from './inspection-text.js';
import { formatOf } from './open-profile.js';
import { type ProfileFacts, profileFacts } from './profile-facts.js';
import { type OpenSource, openSource } from './source.js';
import { outputWidth, visibleJson } from './terminal.js';

/** The blocks of one type in a .stackscope file. */
interface BlockCount {
  readonly type: string;
  blocks: number;
  /** Bytes in the file, headers included. */
  bytes: number;
  /** Bytes once unpacked. */
  rawBytes: number;
}

export interface Inspection {
  readonly name: string;
  readonly format: string;
  /** Of the file; null for a stream. */
  readonly bytes: number | null;
  /** Of a .stackscope file only. */
  readonly version?: number | undefined;
  readonly blocks?: readonly BlockCount[];
  /** Of a perf.data only: what it holds before anything is named. */
  readonly perfData?: PerfDataSummary;
  /** Of all others: the profile that it is read into. */
  readonly profile?: ProfileFacts;
}

/** Prints what is in a file of any format that is read. */
export async function inspect(path: string, options: { json?: boolean }): Promise<void> {
  const source = await openSource(path);
  try {
    const found = await inspection(source);
    const width = process.stdout.isTTY ? outputWidth(process.stdout) : Number.POSITIVE_INFINITY;
    process.stdout.write(options.json ? asJson(found) : inspectionText(found, width));
  } finally {
    await source.close();
  }
}

async function inspection(source: OpenSource): Promise<Inspection> {
  const format = formatOf(source);
  const file = { name: source.name, format: format.name, bytes: source.size ?? null };
  if (format.name === 'stackscope') return { ...file, ...(await inspectRecording(source)) };
  if (format.name === 'perf-data') {
    const { inspectPerfData } = await import('../formats/perf-data/index.js');
    return { ...file, perfData: await inspectPerfData(source) };
  }
  const profile = new Profile();
  await format.read(source, profile, { codec: nodeCodec, onBatch: drain });
  return { ...file, profile: profileFacts(profile) };
}

async function inspectRecording(source: OpenSource): Promise<Partial<Inspection>> {
  const byType = new Map<BlockType, BlockCount>();
  const profile = await readRecording(await blockSource(source), nodeCodec, {
    onBatch: drain,
    onBlock: ({ type, length, rawLength }) => {
      const count = byType.get(type) ?? {
        type: BlockType[type].toLowerCase(),
        blocks: 0,
        bytes: 0,
        rawBytes: 0,
      };
      count.blocks++;
      count.bytes += length + BLOCK_HEADER_LENGTH;
      count.rawBytes += rawLength;
      byType.set(type, count);
    },
  });
  return { version: fileVersion(source.head), blocks: [...byType.values()], profile: profileFacts(profile) };
}

async function drain({ series }: Profile): Promise<void> {
  for (const each of series) each.drain();
}

function asJson(found: Inspection): string {
  return `${visibleJson(found)}\n`;
}
