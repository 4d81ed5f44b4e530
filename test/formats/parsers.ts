/** Parsers by others, for what we write; `npm run check` does without them. */
import { join } from 'node:path';
import { TOOLS } from '../e2e/stackscope.js';

/** An element of a parsed XML document. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

interface Saxes {
  SaxesParser: new () => {
    on(event: 'opentag', take: (tag: { name: string; attributes: Record<string, string> }) => void): void;
    on(event: 'closetag', take: () => void): void;
    on(event: 'text' | 'cdata', take: (text: string) => void): void;
    on(event: 'error', take: (error: Error) => void): void;
    write(text: string): { close(): void };
  };
}

/** Parses XML strictly: whatever is not well-formed is thrown. */
export async function parseXml(text: string): Promise<Element> {
  const { SaxesParser } = ((await import(join(TOOLS, 'saxes/saxes.js'))) as { default: Saxes }).default;
  const parser = new SaxesParser();
  const open: Element[] = [{ name: '', attributes: {}, children: [], text: '' }];
  parser.on('opentag', ({ name, attributes }) => {
    const element = { name, attributes, children: [], text: '' };
    open.at(-1)!.children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => void open.pop());
  for (const event of ['text', 'cdata'] as const) {
    parser.on(event, (piece: string) => {
      open.at(-1)!.text += piece;
    });
  }
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(text).close();
  return open[0].children[0];
}

/** The elements of a document in order. */
export function elementsOf(root: Element): Element[] {
  const all: Element[] = [];
  const pending = [root];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    all.push(next);
    pending.push(...next.children.toReversed());
  }
  return all;
}

/** Rows of a CSV file, the first the titles. */
export async function parseCsv(text: string): Promise<string[][]> {
  const { parse } = (await import(join(TOOLS, 'csv-parse/lib/sync.js'))) as {
    parse(text: string, options: object): string[][];
  };
  return parse(text, {});
}

export interface Token {
  readonly type: string;
  readonly tag: string;
  readonly content: string;
  readonly children: readonly Token[] | null;
}

/** What CommonMark with tables, HTML and bare addresses as links makes of a text. */
export async function parseMarkdown(text: string): Promise<Token[]> {
  const { default: MarkdownIt } = (await import(join(TOOLS, 'markdown-it/index.mjs'))) as {
    default: new (options: object) => { parse(text: string, environment: object): Token[] };
  };
  return new MarkdownIt({ html: true, linkify: true }).parse(text, {});
}
