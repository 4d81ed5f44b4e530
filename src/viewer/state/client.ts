import type { Message, Questions } from '../worker/protocol.js';
import InlineWorker from '../worker/worker.js?worker&inline';

/** A failure of the worker; `code` as in docs/errors.md, '' for a defect of ours. */
export class WorkerFailure extends Error {
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message);
  }
}

/** The worker that holds the recording: what is slow happens there, so that the page never freezes. */
export class Client {
  private worker = this.start();
  private nextId = 1;
  private readonly waiting = new Map<number, PromiseWithSettlers>();

  constructor(private readonly onProgress: (share: number) => void) {}

  ask<Name extends keyof Questions>(
    ask: Name,
    options: Parameters<Questions[Name]>[0],
  ): Promise<ReturnType<Questions[Name]>> {
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve as (answer: unknown) => void, reject });
      this.worker.postMessage({ id, ask, options });
    });
  }

  /** Ends whatever it does and forgets the recording. */
  restart(): void {
    this.worker.terminate();
    this.fail('it was cancelled');
    this.worker = this.start();
  }

  private start(): Worker {
    const worker = new InlineWorker();
    worker.onmessage = ({ data }: MessageEvent<Message>) => this.take(data);
    worker.onerror = ({ message }) => this.fail(message || 'the worker could not be started');
    return worker;
  }

  private take(message: Message): void {
    if ('progress' in message) {
      this.onProgress(message.progress);
      return;
    }
    const settlers = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if ('failure' in message) settlers?.reject(new WorkerFailure(message.failure, message.code));
    else settlers?.resolve(message.answer);
  }

  private fail(reason: string): void {
    for (const { reject } of this.waiting.values()) reject(new WorkerFailure(reason, ''));
    this.waiting.clear();
  }
}

interface PromiseWithSettlers {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}
