import { createRequire } from 'node:module';
import { constants } from 'node:os';

/** Signals that end a program that does not listen to them, and that it may send or be sent in the ordinary way. */
const { signals } = constants;
const SIGNALS = [signals.SIGHUP, signals.SIGINT, signals.SIGQUIT, signals.SIGUSR2, signals.SIGTERM];

interface SignalHandle {
  onsignal: (signal: number) => void;
  start(signal: number): number;
  close(): void;
}

/**
 * Hears of signals on the streamer's thread, beside the program and whether or not it is busy: libuv delivers a
 * signal to every loop that asks. `process.on` would take the signal away from a program in a long computation.
 * Node has no public way to do it, hence `--expose-internals`, which is granted to the streamer's thread alone.
 */
export class Signals {
  private readonly handles: SignalHandle[] = [];

  listen(heard: (signal: number) => void): void {
    process.emitWarning = () => {};
    const { internalBinding } = createRequire(import.meta.url)('internal/test/binding') as {
      internalBinding(name: string): { Signal: new () => SignalHandle };
    };
    const { Signal } = internalBinding('signal_wrap');
    for (const signal of SIGNALS) {
      const handle = new Signal();
      handle.onsignal = heard;
      handle.start(signal);
      this.handles.push(handle);
    }
  }

  /** Gives every signal its default action back, where the program has no listener of its own. */
  close(): void {
    for (const handle of this.handles.splice(0)) handle.close();
  }
}
