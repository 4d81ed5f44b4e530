import { byteSize } from '../byte-size.js';
import { refuseSameFile, type Write, writeOutput } from '../output-file.js';
import { tell } from '../terminal.js';
import { openBrowser } from './browser.js';
import { writePage } from './page.js';
import { holdRecording } from './recording-bytes.js';
import { serve } from './server.js';

export interface ViewOptions {
  readonly output?: string;
  readonly port?: number;
  readonly open: boolean;
}

/** Writes a page with the recordings in it, or serves them until it is told to end. */
export async function viewRecordings(files: readonly string[], options: ViewOptions): Promise<void> {
  if (options.output !== undefined) return writeReport(files, options.output);
  const recordings = [];
  for (const file of files) recordings.push(await holdRecording(file));
  const server = await serve(recordings, options.port ?? 0);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => server.close());
  const opens = options.open && (await openBrowser(server.address));
  tell(`${opens ? 'Opened' : 'Open'} ${server.address}`);
  tell('Ctrl-C ends it.');
  await server.closed;
}

/** Writes one page with the recordings in it. */
export async function writeReport(files: readonly string[], output: string): Promise<void> {
  for (const file of files) await refuseSameFile(file, output);
  let bytes = 0;
  await writeOutput(output, async (write) => {
    const counted: Write = (piece) => {
      bytes += piece.length;
      return write(piece);
    };
    await writePage(files, counted);
  });
  if (output !== '-') tell(`Wrote ${output} (${byteSize(bytes)}): open it in a browser, or mail it.`);
}
