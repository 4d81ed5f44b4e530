import { get } from 'node:http';
import type { Socket } from 'node:net';
import type { InspectorPlace } from './inspector-port.js';
import { WebSocketClient } from './web-socket.js';

/** A program in an endless loop does not come to closing it. */
const CLOSE_LIMIT_MS = 2000;

interface Answer {
  readonly result?: { readonly value?: unknown; readonly objectId?: string };
  readonly exceptionDetails?: {
    readonly text?: string;
    readonly exception?: { readonly description?: string };
  };
}

interface Message {
  readonly id?: number;
  readonly error?: { readonly message: string };
  readonly result?: Answer;
}

/** The inspector of another process, as far as it is asked to evaluate something in the main thread. */
export class InspectorClient {
  private lastId = 0;
  private readonly waiting = new Map<
    number,
    { resolve: (answer: Answer) => void; reject: (error: Error) => void }
  >();

  private constructor(private readonly socket: WebSocketClient) {
    socket.onText = (text) => this.receive(text);
    socket.onClose = () => {
      for (const { reject } of this.waiting.values()) reject(new Error('the inspector was closed'));
      this.waiting.clear();
    };
  }

  /** @throws when there is no inspector */
  static async connect({ connect }: InspectorPlace, limitMs: number): Promise<InspectorClient> {
    const [target] = JSON.parse(await fetchText(connect, '/json/list', limitMs)) as { id: string }[];
    return new InspectorClient(await WebSocketClient.open(connect(), `/${target.id}`, limitMs));
  }

  /**
   * The value of an expression, which has `require`, in the main thread; it interrupts what runs there.
   * @throws `Unanswered` when the thread does not come to it in time, an Error when the expression throws
   */
  async evaluate(expression: string, limitMs: number): Promise<unknown> {
    const params = { expression, includeCommandLineAPI: true, returnByValue: true, silent: true };
    return (await this.ask('Runtime.evaluate', params, limitMs))?.value;
  }

  /**
   * What the function that an expression gives returns for some values. V8 keeps every text that was evaluated until
   * memory is short: one text, whatever the values, is kept once.
   */
  async call(expression: string, values: readonly unknown[], limitMs: number): Promise<unknown> {
    const found = { expression, includeCommandLineAPI: true, silent: true };
    const func = await this.ask('Runtime.evaluate', found, limitMs);
    const params = {
      objectId: func?.objectId,
      functionDeclaration: 'function (...values) { return this(...values); }',
      arguments: values.map((value) => ({ value })),
      returnByValue: true,
      silent: true,
    };
    return (await this.ask('Runtime.callFunctionOn', params, limitMs))?.value;
  }

  private async ask(method: string, params: object, limitMs: number): Promise<Answer['result']> {
    const id = ++this.lastId;
    const answered = new Promise<Answer>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      const timer = setTimeout(() => reject(new Unanswered()), limitMs);
      timer.unref();
    });
    this.socket.send(JSON.stringify({ id, method, params }));
    const { result, exceptionDetails } = await answered;
    if (!exceptionDetails) return result;
    const { text, exception } = exceptionDetails;
    throw new Error(exception?.description?.split('\n')[0] ?? text ?? 'it threw');
  }

  /** @param isStopping whether the inspector as a whole is being closed by its own process */
  async close(isStopping: boolean): Promise<void> {
    if (isStopping) await this.socket.awaitClose(CLOSE_LIMIT_MS);
    else this.socket.close();
  }

  private receive(text: string): void {
    const { id, error, result } = JSON.parse(text) as Message;
    const call = this.waiting.get(id ?? 0);
    this.waiting.delete(id ?? 0);
    if (error) call?.reject(new Error(error.message));
    else call?.resolve(result ?? {});
  }
}

/** The main thread is busy with something that cannot be interrupted. */
export class Unanswered extends Error {}

/** Whether an inspector of Node answers there. */
export async function isInspector(connect: () => Socket, limitMs: number): Promise<boolean> {
  try {
    const { Browser } = JSON.parse(await fetchText(connect, '/json/version', limitMs)) as {
      Browser?: unknown;
    };
    return String(Browser).startsWith('node.js/');
  } catch {
    return false;
  }
}

function fetchText(connect: () => Socket, path: string, limitMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const asking = get({ path, createConnection: connect }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
        if (text.length > 65_536) asking.destroy(new Error('it is no inspector'));
      });
      response.on('end', () => resolve(text));
    });
    asking.setTimeout(limitMs, () => asking.destroy(new Error('it does not answer')));
    asking.on('error', reject);
  });
}
