import type { RecordingControl } from '../capture/record.js';
import { isFromTerminal } from '../capture/terminal.js';

const ENDING: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];
const PASSED_ON: readonly NodeJS.Signals[] = ['SIGUSR1', 'SIGUSR2'];

/**
 * What signals to us mean while a program is recorded. The first that asks for the end goes to the program, as
 * it would have without us, and we wait for it; the second kills the program; the third drops the report.
 */
export class RecordSignals {
  private count = 0;
  private control: RecordingControl | undefined;
  private early: NodeJS.Signals | undefined;

  constructor(private readonly say: (message: string) => void) {
    for (const signal of ENDING) process.on(signal, this.end);
    for (const signal of PASSED_ON) process.on(signal, this.passOn);
  }

  get dropsReport(): boolean {
    return this.count >= 3;
  }

  /** The program is there; one that was asked to end before it began is asked now. */
  attach(control: RecordingControl): void {
    this.control = control;
    if (this.early !== undefined) control.signal(this.early);
  }

  private readonly end = (signal: NodeJS.Signals): void => {
    this.count++;
    if (this.count === 1) {
      if (this.control === undefined) this.early = signal;
      else if (!isFromTerminal(signal)) this.control.signal(signal);
    } else if (this.count === 2) {
      this.say('killing the program; once more drops the report');
      this.control?.kill();
    }
  };

  private readonly passOn = (signal: NodeJS.Signals): void => this.control?.signal(signal);
}
