import { byteSize } from './byte-size.js';
import { tell } from './terminal.js';

/** Our own words, on stderr: one line each, and on a terminal a last line that is written over. */
export class Words {
  /** Size of the recording so far. */
  bytes = 0;
  private showsProgress = false;

  constructor(private readonly isQuiet: boolean) {}

  say(message: string): void {
    this.clear();
    if (!this.isQuiet) tell(`stackscope: ${message}`);
  }

  progress(elapsedMs: number, samples: number): void {
    if (this.isQuiet || !process.stderr.isTTY) return;
    const seconds = (elapsedMs / 1000).toFixed(1);
    process.stderr.write(`\r\x1b[K${seconds} s, ${samples} samples, ${byteSize(this.bytes)}`);
    this.showsProgress = true;
  }

  clear(): void {
    if (this.showsProgress) process.stderr.write('\r\x1b[K');
    this.showsProgress = false;
  }
}
