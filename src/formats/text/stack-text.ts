import type { FrameId } from '../../profile/frames.js';
import type { Profile } from '../../profile/profile.js';
import type { ReadOptions } from '../format.js';
import { CodeFrames, type CodeText } from './code-frames.js';
import { FrameList } from './frame-list.js';
import { SampleIntake } from './sample-intake.js';
import { decode, withoutLineEnd } from './text-bytes.js';
import type { TextEvent, TextThread } from './text-tasks.js';
import { UnreadLines } from './unread-lines.js';

const NEWLINE = 0x0a;
/** So many distinct frame lines are remembered. */
const MAX_KNOWN = 65_536;

/** What DTrace's and bpftrace's texts have in common: stacks of one frame a line, callee first. */
export class StackText {
  readonly intake: SampleIntake;
  readonly unread = new UnreadLines();
  lineNumber = 0;
  private readonly code: CodeFrames;
  private readonly list = new FrameList();
  private readonly known = new Map<string, FrameId>();

  constructor(
    private readonly profile: Profile,
    options: ReadOptions,
    maxStack: number,
  ) {
    this.intake = new SampleIntake(profile, options, maxStack);
    this.code = new CodeFrames(profile);
  }

  /** Frames read of the stack that is not ended. */
  get depth(): number {
    return this.list.count;
  }

  /** Calls `take` with each of the whole lines in bytes[from..end), counting them. */
  eachLine(bytes: Uint8Array, from: number, end: number, take: (line: string) => void): void {
    for (let at = from; at < end; ) {
      const next = bytes.indexOf(NEWLINE, at) + 1 || end;
      this.lineNumber++;
      take(decode(bytes, at, withoutLineEnd(bytes, at, next)));
      at = next;
    }
  }

  /** The line is a frame; `parse` tells of what code. */
  push(line: string, parse: (line: string) => CodeText): void {
    let frame = this.known.get(line);
    if (frame === undefined) {
      frame = this.code.frame(parse(line));
      if (this.known.size >= MAX_KNOWN) this.known.clear();
      this.known.set(line, frame);
    }
    this.list.push(frame, this.lineNumber);
  }

  /** The stack is complete: a sample of `thread`. */
  add(thread: TextThread, event: TextEvent, timeUs: number, weight: number): void {
    const { stacks } = this.intake;
    const { frames, count } = this.list;
    const base = stacks.baseOf(frames, count, thread.isIdle);
    this.intake.add(thread, event, timeUs, weight, stacks.stackOf(thread.last, base, frames, count));
    this.list.count = 0;
  }

  /** Whether the stack so far ends where threads begin. */
  get isWhole(): boolean {
    return this.list.count > 0 && this.intake.stacks.isWhole(this.list.frames, this.list.count);
  }

  /** The text ends within a stack: what there is of it is left out. */
  cut(): void {
    this.drop();
    this.profile.quality.note(
      'TEXT_CUT',
      `The text ends within a stack, at line ${this.lineNumber}: ${this.intake.samples} samples before it were kept.`,
      'Get the whole text if what comes later matters.',
    );
  }

  /** The stack so far counts for nothing. */
  drop(): void {
    this.list.count = 0;
  }

  end(): void {
    this.intake.end();
    this.unread.note(this.profile.quality);
  }
}
