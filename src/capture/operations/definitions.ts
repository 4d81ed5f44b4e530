import { readFileSync, statSync } from 'node:fs';

/** Larger scripts are not looked into. */
const MAX_SCRIPT_BYTES = 16 * 1024 * 1024;
const MAX_SCRIPTS = 256;
/** Farther from its keyword no parameter list begins. */
const NEAR = 1024;

/** From where V8's call sites say that a function begins to its parameters: `function name`, `async *method`. */
const HEAD =
  /^(?:(?:async|static|get|set|function)\b\s*|\*\s*)*(?:#?[\w$\u0080-\uffff]+|'[^'\n]*'|"[^"\n]*"|\[[^\]\n]*\])?\s*\(/;

/**
 * Call sites place a function at its first word, V8's profiler and its maps at the parameters. This tells the one from
 * the other by the text of the script, as it was run.
 */
export class Definitions {
  private readonly lines = new Map<string, readonly string[]>();

  /** The column of the parameters, from 1; `column` when that cannot be told. */
  parametersAt(path: string, line: number, column: number): number {
    const text = this.linesOf(path)[line - 1]?.slice(column - 1, column - 1 + NEAR);
    const head = text === undefined ? null : HEAD.exec(text);
    return head === null ? column : column + head[0].length - 1;
  }

  private linesOf(path: string): readonly string[] {
    let lines = this.lines.get(path);
    if (lines === undefined) {
      lines = this.lines.size < MAX_SCRIPTS ? readLines(path) : [];
      this.lines.set(path, lines);
    }
    return lines;
  }
}

function readLines(path: string): readonly string[] {
  if (!path.startsWith('/')) return [];
  try {
    const { size } = statSync(path);
    if (!statSync(path).isFile() || size > MAX_SCRIPT_BYTES) return [];
    return readFileSync(path, 'utf8').split(/\r\n|[\n\r\u2028\u2029]/);
  } catch {
    return [];
  }
}
