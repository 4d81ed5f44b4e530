/** What the text of a generated script tells of its functions: which of its words is a function's name. */
import type { Position } from './mappings.js';

/** A part of a function's name in the generated text, to be replaced by what it was before. */
export interface NamePart extends Position {
  /** Where in the name, in UTF-16 units. */
  readonly start: number;
  readonly length: number;
}

/** A function's definition as the generated text shows it; lines and columns from 0. */
export interface Definition {
  /** The words of the generated name, outermost first; empty when they are not in the text. */
  readonly parts: readonly NamePart[];
  /** The name that is given a class which has one of its own, where the function is a part of such a class. */
  readonly outer?: Position & { readonly word: string };
  /** Whether the text shows a function of that name, undefined when that cannot be told. */
  readonly agrees: boolean | undefined;
}

/** The end of a function's name as it stands in the text. */
interface Shown {
  readonly text: string;
  readonly at: number;
}

/** How far in front of a definition its name may be: words and white space. */
const NEAR = 512;
/** How far in front of a constructor its class may begin. */
const FAR = 131_072;

const WORD = String.raw`[\w$#\u0080-\uffff]+`;
/** In front of a parameter list: `a.b.name(`, `name = async function* (`, `name: (`, where `(` may be left out. */
const BEFORE = new RegExp(
  String.raw`(${WORD}(?:\.${WORD})*)\s*(?:[=:]\s*(?:async\s*)?(?:function\s*\*?\s*)?)?$`,
);
const IN_WORD = /[\w$#\u0080-\uffff]/;
const WORDS = new RegExp(WORD, 'g');
const WHOLE_WORD = new RegExp(`^${WORD}$`);
const OUTER = new RegExp(String.raw`(${WORD})\s*=\s*class $`);
/** Functions that V8 makes up itself. */
const MADE_UP = /^<.*>$/;

export class GeneratedText {
  /** Where each line begins, as far as they were looked for. */
  private readonly starts = [0];
  private readonly lineEnd = /\r\n|[\n\r\u2028\u2029]/g;

  constructor(private readonly text: string) {}

  /** The definition at `position`, of the function that V8 calls `name` there. */
  definition(position: Position, name: string): Definition {
    const start = this.lineStart(position.line);
    const at = start === undefined ? this.text.length + 1 : start + position.column;
    if (at > this.text.length) return { parts: [], agrees: false };
    if (name === '' || MADE_UP.test(name)) return { parts: [], agrees: undefined };
    const near = this.nameBefore(at, name);
    const shown = near ?? this.classBefore(at, name);
    if (shown === undefined) return { parts: [], agrees: this.mayShow(at, name) ? undefined : false };
    const outer = near === undefined ? this.outerName(shown.at) : undefined;
    return { parts: this.partsOf(shown, name), agrees: true, ...(outer && { outer }) };
  }

  /** In front of a parameter list: as many words of the name, from its end, as stand there. */
  private nameBefore(at: number, name: string): Shown | undefined {
    const near = this.text.slice(Math.max(0, at - NEAR), at);
    const match = BEFORE.exec(near);
    if (match === null) return undefined;
    const wordsThere = match[1].split('.').reverse();
    const words = name
      .replace(/^(?:get|set) /, '')
      .split('.')
      .reverse();
    const differs = words.findIndex((word, i) => word !== wordsThere[i]);
    const shown = words.slice(0, differs < 0 ? words.length : differs).reverse();
    if (shown.length === 0) return undefined;
    const text = shown.join('.');
    return { text, at: at - near.length + match.index + match[1].length - text.length };
  }

  /** A constructor, and what sets a class's fields, is called as the class is: `class name`, `name=class`. */
  private classBefore(at: number, name: string): Shown | undefined {
    if (!WHOLE_WORD.test(name)) return undefined;
    const from = Math.max(0, at - FAR);
    const text = this.text.slice(from, at);
    const own = text.lastIndexOf(`class ${name}`);
    const given = text.lastIndexOf(`${name}=class`);
    const start = own > given ? own + 'class '.length : given;
    const isWord =
      start >= 0 && !IN_WORD.test(text[start - 1] ?? '') && !IN_WORD.test(text[start + name.length] ?? '');
    return isWord ? { text: name, at: from + start } : undefined;
  }

  /** Names come in other ways too: `["name"](`, `name ??= (`. */
  private mayShow(at: number, name: string): boolean {
    const words: readonly string[] = this.text.slice(Math.max(0, at - NEAR), at).match(WORDS) ?? [];
    return words.includes(name.match(WORDS)?.at(-1) ?? '');
  }

  /** `outer=class name`: the class's own name is at `at`. */
  private outerName(at: number): (Position & { word: string }) | undefined {
    const match = OUTER.exec(this.text.slice(Math.max(0, at - NEAR), at));
    return match === null ? undefined : { ...this.positionOf(at - match[0].length), word: match[1] };
  }

  private partsOf(shown: Shown, name: string): NamePart[] {
    const { line, column } = this.positionOf(shown.at);
    const offset = name.length - shown.text.length;
    return [...shown.text.matchAll(/[^.]+/g)].map(({ index, 0: word }) => {
      return { line, column: column + index, start: offset + index, length: word.length };
    });
  }

  private positionOf(at: number): Position {
    let line = this.starts.length - 1;
    while (this.starts[line] > at) line--;
    return { line, column: at - this.starts[line] };
  }

  private lineStart(line: number): number | undefined {
    while (this.starts.length <= line) {
      const end = this.lineEnd.exec(this.text);
      if (end === null) return undefined;
      this.starts.push(end.index + end[0].length);
    }
    return this.starts[line];
  }
}
