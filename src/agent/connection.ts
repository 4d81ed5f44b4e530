import type inspector = require('node:inspector');

/** What an inspector method answers; the few fields we read. */
export interface Answer {
  readonly result?: { readonly objectId?: string; readonly value?: unknown };
  readonly exceptionDetails?: unknown;
}

/** The inspector of one thread: calls go out, notifications come in. */
export interface Connection {
  call(method: string, params?: object): Promise<Answer>;
  onNotification: (method: string, params: unknown) => void;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly error?: { readonly message: string };
  readonly result?: Answer;
}

/** The main thread, through a session that was connected to it. */
export function mainConnection(session: inspector.Session): Connection {
  const connection: Connection = {
    call: (method, params) =>
      new Promise((resolve, reject) => {
        session.post(method, params, (error, answer) => (error ? reject(error) : resolve(answer as Answer)));
      }),
    onNotification: () => {},
  };
  session.on('inspectorNotification', (message) => {
    const { method, params } = message as Message;
    connection.onNotification(method ?? '', params);
  });
  return connection;
}

/** A worker thread: its messages travel through the main thread's inspector, as text. */
export class WorkerConnection implements Connection {
  onNotification: Connection['onNotification'] = () => {};
  private lastId = 0;
  private readonly waiting = new Map<
    number,
    { resolve: (answer: Answer) => void; reject: (error: Error) => void }
  >();

  constructor(
    private readonly main: Connection,
    private readonly sessionId: string,
  ) {}

  call(method: string, params: object = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const id = ++this.lastId;
      this.waiting.set(id, { resolve, reject });
      const message = JSON.stringify({ id, method, params });
      this.main.call('NodeWorker.sendMessageToWorker', { sessionId: this.sessionId, message }).catch(reject);
    });
  }

  receive(text: string): void {
    const message = JSON.parse(text) as Message;
    if (message.id === undefined) {
      this.onNotification(message.method ?? '', message.params);
      return;
    }
    const call = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if (message.error) call?.reject(new Error(message.error.message));
    else call?.resolve(message.result ?? {});
  }

  /** The worker is gone: nothing that was asked will be answered. */
  close(): void {
    for (const { reject } of this.waiting.values()) reject(new Error('the worker has ended'));
    this.waiting.clear();
  }
}
