import { FORMATS } from '../../formats/index.js';
import { UserError } from '../../profile/errors.js';
import { bytesOfBase64 } from './base64.js';
import { browserCodec } from './codec.js';
import { openRecording } from './open-recording.js';
import type { Message, Question, Questions } from './protocol.js';
import { Recording } from './recording.js';

/** What of a worker's global scope is used: the types of pages and of workers do not go together. */
interface Scope {
  postMessage(message: Message, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent<Question>) => void) | null;
}
const scope = globalThis as unknown as Scope;

let recording: Recording | undefined;

type Answers = { [Name in keyof Questions]: (options: Parameters<Questions[Name]>[0]) => unknown };

const ANSWERS: Answers = {
  open: async ({ name, file }) => {
    recording = undefined;
    const blob = typeof file === 'string' ? bytesOfBase64(file) : file;
    const onProgress = (progress: number) => scope.postMessage({ progress });
    recording = new Recording(name, await openRecording(name, blob, onProgress));
    return recording.facts();
  },
  view: (options) => opened().view(options),
  overview: (options) => opened().overview(options),
  chart: (options) => opened().chart(options),
  find: (pattern) => opened().find(pattern),
  write: async ({ format }) => {
    const pieces: BlobPart[] = [];
    const { write } = FORMATS.find(({ name }) => name === format)!;
    for await (const piece of write!(opened().profile, { codec: browserCodec })) {
      pieces.push(piece.slice() as BlobPart);
    }
    return new Blob(pieces);
  },
};

function opened(): Recording {
  if (recording === undefined) throw new Error('no recording is open');
  return recording;
}

/** Questions are answered one after the other: a view must not see half of the next recording. */
let queue: Promise<void> = Promise.resolve();
scope.onmessage = ({ data }) => {
  queue = queue.then(() => answer(data));
};

async function answer({ id, ask, options }: Question): Promise<void> {
  try {
    const result = await (ANSWERS[ask] as (options: unknown) => unknown)(options);
    scope.postMessage({ id, answer: result }, buffersIn(result));
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    scope.postMessage({ id, failure, code: error instanceof UserError ? error.code : '' });
  }
}

/** The memory of typed arrays up to two levels down, which is handed over instead of copied. */
function buffersIn(result: unknown, levels = 2): ArrayBuffer[] {
  if (ArrayBuffer.isView(result)) return [result.buffer as ArrayBuffer];
  if (levels === 0 || typeof result !== 'object' || result === null || result instanceof Blob) return [];
  if (Array.isArray(result) && typeof result[0] === 'string') return [];
  return Object.values(result).flatMap((value) => buffersIn(value, levels - 1));
}
