import { UserError } from '../../profile/errors.js';
import type { FrameId } from '../../profile/frames.js';
import type { Profile } from '../../profile/profile.js';
import type { ReadOptions } from '../format.js';
import { CodeFrames } from '../text/code-frames.js';
import { TEXT_LIMITS } from '../text/limits.js';
import { NOT_TOLD, SampleIntake } from '../text/sample-intake.js';
import { decode, startsWith, withoutLineEnd } from '../text/text-bytes.js';
import { NO_ID, type TextEvent, type TextThread } from '../text/text-tasks.js';
import { UnreadLines } from '../text/unread-lines.js';
import { type FrameLine, parseFrameLine } from './frame-line.js';
import { HeaderLine } from './header-line.js';
import { KnownLines, NO_LINE } from './known-lines.js';
import { takePreamble } from './preamble.js';

const TAB = 0x09;
const NEWLINE = 0x0a;
const SPACE = 0x20;
const HASH = 0x23;

/** Set in a known line's value when it is an inlined frame: the rest is its index in `inlined`. */
const INLINED = 0x80000000;
const FIRST_FRAMES = 256;

/** What the lines read so far are part of. */
enum State {
  /** Between samples. */
  Outside,
  /** Behind a line that may be a name without anything else. */
  AfterName,
  /** In a sample, of which the header or a frame was read. */
  InSample,
}

/** Turns the lines of `perf script`, whole and in order, into samples. */
export class ScriptReader {
  readonly unread = new UnreadLines();
  private readonly intake: SampleIntake;
  private readonly code: CodeFrames;
  private readonly lines = new KnownLines(TEXT_LIMITS.rememberedBytes);
  private readonly header = new HeaderLine();
  private readonly inlined: string[] = [];
  private readonly inlinedIndex = new Map<string, number>();
  private state = State.Outside;
  /** The sample being read: its frames callee first. */
  private frames = new Uint32Array(FIRST_FRAMES);
  private count = 0;
  private hasInlined = false;
  private hasCallers = false;
  private thread: TextThread | undefined;
  private event: TextEvent;
  private eventBytes = new Uint8Array(0);
  private timeUs = NOT_TOLD;
  private period = NOT_TOLD;
  private lineNumber = 0;
  private samplesWithCallers = 0;
  private hasUnknownProcess = false;

  constructor(
    private readonly profile: Profile,
    options: ReadOptions,
  ) {
    this.intake = new SampleIntake(profile, options);
    this.code = new CodeFrames(profile);
    this.event = this.intake.tasks.event('');
  }

  get samples(): number {
    return this.intake.samples;
  }

  /** Reads the whole lines in bytes[from..end); `view` is of the same bytes and goes on 4 bytes past `end`. */
  read(bytes: Uint8Array, view: DataView, from: number, end: number): void {
    const { lines } = this;
    let before = NO_LINE;
    let at = from;
    while (at < end) {
      const line = lines.find(view, at, end, before);
      before = line;
      if (line !== NO_LINE && this.state === State.InSample) {
        this.lineNumber++;
        this.push(lines.value[line]);
        at += lines.length[line];
      } else {
        at = this.otherLine(bytes, view, at, end);
      }
    }
  }

  /** Hands on what is complete. */
  flush(): Promise<void> {
    return this.intake.flush();
  }

  /** No more lines come; `rest` is a last line that has no end. Notes what is missing. */
  end(rest: Uint8Array): void {
    if (rest.length > 0) this.lastLine(rest);
    else if (this.state === State.InSample && this.hasCallers) this.endCutSample();
    else this.endSample();
    this.intake.end();
    this.note();
  }

  /** A line that was not seen before in this place, or that is no frame. Returns where the next begins. */
  private otherLine(bytes: Uint8Array, view: DataView, at: number, end: number): number {
    this.lineNumber++;
    const next = bytes.indexOf(NEWLINE, at) + 1;
    const to = withoutLineEnd(bytes, at, next);
    if (to === at) this.endSample();
    else if (bytes[at] === TAB) this.frameLine(bytes, view, at, to, next);
    else if (bytes[at] === SPACE) this.indentedLine(bytes, view, at, to, next);
    else this.plainLine(bytes, at, to);
    return Math.min(next, end);
  }

  private frameLine(bytes: Uint8Array, view: DataView, at: number, to: number, next: number): boolean {
    const frame = parseFrameLine(decode(bytes, at, to));
    // In a sample, what is no frame is one of the many things that -F can add: branches, registers, source lines.
    if (frame === undefined) return false;
    const value = this.valueOf(frame);
    if (this.lines.length[this.lines.find(view, at, next, NO_LINE)] !== next - at) {
      this.lines.add(bytes, view, at, next, value);
    }
    if (this.state !== State.InSample) this.beginWithoutHeader();
    this.hasCallers = true;
    this.push(value);
    return true;
  }

  /** perf aligns names to the right where it prints no callers; editors turn tabs into spaces. */
  private indentedLine(bytes: Uint8Array, view: DataView, at: number, to: number, next: number): void {
    const { header } = this;
    if (header.parse(bytes, at, to) && (!Number.isNaN(header.timeUs) || this.state !== State.InSample)) {
      this.beginSample(bytes, to);
    } else {
      this.frameLine(bytes, view, at, to, next);
    }
  }

  private plainLine(bytes: Uint8Array, at: number, to: number): void {
    const { header } = this;
    if (bytes[at] === HASH && this.state === State.Outside) {
      takePreamble(this.profile, decode(bytes, at, to));
    } else if (header.parse(bytes, at, to)) {
      this.beginSample(bytes, to);
    } else {
      this.endSample();
      this.unread.add(this.lineNumber, decode(bytes, at, to));
      this.state = State.AfterName;
      this.setThread(bytes, at, to, NO_ID, NO_ID);
    }
  }

  private beginSample(bytes: Uint8Array, to: number): void {
    this.endSample();
    const { header } = this;
    if (startsWith(bytes, header.restFrom, to, 'PERF_RECORD_')) {
      this.otherRecord(decode(bytes, header.restFrom, to));
      return;
    }
    this.timeUs = header.timeUs;
    this.period = header.period;
    this.setThread(bytes, header.nameFrom, header.nameTo, header.pid, header.tid);
    this.setEvent(bytes, header.eventFrom, header.eventTo);
    this.state = State.InSample;
    if (header.restFrom < to) this.onlyFrame(decode(bytes, header.restFrom, to));
  }

  /** Without callers perf prints the frame in the header's line, behind the event's own text. */
  private onlyFrame(text: string): void {
    if (/:[^:]*[^ukhGHpPSDIeWb:]/.test(this.event.name)) return; // a tracepoint's text
    const behindAddress = /^[0-9a-f]{1,16} +(?=[0-9a-f]{6,16} )/.exec(text);
    const frame = parseFrameLine(text.slice(behindAddress?.[0].length ?? 0));
    if (frame !== undefined)
      this.push(frame.isInlined ? this.inlinedValue(frame.symbol) : this.code.frame(frame));
  }

  private otherRecord(text: string): void {
    const lost = /^PERF_RECORD_LOST(?:_SAMPLES)? lost (\d+)/.exec(text);
    if (lost !== null) this.profile.quality.lostSamples += Number(lost[1]);
  }

  private beginWithoutHeader(): void {
    if (this.state === State.AfterName) {
      this.unread.takeBack();
    } else {
      this.thread = this.intake.tasks.thread(NO_ID, NO_ID, '', 0);
    }
    this.timeUs = NOT_TOLD;
    this.period = NOT_TOLD;
    this.event = this.intake.tasks.event('');
    this.eventBytes = new Uint8Array(0);
    this.state = State.InSample;
  }

  private setThread(bytes: Uint8Array, from: number, to: number, pid: number, tid: number): void {
    const known = this.thread;
    const isSame = known !== undefined && known.tid === tid && known.pid === pid;
    if (isSame && equals(known.nameBytes, bytes, from, to)) return;
    const name = decode(bytes, from, to);
    const { tasks } = this.intake;
    const thread = tasks.thread(pid, tid, name, this.intake.timeOf(this.timeUs));
    if (thread.nameBytes.length > 0 && !equals(thread.nameBytes, bytes, from, to)) tasks.rename(thread, name);
    thread.nameBytes = bytes.slice(from, to);
    this.thread = thread;
    if (pid === NO_ID && tid !== NO_ID) this.hasUnknownProcess = true;
  }

  private setEvent(bytes: Uint8Array, from: number, to: number): void {
    if (equals(this.eventBytes, bytes, from, to)) return;
    this.eventBytes = bytes.slice(from, to);
    this.event = this.intake.tasks.event(decode(bytes, from, to));
  }

  private valueOf(frame: FrameLine): number {
    return frame.isInlined ? this.inlinedValue(frame.symbol) : this.code.frame(frame);
  }

  private inlinedValue(symbol: string): number {
    let index = this.inlinedIndex.get(symbol);
    if (index === undefined) {
      index = this.inlined.push(symbol) - 1;
      this.inlinedIndex.set(symbol, index);
    }
    return (INLINED | index) >>> 0;
  }

  private push(value: number): void {
    if (this.count === this.frames.length) this.growFrames();
    this.frames[this.count++] = value;
    if (value >= INLINED) this.hasInlined = true;
  }

  private growFrames(): void {
    if (this.count >= TEXT_LIMITS.stackFrames) {
      throw new UserError(
        'TEXT_STACK_TOO_DEEP',
        `Line ${this.lineNumber}: a stack of more than ${TEXT_LIMITS.stackFrames} frames, which perf never writes.`,
      );
    }
    const grown = new Uint32Array(this.count * 2);
    grown.set(this.frames);
    this.frames = grown;
  }

  /** An inlined frame is of the binary of the function it was inlined into, which comes behind it. */
  private nameInlined(): void {
    const { frames, code } = this;
    let outer: FrameId | undefined;
    for (let i = this.count - 1; i >= 0; i--) {
      if (frames[i] < INLINED) {
        outer = frames[i];
        continue;
      }
      const symbol = this.inlined[frames[i] - INLINED];
      frames[i] = code.inlined(symbol, outer ?? code.frame({ symbol, dso: '', low: 0, high: 0 }));
    }
    this.hasInlined = false;
  }

  private endSample(): void {
    const { thread, intake, frames, count } = this;
    if (this.state === State.InSample && thread !== undefined) {
      if (this.hasInlined) this.nameInlined();
      const { stacks } = intake;
      if (this.hasCallers) this.samplesWithCallers++;
      const isOnly = !this.hasCallers && count > 0;
      const base = isOnly
        ? stacks.baseWithoutCallers(thread.isIdle)
        : stacks.baseOf(frames, count, thread.isIdle);
      const stack = stacks.stackOf(thread.last, base, frames, count);
      intake.add(thread, this.event, this.timeUs, this.period, stack);
    }
    this.dropSample();
  }

  private dropSample(): void {
    this.state = State.Outside;
    this.count = 0;
    this.hasCallers = false;
    this.hasInlined = false;
  }

  /** A line without its end: cut off, unless it is the last of a stack that is whole. */
  private lastLine(rest: Uint8Array): void {
    this.lineNumber++;
    const to = withoutLineEnd(rest, 0, rest.length);
    if (this.state === State.InSample && rest.length > 0 && rest[rest.length - 1] === 0x29) {
      const frame = parseFrameLine(decode(rest, 0, to));
      if (frame !== undefined) this.push(this.code.frame(frame));
    }
    this.endCutSample();
  }

  /** A text that was cut ends within a stack; one that lost only its last empty line has a whole one. */
  private endCutSample(): void {
    if (this.hasInlined) this.nameInlined();
    const isWhole = this.count > 0 && this.intake.stacks.isWhole(this.frames, this.count);
    if (isWhole) {
      this.endSample();
      return;
    }
    this.dropSample();
    this.profile.quality.note(
      'TEXT_CUT',
      `The text ends within a stack, at line ${this.lineNumber}: ${this.samples} samples before it were kept.`,
      'Get the whole text if what comes later matters.',
    );
  }

  private note(): void {
    const { quality } = this.profile;
    this.unread.note(quality);
    if (this.samples > 0 && this.samplesWithCallers === 0) {
      quality.note(
        'PERF_SCRIPT_NO_CALLCHAINS',
        'Only the function that ran was recorded, without its callers.',
        'Record with perf record -g.',
      );
    }
    if (this.hasUnknownProcess) {
      quality.note(
        'PERF_SCRIPT_NO_PIDS',
        'The text has no process ids: threads are told by id, processes by the name of their threads.',
        'Print it with perf script -F +pid.',
      );
    }
  }
}

function equals(known: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (known.length !== to - from) return false;
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[from + i]) return false;
  return true;
}
