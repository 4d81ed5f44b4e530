import { type Ending, JsonScanner } from '../../../src/formats/json/scanner.js';
import type { Shape } from '../../../src/formats/json/shape.js';
import { Texts } from '../../../src/formats/json/texts.js';

/** Takes any JSON, and builds from the scanner's calls what JSON.parse would make of it. */
export class AnyValue implements Shape {
  readonly texts = new Texts();
  result: unknown;
  private readonly open: { into: unknown[] | Record<string, unknown>; key: string }[] = [];

  get entries(): Shape {
    return this;
  }

  get items(): Shape {
    return this;
  }

  begin(isList: boolean): void {
    const into = isList ? [] : {};
    this.put(into);
    this.open.push({ into, key: '' });
  }

  end(): void {
    this.open.pop();
  }

  key(id: number): void {
    this.open.at(-1)!.key = this.texts.get(id);
  }

  text(id: number): void {
    this.put(this.texts.get(id));
  }

  number(value: number): void {
    this.put(value);
  }

  flag(value: boolean): void {
    this.put(value);
  }

  none(): void {
    this.put(null);
  }

  private put(value: unknown): void {
    const top = this.open.at(-1);
    if (top === undefined) this.result = value;
    else if (Array.isArray(top.into)) top.into.push(value);
    else
      Object.defineProperty(top.into, top.key, {
        value,
        enumerable: true,
        configurable: true,
        writable: true,
      });
  }
}

/** Reads a text in pieces of so many bytes; returns whether it was whole. */
export function scan(shape: Shape, texts: Texts, text: string | Uint8Array, piece = 7): boolean {
  return endingOf(shape, texts, text, piece) === 'whole';
}

/** The same, returning how it ended. */
export function endingOf(shape: Shape, texts: Texts, text: string | Uint8Array, piece: number): Ending {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  const scanner = new JsonScanner(shape, texts);
  for (let at = 0; at < bytes.length; at += piece) scanner.push(bytes.slice(at, at + piece));
  return scanner.end();
}
