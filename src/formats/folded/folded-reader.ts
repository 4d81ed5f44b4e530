import type { FrameId } from '../../profile/frames.js';
import type { Profile } from '../../profile/profile.js';
import { ROOT, type StackId } from '../../profile/stacks.js';
import { ROLE_NAMES } from '../../profile/threads.js';
import type { ReadOptions } from '../format.js';
import { tooDeep } from '../text/frame-list.js';
import { TEXT_LIMITS } from '../text/limits.js';
import { NOT_TOLD, SampleIntake } from '../text/sample-intake.js';
import { decode, withoutLineEnd } from '../text/text-bytes.js';
import type { TextThread } from '../text/text-tasks.js';
import { UnreadLines } from '../text/unread-lines.js';
import { FoldedLabels } from './folded-labels.js';
import { plainLabel } from './labels.js';
import { isProcessLabel, threadOfLabel } from './owner.js';

const NEWLINE = 0x0a;
const SEMICOLON = 0x3b;
const SPACE = 0x20;
const HASH = 0x23;
const DOT = 0x2e;

/** Of a count. */
const MAX_DIGITS = 32;
const MAX_COUNT = 2 ** 63;
/** The sides of a difference, by the column of their counts. */
const SIDES = ['before', 'after'] as const;

/** Turns the lines of folded stacks, whole and in order, into samples that stand for as many as they count. */
export class FoldedReader {
  readonly unread = new UnreadLines();
  private readonly intake: SampleIntake;
  private readonly labels: FoldedLabels;
  private readonly frames = new Map<string, FrameId>();
  private lineNumber = 0;
  private hasTwo = false;
  private hasOne = false;
  /** The line before: neighbours mostly begin alike. */
  private last = new Uint8Array(0);
  /** Where each of its labels ends, and the stack there; the first are of no frame. */
  private ends: number[] = [];
  private stacks: StackId[] = [];
  private command = '';
  private threadName: string | undefined;

  constructor(
    private readonly profile: Profile,
    options: ReadOptions,
  ) {
    this.intake = new SampleIntake(profile, options, Number.POSITIVE_INFINITY);
    this.labels = new FoldedLabels(profile);
  }

  get samples(): number {
    return this.intake.samples;
  }

  read(bytes: Uint8Array, _view: DataView, from: number, end: number): void {
    for (let at = from; at < end; ) {
      const next = bytes.indexOf(NEWLINE, at) + 1;
      this.line(bytes, at, withoutLineEnd(bytes, at, next));
      at = next;
    }
  }

  flush(): Promise<void> {
    return this.intake.flush();
  }

  /** A last line without its end is whole when it has a count: no tool writes that in pieces. */
  end(rest: Uint8Array): void {
    if (rest.length > 0) this.line(rest, 0, withoutLineEnd(rest, 0, rest.length));
    this.intake.end();
    this.unread.note(this.profile.quality);
    if (this.hasOne && this.hasTwo) {
      this.profile.quality.note(
        'FOLDED_MIXED_COUNTS',
        'Some stacks have one count and some two: those of one are in both sides of the difference by themselves.',
      );
    }
  }

  private line(bytes: Uint8Array, from: number, to: number): void {
    this.lineNumber++;
    if (from === to || bytes[from] === HASH) return;
    const second = this.countBefore(bytes, from, to);
    if (second < 0 || numberIn(bytes, second + 1, to) > MAX_COUNT) {
      this.unread.add(this.lineNumber, decode(bytes, from, Math.min(to, from + 256)));
      return;
    }
    const before = this.countBefore(bytes, from, second);
    const first = before >= 0 && numberIn(bytes, before + 1, second) > MAX_COUNT ? -1 : before;
    const stackEnd = first < 0 ? second : first;
    const stack = this.stackOf(bytes, from, stackEnd);
    if (first < 0) this.addCount(stack, '', numberIn(bytes, second + 1, to));
    else this.addDifference(stack, numberIn(bytes, first + 1, second), numberIn(bytes, second + 1, to));
  }

  /** Where the space before the number that ends bytes[from..to) is; -1 when none does. */
  private countBefore(bytes: Uint8Array, from: number, to: number): number {
    let at = to - 1;
    let dots = 0;
    for (; at > from && bytes[at] !== SPACE; at--) {
      if (bytes[at] === DOT) dots++;
      else if (bytes[at] < 0x30 || bytes[at] > 0x39) return -1;
    }
    const digits = to - 1 - at - dots;
    if (digits > MAX_DIGITS) return -1;
    return bytes[at] === SPACE && at > from && digits > 0 && dots <= 1 ? at : -1;
  }

  private addDifference(stack: StackId, before: number, after: number): void {
    this.hasTwo = true;
    if (before > 0) this.add(stack, SIDES[0], before);
    if (after > 0) this.add(stack, SIDES[1], after);
  }

  private addCount(stack: StackId, side: string, count: number): void {
    this.hasOne = true;
    if (count > 0) this.add(stack, side, count);
  }

  private add(stack: StackId, side: string, count: number): void {
    this.intake.add(this.thread(side), this.intake.tasks.event('samples'), NOT_TOLD, count, stack);
  }

  /** Each process of each side of a difference is one of its own, and has at least one thread. */
  private thread(side: string): TextThread {
    const { tasks } = this.intake;
    const command = side === '' ? this.command : `${this.command} (${side})`.trimStart();
    const name = this.threadName ?? '';
    const thread = tasks.named(command, name);
    thread.hasToldRole = this.threadName !== undefined;
    const role = ROLE_NAMES.indexOf(name as (typeof ROLE_NAMES)[number]);
    if (role > 0) this.profile.threads.columns.role.data[thread.id] = role;
    return thread;
  }

  private stackOf(bytes: Uint8Array, from: number, to: number): StackId {
    let depth = this.commonLabels(bytes, from, to);
    let at = depth === 0 ? from : from + this.ends[depth - 1] + 1;
    let stack = depth === 0 ? ROOT : this.stacks[depth - 1];
    for (; at <= to; depth++) {
      const semicolon = bytes.indexOf(SEMICOLON, at);
      const end = semicolon < 0 || semicolon > to ? to : semicolon;
      stack = this.child(stack, depth, decode(bytes, at, end));
      this.ends[depth] = end - from;
      this.stacks[depth] = stack;
      if (depth >= TEXT_LIMITS.stackFrames) throw tooDeep(this.lineNumber);
      at = end + 1;
    }
    this.ends.length = depth;
    this.stacks.length = depth;
    this.last = bytes.slice(from, to);
    return stack;
  }

  private child(parent: StackId, depth: number, label: string): StackId {
    if (depth === 0) {
      this.command = isProcessLabel(label) ? plainLabel(label) : '';
      this.threadName = undefined;
      if (this.command !== '') return ROOT;
    } else if (depth === 1) {
      const thread = this.command === '' ? undefined : threadOfLabel(label);
      this.threadName = thread && plainLabel(thread);
      if (thread !== undefined) return ROOT;
    }
    let frame = this.frames.get(label);
    if (frame === undefined) {
      frame = this.labels.frame(label);
      this.frames.set(label, frame);
    }
    return this.profile.stacks.intern(parent, frame);
  }

  /** How many labels this line and the one before have in common, from their roots. */
  private commonLabels(bytes: Uint8Array, from: number, to: number): number {
    const { last, ends } = this;
    const length = Math.min(last.length, to - from);
    let same = 0;
    while (same < length && bytes[from + same] === last[same]) same++;
    let depth = 0;
    while (depth < ends.length && ends[depth] < same) depth++;
    // A label that both have whole ends at a semicolon in both, or at the end of one.
    if (depth < ends.length && ends[depth] === same && isEnd(bytes, from + same, to)) depth++;
    return depth;
  }
}

function isEnd(bytes: Uint8Array, at: number, to: number): boolean {
  return at === to || bytes[at] === SEMICOLON;
}

function numberIn(bytes: Uint8Array, from: number, to: number): number {
  return Number(decode(bytes, from, to));
}
