import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { Format } from '../formats/format.js';
import { FORMATS } from '../formats/index.js';
import { UserError } from '../profile/errors.js';
import { RecordingWriter } from '../profile/file/recording-writer.js';
import type { Profile } from '../profile/profile.js';
import { byteSize } from './byte-size.js';
import { nodeCodec } from './codec.js';
import { EXIT } from './exit-codes.js';
import { openProfile } from './open-profile.js';
import { refuseSameFile, type Write, writeOutput } from './output-file.js';
import { tell } from './terminal.js';
import { writeReport } from './view/view-recordings.js';

type Writable = Format & Required<Pick<Format, 'write'>>;

/** The viewer with the recording in it: no format of a profile, for it is never read back. */
const HTML = { name: 'html', extensions: ['.html'], write: undefined } as const;
type Output = Writable | typeof HTML;

/** Reads `input` and writes it in the format that `format` names or the suffix of `output` tells. */
export async function convert(input: string, options: { format?: string; output?: string }): Promise<void> {
  const format = outputFormat(options);
  const output = options.output ?? (process.stdout.isTTY ? besideName(input, format) : '-');
  if (format.write === undefined) return writeReport([input], output);
  await refuseSameFile(input, output);
  let bytes = 0;
  const profile = await writeOutput(output, (write) => {
    const counted: Write = (piece) => {
      bytes += piece.length;
      return write(piece);
    };
    return format.name === 'stackscope' ? stream(input, counted) : whole(input, format, counted);
  });
  const samples = profile.series.reduce((sum, { sampleCount }) => sum + sampleCount, 0);
  const place = output === '-' ? '' : ` to ${output}`;
  tell(`Wrote ${samples.toLocaleString('en-US')} samples${place} (${byteSize(bytes)}).`);
}

/** To our own format it is written while it is read, so that memory does not grow with the samples. */
async function stream(input: string, write: Write): Promise<Profile> {
  const writer = new RecordingWriter(write, nodeCodec);
  const profile = await openProfile(input, { onBatch: (partial) => writer.append(partial) });
  await writer.finish(profile);
  return profile;
}

async function whole(input: string, format: Writable, write: Write): Promise<Profile> {
  const profile = await openProfile(input);
  for await (const piece of format.write(profile, { codec: nodeCodec })) await write(piece);
  return profile;
}

function outputFormat({ format, output }: { format?: string; output?: string }): Output {
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
