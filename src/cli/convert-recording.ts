import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { combineProfiles } from '../analysis/combine/index.js';
import type { Format, WriteOptions } from '../formats/format.js';
import { holdingsOf } from '../formats/holdings.js';
import { FORMATS } from '../formats/index.js';
import type { FlameGraphOptions } from '../formats/svg/options.js';
import { UserError } from '../profile/errors.js';
import { RecordingWriter } from '../profile/file/recording-writer.js';
import type { Profile } from '../profile/profile.js';
import { byteSize } from './byte-size.js';
import { nodeCodec } from './codec.js';
import { EXIT } from './exit-codes.js';
import { writeFormatList } from './format-list.js';
import { openProfile } from './open-profile.js';
import { refuseSameFile, type Write, writeOutput } from './output-file.js';
import { tell } from './terminal.js';
import { writeReport } from './view/view-recordings.js';
import type { ViewFlags } from './view-options.js';
import { viewed, viewOptions } from './view-recording.js';
import { writeProfile } from './write-profile.js';

type Writable = Format & Required<Pick<Format, 'write'>>;

/** The viewer with the recordings in it: no format of a profile, for it is never read back. */
const HTML = { name: 'html', extensions: ['.html'], write: undefined } as const;
type Output = Writable | typeof HTML;

export interface ConvertOptions extends ViewFlags, Pick<FlameGraphOptions, 'title' | 'colors' | 'inverted'> {
  readonly list?: boolean;
  readonly format?: string;
  readonly output?: string;
  readonly from?: string;
  readonly merge?: boolean;
  readonly legacy?: boolean;
}

/** Reads `inputs` and writes them as one in the format that `format` names or the suffix of `output` tells. */
export async function convert(inputs: readonly string[], options: ConvertOptions): Promise<void> {
  if (options.list) return writeFormatList(process.stdout);
  if (inputs.length === 0) throw usage("missing required argument 'files'");
  if (options.merge && inputs.length === 1) throw usage('--merge needs several files');
  if (inputs.filter((input) => input === '-').length > 1) throw usage('standard input can be read only once');
  const format = outputFormat(options);
  const output = options.output ?? (process.stdout.isTTY ? besideName(inputs[0], format) : '-');
  if (format.write === undefined) return writeReport(inputs, output);
  for (const input of inputs) await refuseSameFile(input, output);
  let bytes = 0;
  const profile = await writeOutput(output, (write) => {
    const counted: Write = (piece) => {
      bytes += piece.length;
      return write(piece);
    };
    const isPlain = inputs.length === 1 && viewOptions(options) === undefined;
    return format.name === 'stackscope' && isPlain
      ? stream(inputs[0], options, counted)
      : whole(inputs, options, format, counted);
  });
  const samples = profile.series.reduce((sum, { sampleCount }) => sum + sampleCount, 0);
  const place = output === '-' ? '' : ` to ${output}`;
  tell(`Wrote ${samples.toLocaleString('en-US')} samples${place} (${byteSize(bytes)}).`);
}

/** To our own format it is written while it is read, so that memory does not grow with the samples. */
async function stream(input: string, { from }: ConvertOptions, write: Write): Promise<Profile> {
  const writer = new RecordingWriter(write, nodeCodec);
  const profile = await openProfile(input, {
    ...(from !== undefined && { from }),
    onBatch: (partial) => writer.append(partial),
  });
  await writer.finish(profile);
  return profile;
}

async function whole(
  inputs: readonly string[],
  options: ConvertOptions,
  format: Writable,
  write: Write,
): Promise<Profile> {
  const { profile, view } = viewed(await readAll(inputs, options), options);
  if (view !== undefined) noteView(profile, view);
  for await (const piece of writeProfile(profile, format.name, writeOptions(options))) await write(piece);
  tellLosses(profile, format);
  return profile;
}

async function readAll(inputs: readonly string[], { from, merge = false }: ConvertOptions): Promise<Profile> {
  const profiles: { name: string; profile: Profile }[] = [];
  for (const input of inputs) {
    const profile = await openProfile(input, from === undefined ? {} : { from });
    profiles.push({ name: input === '-' ? 'standard input' : basename(input), profile });
  }
  if (profiles.length === 1) return profiles[0].profile;
  tell(
    merge
      ? `Summed up ${inputs.length} recordings: processes of the same command are one.`
      : `${inputs.length} recordings side by side, each with its own processes; --merge sums them up.`,
  );
  return combineProfiles(profiles, { merge });
}

/** A file that was made through a view tells so wherever it goes. */
function noteView({ quality }: Profile, view: { foldedWeight: number; leftOutSamples: number }): void {
  if (view.leftOutSamples > 0) {
    const message = `${view.leftOutSamples.toLocaleString('en-US')} samples of the recording were left out by --focus or --drop`;
    quality.note('VIEW_LEFT_OUT', message, 'Look at the recording that this was made from.');
  }
  if (view.foldedWeight > 0) {
    const message = 'frames of the recording were hidden or made one: their time is their caller’s';
    quality.note('VIEW_FOLDED', message, 'Look at the recording that this was made from.');
  }
}

/** What the format cannot hold of what the recording has. */
function tellLosses(profile: Profile, { name, holds }: Writable): void {
  const lost = [...holdingsOf(profile)].filter((holding) => !holds.has(holding));
  if (lost.length > 0) tell(`Not in ${name}: ${lost.join(', ')}.`);
}

function writeOptions({ legacy, title, colors, inverted }: ConvertOptions): WriteOptions {
  const flameGraph = {
    ...(title !== undefined && { title }),
    ...(colors !== undefined && { colors }),
    ...(inverted !== undefined && { inverted }),
  };
  return { flameGraph, ...(legacy !== undefined && { legacy }) };
}

function outputFormat({ format, output }: ConvertOptions): Output {
  const writable: Output[] = [...FORMATS.filter((each): each is Writable => each.write !== undefined), HTML];
  const names = writable.map(({ name }) => name).join(', ');
  if (format !== undefined) {
    const named = writable.find(({ name }) => name === format);
    if (named !== undefined) return named;
    throw usage(`there is no format '${format}' to write: choose one of ${names}`);
  }
  const bySuffix = writable.find(({ extensions }) => extensions.some((suffix) => output?.endsWith(suffix)));
  if (bySuffix !== undefined) return bySuffix;
  throw usage(`name the format with -f, one of ${names}, or by the suffix of -o`);
}

/** The name for the output when none was given: in this folder, never over a file that is there. */
function besideName(input: string, { extensions }: Output): string {
  const plain = input === '-' ? 'recording' : basename(input).replace(/\.(?:gz|zst)$/, '');
  const known = FORMATS.flatMap((format) => format.extensions).find((suffix) => plain.endsWith(suffix));
  const name = `${known === undefined ? plain : plain.slice(0, -known.length)}${extensions[0]}`;
  if (existsSync(name)) throw usage(`${name} is there already: name the output with -o`);
  return name;
}

function usage(message: string): UserError {
  return new UserError('USAGE', `convert: ${message}.`, EXIT.usage);
}
