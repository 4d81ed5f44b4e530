import type { Profile } from '../../profile/profile.js';
import type { ReadOptions } from '../format.js';
import { NOT_TOLD } from '../text/sample-intake.js';
import { StackText } from '../text/stack-text.js';
import { NO_ID, type TextEvent, type TextThread } from '../text/text-tasks.js';
import { dtraceFrame } from './dtrace-frame.js';

/** DTrace indents frames by 14 columns, keys of aggregations by 2, its own CPU column by up to 3. */
const FRAME = /^(?: {8}|\t)/;
/** No code is in the first page: what a walk past the first function reads. */
const PAGE_ZERO = /^\s+(?:\S+`)?0x[\da-f]{1,3}\s*$/i;
const COUNT = /^\s+(\d{1,19})\s*$/;
/** `printf("%s %d %d: %s:", execname, pid, timestamp / 1000000, probename)` of profile_1ms.d. */
const SAMPLE = /^(.*) (\d{1,10}) (\d{1,18}): (\S+):\s*$/;
/** `CPU ID FUNCTION:NAME`, and what the program's own printf adds: a name and a colon first, mostly. */
const FIRED = /^\s*\d+\s+\d+\s+(\S*:\S+)(?:\s+(?:(\S+):)?.*)?$/;
const COLUMNS = /^CPU\s+ID\s+FUNCTION:NAME\s*$/;
const DTRACE_SAYS = /^dtrace: /;
const INTERVAL = /^profile-(\d{1,9})(ns|nsec|us|usec|ms|msec|s|sec|hz)?$/;
const NS_OF: Readonly<Record<string, number>> = {
  ns: 1,
  nsec: 1,
  us: 1e3,
  usec: 1e3,
  ms: 1e6,
  msec: 1e6,
  s: 1e9,
  sec: 1e9,
};
/** Milliseconds since boot stay below this; nanoseconds are above it after a quarter of an hour. */
const FIRST_NS = 1e12;
/** No limit that is known: profile_1ms.d asks for 10,000 frames. */
const MAX_STACK = Number.POSITIVE_INFINITY;

/** Turns DTrace's output into samples: stacks that a probe printed, and aggregations by stack. */
export class DtraceReader {
  readonly text: StackText;
  private thread: TextThread | undefined;
  private event: TextEvent;
  private timeUs = NOT_TOLD;
  private weight = NOT_TOLD;
  private isOpen = false;

  constructor(
    private readonly profile: Profile,
    options: ReadOptions,
  ) {
    this.text = new StackText(profile, options, MAX_STACK);
    this.event = this.text.intake.tasks.event('count');
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
    if (this.isOpen || this.text.depth === 0 || this.text.isWhole) this.endSample();
    else this.text.cut();
    this.text.end();
  }

  private line(line: string): void {
    const { text } = this;
    const count = COUNT.exec(line);
    if (line.trim() === '') this.blank();
    else if (count !== null && text.depth > 0) this.aggregate(Number(count[1]));
    else if (FRAME.test(line)) {
      if (!PAGE_ZERO.test(line)) text.push(line, dtraceFrame);
    } else if (!COLUMNS.test(line) && !DTRACE_SAYS.test(line)) this.heading(line);
  }

  /** A stack may stand behind an empty line; one ends a stack. An aggregation's stack ends in its count alone. */
  private blank(): void {
    if (this.isOpen && this.text.depth > 0) this.endSample();
  }

  private heading(line: string): void {
    this.endSample();
    const { tasks } = this.text.intake;
    const sample = SAMPLE.exec(line);
    const fired = sample === null ? FIRED.exec(line) : null;
    this.isOpen = sample !== null || fired !== null;
    if (sample !== null) {
      const [, name, pid, time, probe] = sample;
      this.begin(tasks.thread(Number(pid), NO_ID, name, this.text.intake.timeOf(micros(time))), probe);
      this.timeUs = micros(time);
    } else if (fired !== null) {
      this.begin(tasks.named(fired[2] ?? '', ''), fired[1]);
    } else {
      this.key(line);
    }
  }

  /** An aggregation's key before its stack: the program's name, or something else by which it was told apart. */
  private key(line: string): void {
    const name = line.trim();
    if (!/^\s{1,7}\S/.test(line)) this.text.unread.add(this.text.lineNumber, line);
    else this.thread = this.text.intake.tasks.named(name, '');
  }

  private begin(thread: TextThread, probe: string): void {
    this.thread = thread;
    this.event = this.text.intake.tasks.event(probe);
    this.timeUs = NOT_TOLD;
    this.weight = intervalNs(probe);
    if (!Number.isNaN(this.weight)) this.profile.info.frequencyHz ||= 1e9 / this.weight;
  }

  private aggregate(count: number): void {
    const event = this.text.intake.tasks.event('count');
    this.text.add(this.thread ?? this.text.intake.tasks.named('', ''), event, NOT_TOLD, count);
    this.forget();
  }

  /** What is open, a stack or a probe that printed none, is a sample. */
  private endSample(): void {
    if (this.isOpen || this.text.depth > 0) {
      this.text.add(
        this.thread ?? this.text.intake.tasks.named('', ''),
        this.event,
        this.timeUs,
        this.weight,
      );
    }
    this.forget();
  }

  private forget(): void {
    this.isOpen = false;
    this.thread = undefined;
    this.timeUs = NOT_TOLD;
    this.weight = NOT_TOLD;
  }
}

function micros(time: string): number {
  const value = Number(time);
  return value < FIRST_NS ? value * 1000 : Math.floor(value / 1000);
}

/** `profile-1ms`: each sample stands for a millisecond on a CPU. NOT_TOLD for other probes. */
function intervalNs(probe: string): number {
  const interval = INTERVAL.exec(probe);
  if (interval === null || Number(interval[1]) === 0) return NOT_TOLD;
  const unit = interval[2] ?? 'hz';
  return Math.round(unit === 'hz' ? 1e9 / Number(interval[1]) : Number(interval[1]) * NS_OF[unit]);
}
