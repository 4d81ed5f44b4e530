/**
 * The first line of a sample as `perf script` prints it (tools/perf/builtin-script.c, perf_sample__fprintf_start and
 * process_event): those of `COMM PID/TID [CPU] MISC SECONDS.MICROS: PERIOD EVENT: REST` that were asked for with -F,
 * in this order. COMM and EVENT may hold spaces.
 */
import { NO_ID } from '../text/text-tasks.js';

const SPACE = 0x20;
const TAB = 0x09;
const COLON = 0x3a;
const DOT = 0x2e;
const SLASH = 0x2f;
const MINUS = 0x2d;
const OPEN = 0x5b;
const CLOSE = 0x5d;

/** Tokens that are looked at; what comes behind them is text of an event. */
const MAX_TOKENS = 24;
/** `raw 0x1a8` and names given by users: so many tokens an event's name may have. */
const MAX_EVENT_TOKENS = 3;
const MAX_MISC = 5;
const ID_COLUMNS = 5;
/** Of the seconds of a time, 31 years; of a period, a 64-bit number. */
const MAX_SECONDS_DIGITS = 9;
const MAX_NUMBER_DIGITS = 19;

/** Parses one header line at a time; the fields are of the last that was one. */
export class HeaderLine {
  nameFrom = 0;
  nameTo = 0;
  /** NO_ID when not told, as `tid`. */
  pid = NO_ID;
  tid = NO_ID;
  /** Microseconds of perf's clock, NaN when not told. */
  timeUs = Number.NaN;
  /** NaN when not told. */
  period = Number.NaN;
  eventFrom = 0;
  eventTo = 0;
  /** Where what is behind task and time begins: period and event, or the text of a record that is no sample. */
  bodyFrom = 0;
  /** Where the text behind the event begins. */
  restFrom = 0;

  private bytes: Uint8Array = new Uint8Array(0);
  private readonly from = new Int32Array(MAX_TOKENS);
  private readonly to = new Int32Array(MAX_TOKENS);
  private count = 0;

  /** Whether bytes[from..to), without the line end, is a header; then its fields are set. */
  parse(bytes: Uint8Array, from: number, to: number): boolean {
    this.bytes = bytes;
    this.split(from, to);
    const time = this.timeToken();
    if (time < 0) return this.parseUntimed(to);
    this.timeUs = this.microseconds(time);
    this.parseTask(time - 1);
    this.parseEvent(time + 1, to);
    return true;
  }

  private split(from: number, to: number): void {
    const { bytes } = this;
    let at = from;
    let count = 0;
    while (count < MAX_TOKENS) {
      while (at < to && (bytes[at] === SPACE || bytes[at] === TAB)) at++;
      if (at >= to) break;
      this.from[count] = at;
      while (at < to && bytes[at] !== SPACE && bytes[at] !== TAB) at++;
      this.to[count++] = at;
    }
    this.count = count;
  }

  /** Index of the first token that is a time behind a name or an id, or that is the first of all; -1 for none. */
  private timeToken(): number {
    for (let token = 0; token < this.count; token++) if (this.isTime(token)) return token;
    return -1;
  }

  /** Without a time it is one if it tells a thread, a processor or a period. */
  private parseUntimed(to: number): boolean {
    this.timeUs = Number.NaN;
    let event = 1;
    while (event < this.count && !this.endsInColon(event)) event++;
    const behindTask = event < this.count ? this.lastBeforeEvent(event) : this.count - 1;
    if (behindTask < 0 || (event >= this.count && this.endsAName(behindTask))) return false;
    if (!this.parseTask(behindTask)) return false;
    this.parseEvent(behindTask + 1, to);
    return true;
  }

  /** perf pads a thread's id to five columns: a shorter number behind one space is part of a name. */
  private endsAName(token: number): boolean {
    const from = this.from[token];
    const length = this.to[token] - from;
    return this.isNumber(token) && length < ID_COLUMNS && this.bytes[from - 2] !== SPACE;
  }

  /** A period stands between the task and the event; alone, a number is the task's. */
  private lastBeforeEvent(event: number): number {
    const last = event - 1;
    return last > 0 && this.isNumber(last) && (this.isTask(last - 1) || this.isCpu(last - 1))
      ? last - 1
      : last;
  }

  /** Reads `COMM PID/TID [CPU] MISC`, of which `last` is the last token; whether there is more than a name. */
  private parseTask(last: number): boolean {
    let token = last;
    if (token > 0 && this.isMisc(token) && (this.isCpu(token - 1) || this.isTask(token - 1))) token--;
    const cpu = token;
    if (token >= 0 && this.isCpu(token)) token--;
    this.pid = NO_ID;
    this.tid = NO_ID;
    const isTask = token >= 0 && this.isTask(token);
    if (isTask) this.readTask(token--);
    this.nameFrom = token < 0 ? 0 : this.from[0];
    this.nameTo = token < 0 ? 0 : this.to[token];
    return isTask || token < cpu;
  }

  private parseEvent(first: number, to: number): void {
    let token = first;
    this.period = Number.NaN;
    this.bodyFrom = token < this.count ? this.from[token] : to;
    if (token < this.count && this.isNumber(token))
      this.period = this.integer(this.from[token], this.to[token++]);
    this.eventFrom = 0;
    this.eventTo = 0;
    this.restFrom = token < this.count ? this.from[token] : to;
    for (let end = token; end < Math.min(token + MAX_EVENT_TOKENS, this.count); end++) {
      if (!this.endsInColon(end)) continue;
      this.eventFrom = this.from[token];
      this.eventTo = this.to[end] - 1;
      this.restFrom = end + 1 < this.count ? this.from[end + 1] : to;
      return;
    }
  }

  /** `PID/TID`, or one number, which perf prints for the thread. perf's -1 is a thread that had left. */
  private readTask(token: number): void {
    const slash = this.slashOf(token);
    if (slash < 0) {
      this.tid = this.integer(this.from[token], this.to[token]);
      return;
    }
    this.pid = this.integer(this.from[token], slash) >>> 0;
    this.tid = this.integer(slash + 1, this.to[token]) >>> 0;
  }

  /** `123.456789:` or, with --ns, `123.456789012:`. */
  private isTime(token: number): boolean {
    const last = this.to[token] - 1;
    if (this.bytes[last] !== COLON) return false;
    const dot = this.bytes[last - 7] === DOT ? last - 7 : last - 10;
    const seconds = dot - this.from[token];
    if (this.bytes[dot] !== DOT || seconds <= 0 || seconds > MAX_SECONDS_DIGITS) return false;
    return this.areDigits(this.from[token], dot) && this.areDigits(dot + 1, last);
  }

  private microseconds(token: number): number {
    const last = this.to[token] - 1;
    const dot = this.bytes[last - 7] === DOT ? last - 7 : last - 10;
    return this.integer(this.from[token], dot) * 1e6 + this.integer(dot + 1, dot + 7);
  }

  private isTask(token: number): boolean {
    const slash = this.slashOf(token);
    if (slash < 0) return this.isId(this.from[token], this.to[token]);
    return this.isId(this.from[token], slash) && this.isId(slash + 1, this.to[token]);
  }

  private isId(from: number, to: number): boolean {
    return this.areDigits(this.bytes[from] === MINUS ? from + 1 : from, to);
  }

  private isCpu(token: number): boolean {
    const { bytes } = this;
    const from = this.from[token];
    const to = this.to[token];
    return bytes[from] === OPEN && bytes[to - 1] === CLOSE && this.areDigits(from + 1, to - 1);
  }

  /** Letters for what ran: `K`, `U`, `KE` … */
  private isMisc(token: number): boolean {
    const length = this.to[token] - this.from[token];
    for (let at = this.from[token]; at < this.to[token]; at++) {
      const letter = this.bytes[at] | 0x20;
      if (letter < 0x61 || letter > 0x7a) return false;
    }
    return length <= MAX_MISC;
  }

  private isNumber(token: number): boolean {
    return (
      this.to[token] - this.from[token] <= MAX_NUMBER_DIGITS &&
      this.areDigits(this.from[token], this.to[token])
    );
  }

  private endsInColon(token: number): boolean {
    return this.bytes[this.to[token] - 1] === COLON;
  }

  private slashOf(token: number): number {
    for (let at = this.from[token]; at < this.to[token]; at++) if (this.bytes[at] === SLASH) return at;
    return -1;
  }

  private areDigits(from: number, to: number): boolean {
    for (let at = from; at < to; at++) if (this.bytes[at] < 0x30 || this.bytes[at] > 0x39) return false;
    return from < to;
  }

  private integer(from: number, to: number): number {
    const isNegative = this.bytes[from] === MINUS;
    let value = 0;
    for (let at = isNegative ? from + 1 : from; at < to; at++) value = value * 10 + (this.bytes[at] - 0x30);
    return isNegative ? -value : value;
  }
}
