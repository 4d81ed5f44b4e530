import { UserError } from '../../profile/errors.js';
import { TEXT_LIMITS } from './limits.js';

const FIRST_CAPACITY = 256;

/** The frames of the stack being read, callee first. */
export class FrameList {
  frames = new Uint32Array(FIRST_CAPACITY);
  count = 0;

  /** `line` is where it stands, for the message when there are too many. */
  push(frame: number, line: number): void {
    if (this.count === this.frames.length) this.grow(line);
    this.frames[this.count++] = frame;
  }

  private grow(line: number): void {
    if (this.count >= TEXT_LIMITS.stackFrames) throw tooDeep(line);
    const grown = new Uint32Array(this.count * 2);
    grown.set(this.frames);
    this.frames = grown;
  }
}

export function tooDeep(line: number): UserError {
  return new UserError(
    'TEXT_STACK_TOO_DEEP',
    `Line ${line}: a stack of more than ${TEXT_LIMITS.stackFrames} frames, which no profiler writes.`,
  );
}
