import type { Profile } from '../../profile/profile.js';
import type { ReadOptions } from '../format.js';
import { PERF_MAX_STACK } from '../text/limits.js';
import { NOT_TOLD } from '../text/sample-intake.js';
import { StackText } from '../text/stack-text.js';
import { NO_ID, type TextThread } from '../text/text-tasks.js';
import { bpftraceFrame } from './bpftrace-frame.js';

const FRAME = /^(?: {4}|\t)\s*\S/;
/** `@NAME[KEY, KEY, ` whose stack follows; without one, the entry ends in the same line. */
const MAP_ENTRY = /^(@\w*)\[(.*)$/;
const ENTRY_END = /^(?:, )?(.*)\]: (.*)$/;
/** bpftrace's own words, which head no stack. */
const OWN_WORDS = /^(?:Attaching \d+ probes?\.\.\.|(?:ERROR|WARNING): .*|stdin:\d.*)\s*$/;
const LOST = /^Lost (\d+) events$/;
/** What a program's own `printf("%s %d/%d %llu\n%s", comm, pid, tid, nsecs, ustack)` writes before a stack. */
const HEADING = /^(\S.*?) (\d{1,10})(?:[/ ](\d{1,10}))?(?: (\d{9,18}))?\s*$/;
/** What a stack that was printed without a heading ends in. */
const EMPTY_LINES = 2;

/** Turns bpftrace's output into samples: entries of maps by stack, and stacks that were printed. */
export class BpftraceReader {
  private readonly text: StackText;
  /** Map and keys of the entry being read; undefined outside of one. */
  private entry: { readonly map: string; readonly keys: string[] } | undefined;
  private heading: RegExpExecArray | undefined;
  private hasHeading = false;
  private emptyLines = 0;

  constructor(
    private readonly profile: Profile,
    options: ReadOptions,
  ) {
    this.text = new StackText(profile, options, PERF_MAX_STACK);
  }

  get samples(): number {
    return this.text.intake.samples;
  }

  read(bytes: Uint8Array, _view: DataView, from: number, end: number): void {
    this.text.eachLine(bytes, from, end, (line) => this.line(line));
  }

  flush(): Promise<void> {
    return this.text.intake.flush();
  }

  end(rest: Uint8Array): void {
    this.text.eachLine(rest, 0, rest.length, (line) => this.line(line));
    const isCut = this.entry !== undefined || (this.text.depth > 0 && this.emptyLines === 0);
    if (isCut && !(this.entry === undefined && this.text.isWhole)) this.text.cut();
    else this.endPrinted();
    this.text.end();
  }

  private line(line: string): void {
    if (line === '') this.emptyLine();
    else if (FRAME.test(line)) this.text.push(line, bpftraceFrame);
    else if (this.entry !== undefined) this.entryLine(line);
    else this.otherLine(line);
    if (line !== '') this.emptyLines = 0;
  }

  private emptyLine(): void {
    this.emptyLines++;
    if (this.entry === undefined && !this.hasHeading && this.emptyLines >= EMPTY_LINES) this.endPrinted();
  }

  private otherLine(line: string): void {
    this.endPrinted();
    const map = MAP_ENTRY.exec(line);
    if (map !== null) {
      if (!ENTRY_END.test(map[2])) this.entry = { map: map[1], keys: keysOf(map[2]) };
      return;
    }
    const lost = LOST.exec(line);
    if (lost !== null) this.profile.quality.lostSamples += Number(lost[1]);
    if (lost !== null || OWN_WORDS.test(line)) return;
    this.hasHeading = true;
    this.heading = HEADING.exec(line) ?? undefined;
  }

  /** Behind an entry's stack: more keys, then another stack or the value. */
  private entryLine(line: string): void {
    const { map, keys } = this.entry!;
    const end = ENTRY_END.exec(line);
    if (end === null) {
      keys.push(...keysOf(line.replace(/^, /, '')));
      return;
    }
    keys.push(...keysOf(end[1]));
    const value = Number(end[2]);
    this.entry = undefined;
    // Histograms by stack have no number to weigh it by.
    if (!/^\d{1,19}$/.test(end[2])) this.text.drop();
    else this.text.add(this.threadOf(keys), this.text.intake.tasks.event(map), NOT_TOLD, value);
  }

  /** Of the keys, the first text is the program's name and the first number its process. */
  private threadOf(keys: readonly string[]): TextThread {
    const { tasks } = this.text.intake;
    const pid = keys.find((key) => /^\d{1,10}$/.test(key));
    const name = keys.find((key) => !/^-?\d+$/.test(key)) ?? '';
    return pid === undefined ? tasks.named(name, '') : tasks.thread(Number(pid), NO_ID, name, 0);
  }

  /** A stack that was printed and is complete. */
  private endPrinted(): void {
    if (this.text.depth > 0) {
      const { intake } = this.text;
      const [, name = '', pid, tid, ns] = this.heading ?? [];
      const timeUs = ns === undefined ? NOT_TOLD : Math.floor(Number(ns) / 1000);
      const thread =
        pid === undefined
          ? intake.tasks.named(name, '')
          : intake.tasks.thread(Number(pid), Number(tid ?? NO_ID), name, intake.timeOf(timeUs));
      this.text.add(thread, intake.tasks.event('stack'), timeUs, NOT_TOLD);
    }
    this.heading = undefined;
    this.hasHeading = false;
  }
}

function keysOf(text: string): string[] {
  return text.split(', ').filter((key) => key !== '');
}
