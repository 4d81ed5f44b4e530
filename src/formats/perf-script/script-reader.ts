import type { FrameId } from '../../profile/frames.js';
import type { Profile } from '../../profile/profile.js';
import type { ReadOptions } from '../format.js';
import { CodeFrames } from '../text/code-frames.js';
import { FrameList } from '../text/frame-list.js';
import { PERF_MAX_STACK, TEXT_LIMITS } from '../text/limits.js';
import { NOT_TOLD, SampleIntake } from '../text/sample-intake.js';
import { decode, startsWith, withoutLineEnd } from '../text/text-bytes.js';
import { NO_ID, type TextEvent, type TextThread } from '../text/text-tasks.js';
import { UnreadLines } from '../text/unread-lines.js';
import { type FrameLine, parseFrameLine } from './frame-line.js';
import { HeaderLine } from './header-line.js';
import { KnownLines, NO_LINE } from './known-lines.js';
import { Preamble } from './preamble.js';

const TAB = 0x09;
const NEWLINE = 0x0a;
const SPACE = 0x20;
const HASH = 0x23;

/** Set in a known line's value when it is an inlined frame: the rest is its index in `inlined`. */
const INLINED = 0x80000000;

/** Below it a hexadecimal word may be a name. */
const LEAST_ADDRESS = 0x10_0000;

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
  private readonly preamble: Preamble;
  private readonly inlined: string[] = [];
  private readonly inlinedIndex = new Map<string, number>();
  private state = State.Outside;
  /** The sample being read: its frames callee first. */
  private readonly list = new FrameList();
  private hasInlined = false;
  /** Its one frame stood in the header's line: callers were not recorded. */
  private isFlat = false;
  private thread: TextThread | undefined;
  /** The threads of the last samples, by thread id. */
  private readonly recent = new Map<number, TextThread>();
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
    this.intake = new SampleIntake(profile, options, PERF_MAX_STACK);
    this.code = new CodeFrames(profile);
    this.preamble = new Preamble(profile);
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
    if (rest.length > 0) {
      this.lastLine(rest);
    } else if (this.state === State.InSample) {
      if (!this.isWhole) this.noteNoEnd();
      this.endSample();
    }
    this.intake.end();
    this.preamble.end(this.intake.firstUs);
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
      this.preamble.take(decode(bytes, at, to));
    } else if (header.parse(bytes, at, to)) {
      this.beginSample(bytes, to);
    } else if (this.state !== State.InSample || !this.unindentedFrame(bytes, at, to)) {
      this.endSample();
      this.unread.add(this.lineNumber, decode(bytes, at, to));
      this.state = State.AfterName;
      this.setThread(bytes, at, withoutSpace(bytes, at, to), NO_ID, NO_ID);
    }
  }

  /** Where a text was pasted its lines may have lost what they began with. */
  private unindentedFrame(bytes: Uint8Array, at: number, to: number): boolean {
    const frame = parseFrameLine(decode(bytes, at, to));
    if (frame === undefined || (frame.high === 0 && frame.low < LEAST_ADDRESS)) return false;
    this.push(this.valueOf(frame));
    return true;
  }

  private beginSample(bytes: Uint8Array, to: number): void {
    this.endSample();
    const { header } = this;
    if (startsWith(bytes, header.bodyFrom, to, 'PERF_RECORD_')) {
      this.otherRecord(decode(bytes, header.bodyFrom, to));
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
    if (frame === undefined) return;
    this.push(this.valueOf(frame));
    this.isFlat = true;
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
    const recent = this.recent.get(tid);
    if (recent !== undefined && recent.pid === pid && equals(recent.nameBytes, bytes, from, to)) {
      this.thread = recent;
      return;
    }
    const name = decode(bytes, from, to);
    const { tasks } = this.intake;
    const thread = tasks.thread(pid, tid, name, this.intake.timeOf(this.timeUs));
    if (thread.nameBytes.length > 0 && !equals(thread.nameBytes, bytes, from, to)) tasks.rename(thread, name);
    thread.nameBytes = bytes.slice(from, to);
    this.thread = thread;
    this.recent.set(tid, thread);
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
    this.list.push(value, this.lineNumber);
    if (value >= INLINED) this.hasInlined = true;
  }

  /** An inlined frame is of the binary of the function it was inlined into, which comes behind it. */
  private nameInlined(): void {
    const { code } = this;
    const { frames, count } = this.list;
    let outer: FrameId | undefined;
    for (let i = count - 1; i >= 0; i--) {
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
    const { thread, intake } = this;
    if (this.state === State.InSample && thread !== undefined) {
      if (this.hasInlined) this.nameInlined();
      const { stacks } = intake;
      const { frames, count } = this.list;
      if (!this.isFlat) this.samplesWithCallers++;
      const base = this.isFlat
        ? stacks.baseWithoutCallers(thread.isIdle)
        : stacks.baseOf(frames, count, thread.isIdle);
      const stack = stacks.stackOf(thread.last, base, frames, count);
      intake.add(thread, this.event, this.timeUs, this.period, stack);
    }
    this.dropSample();
  }

  private dropSample(): void {
    this.state = State.Outside;
    this.list.count = 0;
    this.isFlat = false;
    this.hasInlined = false;
  }

  /** A line without its end: cut off, unless it is the last of a stack that is whole. */
  private lastLine(rest: Uint8Array): void {
    this.lineNumber++;
    const frame = parseFrameLine(decode(rest, 0, withoutLineEnd(rest, 0, rest.length)));
    if (this.state === State.InSample && frame?.dso) this.push(this.valueOf(frame));
    if (this.isWhole) this.endSample();
    else this.dropSample();
    this.noteCut();
  }

  private get isWhole(): boolean {
    if (this.hasInlined) this.nameInlined();
    const { frames, count } = this.list;
    return this.isFlat || (count > 0 && this.intake.stacks.isWhole(frames, count));
  }

  private noteCut(): void {
    this.profile.quality.note(
      'TEXT_CUT',
      `The text ends within a stack, at line ${this.lineNumber}: ${this.samples} samples before it were kept.`,
      'Get the whole text if what comes later matters.',
    );
  }

  /** Behind each stack perf prints an empty line: without it the last may have lost callers. */
  private noteNoEnd(): void {
    this.profile.quality.note(
      'TEXT_NO_END',
      `The text ends at line ${this.lineNumber} without the empty line behind a stack: the last one may lack callers.`,
      'Get the whole text if that matters.',
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

/** perf writes a space behind each field. */
function withoutSpace(bytes: Uint8Array, from: number, to: number): number {
  let end = to;
  while (end > from && bytes[end - 1] === SPACE) end--;
  return end;
}

function equals(known: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (known.length !== to - from) return false;
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[from + i]) return false;
  return true;
}
