import { decodeEscapes, type Unescaped } from './escapes.js';
import { JsonError } from './json-error.js';
import { JSON_LIMITS } from './limits.js';
import { type ReadNumber, readNumber } from './numbers.js';
import { Path } from './path.js';
import { NUMBERS_AT_ONCE, type Plan, planOf, type Shape } from './shape.js';
import { Skipper } from './skipper.js';
import type { Texts } from './texts.js';

/** `open` is a list whose last item is whole, but which was not closed. */
export type Ending = 'whole' | 'open' | 'cut';

/** What may come next. */
enum Next {
  Value,
  /** A value or the end of the list. */
  FirstItem,
  /** A key or the end of the object. */
  FirstKey,
  Key,
  Colon,
  /** A comma or the end of the object or list. */
  Comma,
  /** Nothing but blanks. */
  Nothing,
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

const BLANKS = Uint8Array.of(0x20, 0x20, 0x20);

const PIECE = 65_536;
/** Digits of a number that fits 31 bits for sure. */
const PLAIN_DIGITS = 9;
/** In place of an index: the rest of what begins there has not come yet. */
const INCOMPLETE = -1;

/**
 * Reads a JSON text (RFC 8259) from bytes as they come and hands what a `Shape` asks for to its functions. Nothing is
 * held but the path to where it is and a number or a text that is cut by the end of a piece. It takes
 * control characters in texts, and in what nobody asked for it only looks at brackets and quotes.
 */
export class JsonScanner {
  /** What was not read yet, then a 0, which ends every number. */
  private buffer = new Uint8Array(PIECE * 2);
  private length = 0;
  /** Byte of the text that `buffer` begins at. */
  private base = 0;
  /** What has been cut is looked at again when there is twice as much of it, so that pieces may be tiny. */
  private enough = 0;
  private next = Next.Value;
  private readonly root: Plan;
  private readonly path = new Path();
  private readonly skipper = new Skipper();
  private readonly number: ReadNumber = { value: 0, end: 0 };
  private readonly block = new Float64Array(NUMBERS_AT_ONCE);
  private inBlock = 0;
  private hasEscapes = false;
  private readonly unescaped: Unescaped = { bytes: new Uint8Array(1024), length: 0, surrogates: false };

  constructor(
    shape: Shape,
    private readonly texts: Texts,
  ) {
    this.root = planOf(shape);
  }

  /** Reads the next bytes; throws `JsonError` at the first that cannot be, and what the shape's functions throw. */
  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += PIECE) this.take(bytes.subarray(at, at + PIECE));
  }

  /** Says that no more bytes come; returns how the text ended. */
  end(): Ending {
    this.enough = 0;
    // A number that ends with the bytes is whole when nothing is open, and may be cut otherwise.
    this.take(this.path.depth === 0 ? BLANKS : new Uint8Array(0));
    this.flushNumbers();
    if (this.length > 0 || this.skipper.active) return 'cut';
    if (this.next === Next.Nothing) return 'whole';
    return this.path.depth === 1 && this.path.isList && this.path.index >= 0 ? 'open' : 'cut';
  }

  /** Bytes that were taken. */
  get bytes(): number {
    return this.base + this.length;
  }

  private take(piece: Uint8Array): void {
    const length = this.length + piece.length;
    if (length >= this.buffer.length) {
      const grown = new Uint8Array(length * 2 + 1);
      grown.set(this.buffer.subarray(0, this.length));
      this.buffer = grown;
    }
    this.buffer.set(piece, this.length);
    this.buffer[length] = 0;
    this.length = length;
    // The first bytes may be a mark, of which half says nothing.
    if (length < this.enough || (this.base === 0 && length < BYTE_ORDER_MARK.length && piece.length > 0))
      return;
    const at = this.run();
    this.base += at;
    this.length -= at;
    this.buffer.copyWithin(0, at, length + 1);
    this.enough = this.length * 2;
    if (this.length > JSON_LIMITS.textBytes) {
      throw this.error(0, `a text has more than ${JSON_LIMITS.textBytes} bytes`);
    }
  }

  /** Reads what is whole in the buffer; returns the index of what is not. */
  private run(): number {
    const { buffer, length } = this;
    let at = this.base === 0 ? this.afterByteOrderMark() : 0;
    for (;;) {
      if (this.skipper.active) at = this.skip(at);
      while (at < length && isBlank(buffer[at])) at++;
      if (at === length) return at;
      const next = this.step(at);
      if (next === INCOMPLETE) return at;
      at = next;
    }
  }

  private afterByteOrderMark(): number {
    return BYTE_ORDER_MARK.every((byte, i) => this.buffer[i] === byte) ? BYTE_ORDER_MARK.length : 0;
  }

  private skip(from: number): number {
    const at = this.skipper.skip(this.buffer, from, this.length);
    if (at < 0) throw this.unexpected(-1 - at);
    if (this.skipper.depth + this.path.depth > JSON_LIMITS.depth) throw this.tooDeep(at);
    if (!this.skipper.active) this.next = this.path.depth === 0 ? Next.Nothing : Next.Comma;
    return at;
  }

  /** Reads the token at `at`, which is no blank; returns the index after it. */
  private step(at: number): number {
    const byte = this.buffer[at];
    switch (this.next) {
      case Next.FirstItem:
        if (byte === CLOSE_LIST) return this.close(at);
        return this.value(at);
      case Next.Value:
        return this.value(at);
      case Next.FirstKey:
        if (byte === CLOSE_OBJECT) return this.close(at);
        return this.key(at);
      case Next.Key:
        return this.key(at);
      case Next.Colon:
        if (byte !== COLON) throw this.unexpected(at);
        this.next = Next.Value;
        return at + 1;
      case Next.Comma:
        if (byte === (this.path.isList ? CLOSE_LIST : CLOSE_OBJECT)) return this.close(at);
        if (byte !== COMMA) throw this.unexpected(at);
        this.next = this.path.isList ? Next.Value : Next.Key;
        return at + 1;
      case Next.Nothing:
        throw this.error(at, 'something follows after the end');
    }
  }

  private value(at: number): number {
    const { path } = this;
    if (path.isList) {
      if (path.plan.shape.numbers !== undefined) return this.numbers(at);
      path.index++;
    }
    const plan = path.depth === 0 ? this.root : path.wanted;
    const byte = this.buffer[at];
    if (plan === undefined || (plan.shape.orElse === 'skip' && !takes(plan, byte))) {
      this.skipper.start();
      return at;
    }
    let after: number;
    if (byte === QUOTE) after = this.text(at, plan);
    else if (byte === OPEN_OBJECT) return this.openObject(at, plan);
    else if (byte === OPEN_LIST) return this.openList(at, plan);
    else if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)) after = this.oneNumber(at, plan);
    else after = this.literal(at, plan);
    if (after !== INCOMPLETE) this.next = path.depth === 0 ? Next.Nothing : Next.Comma;
    else if (path.isList) path.index--;
    return after;
  }

  private openObject(at: number, plan: Plan): number {
    if (plan.shape.fields === undefined && plan.entries === undefined) throw this.mismatch(at, 'an object');
    return this.open(at, plan, false);
  }

  private openList(at: number, plan: Plan): number {
    if (plan.items === undefined && plan.shape.numbers === undefined) throw this.mismatch(at, 'a list');
    return this.open(at, plan, true);
  }

  private open(at: number, plan: Plan, isList: boolean): number {
    if (this.path.depth >= JSON_LIMITS.depth) throw this.tooDeep(at);
    if (!this.path.open(plan, isList)) throw this.error(at, `${this.path} is there twice`);
    this.next = isList ? Next.FirstItem : Next.FirstKey;
    plan.shape.begin?.(isList);
    return at + 1;
  }

  private close(at: number): number {
    const { shape } = this.path.plan;
    if (this.path.isList) this.flushNumbers();
    this.path.close();
    this.next = this.path.depth === 0 ? Next.Nothing : Next.Comma;
    shape.end?.();
    return at + 1;
  }

  /** The key at `at`: most often the one that came after the last one in the object before this. */
  private key(at: number): number {
    const { buffer, path } = this;
    if (buffer[at] !== QUOTE) throw this.unexpected(at);
    const { plan } = path;
    const { keys, following } = plan;
    const last = path.field + 1;
    const guess = following[last];
    const after = guess < keys.length ? afterKey(buffer, at + 1, keys[guess]) : INCOMPLETE;
    if (after !== INCOMPLETE) {
      path.field = guess;
      this.next = Next.Colon;
      return after;
    }
    const quote = this.closingQuote(at + 1);
    if (quote === INCOMPLETE) return INCOMPLETE;
    if (plan.entries !== undefined) {
      plan.shape.key?.(this.intern(at + 1, quote));
      path.field = 0;
    } else {
      path.field = this.fieldOf(at + 1, quote, plan);
      if (path.field >= 0) following[last] = path.field;
    }
    this.next = Next.Colon;
    return quote + 1;
  }

  /** The field whose name is the text `[from, quote)`, -1 when it is not asked for. */
  private fieldOf(from: number, quote: number, { keys }: Plan): number {
    if (!this.hasEscapes) return fieldNamed(keys, this.buffer, from, quote);
    this.unescape(from, quote);
    return fieldNamed(keys, this.unescaped.bytes, 0, this.unescaped.length);
  }

  private text(at: number, plan: Plan): number {
    if (plan.shape.text === undefined) throw this.mismatch(at, 'a text');
    const quote = this.closingQuote(at + 1);
    if (quote === INCOMPLETE) return INCOMPLETE;
    plan.shape.text(this.intern(at + 1, quote));
    return quote + 1;
  }

  /** The index of the quote that ends a text, and in `hasEscapes` whether a backslash is in it. */
  private closingQuote(from: number): number {
    const { buffer, length } = this;
    this.hasEscapes = false;
    for (let at = from; at < length; at++) {
      const byte = buffer[at];
      if (byte === QUOTE) return at;
      if (byte !== BACKSLASH) continue;
      this.hasEscapes = true;
      at++;
    }
    return INCOMPLETE;
  }

  private intern(from: number, to: number): number {
    if (!this.hasEscapes) return this.texts.intern(this.buffer, from, to);
    this.unescape(from, to);
    return this.texts.intern(this.unescaped.bytes, 0, this.unescaped.length, this.unescaped.surrogates);
  }

  private unescape(from: number, to: number): void {
    const bad = decodeEscapes(this.buffer, from, to, this.unescaped);
    if (bad >= 0) throw this.error(bad, 'this is no escape that JSON has');
  }

  private oneNumber(at: number, plan: Plan): number {
    readNumber(this.buffer, at, this.number);
    const { value, end } = this.number;
    if (end === this.length) return INCOMPLETE;
    if (Number.isNaN(value)) throw this.badNumber(at);
    if (plan.shape.number === undefined) throw this.mismatch(at, 'a number');
    plan.shape.number(value);
    return end;
  }

  /** Reads as many numbers of a list as are there. */
  private numbers(from: number): number {
    const { buffer, length, path, number, block } = this;
    for (let at = from; ; ) {
      at = this.plainNumbers(at);
      while (isBlank(buffer[at])) at++;
      if (at >= length) return this.pause(length, from);
      if (buffer[at] === 0x6e) {
        const after = this.word(at, 'null');
        if (after === INCOMPLETE) return this.pause(at, from);
        number.end = after;
        number.value = Number.NaN;
      } else {
        readNumber(buffer, at, number);
        if (number.end === length) return this.pause(at, from);
        if (Number.isNaN(number.value)) {
          path.index++;
          throw this.badNumber(at);
        }
      }
      block[this.inBlock++] = number.value;
      path.index++;
      if (this.inBlock === NUMBERS_AT_ONCE) this.flushNumbers();
      at = number.end;
      if (buffer[at] !== COMMA) {
        this.next = Next.Comma;
        return at;
      }
      at++;
      while (isBlank(buffer[at])) at++;
      if (at >= length) {
        this.next = Next.Value;
        return length;
      }
    }
  }

  /** Reads what most lists are made of: whole numbers with nothing but commas between. Returns where others begin. */
  private plainNumbers(from: number): number {
    const { buffer, block } = this;
    let at = from;
    let count = this.inBlock;
    for (;;) {
      let value = buffer[at] - 0x30;
      if (!(value >= 0 && value <= 9)) break;
      let end = at + 1;
      for (let digit = buffer[end] - 0x30; digit >= 0 && digit <= 9; digit = buffer[++end] - 0x30) {
        value = value * 10 + digit;
        if (end - at === PLAIN_DIGITS) break;
      }
      // A longer one, a fraction, a blank, the end of the list or of what is there: that is not for here.
      if (buffer[end] !== COMMA || end - at > PLAIN_DIGITS) break;
      block[count++] = value;
      at = end + 1;
      if (count < NUMBERS_AT_ONCE) continue;
      this.path.index += count - this.inBlock;
      this.inBlock = count;
      this.flushNumbers();
      count = 0;
    }
    this.path.index += count - this.inBlock;
    this.inBlock = count;
    return at;
  }

  /** Where reading goes on when the number at `at` is cut. */
  private pause(at: number, from: number): number {
    if (at === from) return INCOMPLETE;
    this.next = Next.Value;
    return at;
  }

  private flushNumbers(): void {
    if (this.inBlock === 0) return;
    const count = this.inBlock;
    this.inBlock = 0;
    this.path.plan.shape.numbers!(this.block, count);
  }

  private literal(at: number, { shape }: Plan): number {
    const byte = this.buffer[at];
    const word = byte === 0x74 ? 'true' : byte === 0x66 ? 'false' : 'null';
    const after = this.word(at, word);
    if (after === INCOMPLETE) return INCOMPLETE;
    if (word === 'null') {
      if (shape.none === undefined && (this.path.isList || this.path.depth === 0))
        throw this.mismatch(at, 'null');
      shape.none?.();
    } else {
      if (shape.flag === undefined) throw this.mismatch(at, word);
      shape.flag(word === 'true');
    }
    return after;
  }

  private word(at: number, word: string): number {
    for (let i = 0; i < word.length; i++) {
      if (at + i === this.length) return INCOMPLETE;
      if (this.buffer[at + i] !== word.charCodeAt(i)) throw this.unexpected(at);
    }
    return at + word.length;
  }

  private unexpected(at: number): JsonError {
    const byte = this.buffer[at];
    const shown =
      byte > 0x20 && byte < 0x7f
        ? `'${String.fromCharCode(byte)}'`
        : `the byte 0x${byte.toString(16).padStart(2, '0')}`;
    return this.error(at, `${shown} is not what JSON has after ${WANTED[this.next]}`);
  }

  private badNumber(at: number): JsonError {
    const byte = this.buffer[at];
    const kind =
      byte === QUOTE
        ? 'a text'
        : byte === OPEN_OBJECT
          ? 'an object'
          : byte === OPEN_LIST
            ? 'a list'
            : undefined;
    return kind === undefined ? this.error(at, `${this.path} is no number`) : this.mismatch(at, kind);
  }

  private mismatch(at: number, found: string): JsonError {
    return this.error(at, `${this.path} is ${found}, which is not expected there`);
  }

  private tooDeep(at: number): JsonError {
    return this.error(at, `more than ${JSON_LIMITS.depth} objects and lists are within each other`);
  }

  private error(at: number, what: string): JsonError {
    return new JsonError(this.base + at, what);
  }
}

/** Words for what was read last, by what may come next. */
const WANTED: Record<Next, string> = {
  [Next.Value]: 'a colon or comma',
  [Next.FirstItem]: 'the beginning of a list',
  [Next.FirstKey]: 'the beginning of an object',
  [Next.Key]: 'a comma in an object',
  [Next.Colon]: 'a key',
  [Next.Comma]: 'a value',
  [Next.Nothing]: 'the end',
};

/** Whether a value that begins with that byte is of a kind that is wanted. */
function takes({ shape, entries }: Plan, byte: number): boolean {
  if (byte === QUOTE) return shape.text !== undefined;
  if (byte === OPEN_OBJECT) return shape.fields !== undefined || entries !== undefined;
  if (byte === OPEN_LIST) return shape.items !== undefined || shape.numbers !== undefined;
  if (byte === 0x6e) return shape.none !== undefined;
  return byte === 0x74 || byte === 0x66 ? shape.flag !== undefined : shape.number !== undefined;
}

function fieldNamed(keys: readonly Uint8Array[], bytes: Uint8Array, from: number, to: number): number {
  for (let field = 0; field < keys.length; field++) {
    const key = keys[field];
    // Of the key without its quote.
    let same = key.length - 1 === to - from ? 0 : -1;
    while (same >= 0 && same < key.length - 1) same = bytes[from + same] === key[same] ? same + 1 : -1;
    if (same >= 0) return field;
  }
  return -1;
}

/** The index after a key and its quote, `INCOMPLETE` when it is not that key. */
function afterKey(bytes: Uint8Array, from: number, key: Uint8Array): number {
  for (let i = 0; i < key.length; i++) if (bytes[from + i] !== key[i]) return INCOMPLETE;
  return from + key.length;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
