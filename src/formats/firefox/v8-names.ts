/**
 * Names that V8 gives its code in perf maps and jitdumps, which samply keeps: it writes a frame of the name without
 * its mark, `leaf /app/shapes.cjs:1:14`, and in it one of the code, `JS:*leaf /app/shapes.cjs:1:14`.
 */
import { Tier } from '../../profile/frames.js';

export interface V8Name {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly tier: Tier;
}

const NAME = /^(?:(?:JS|LazyCompile|Function|Script|Eval):(o?[~^+*]'?)?)?(\S*) (\S.*|):(\d{1,9}):(\d{1,9})$/;
const TIERS: Readonly<Record<string, Tier>> = {
  '~': Tier.Interpreted,
  '^': Tier.Baseline,
  '+': Tier.Maglev,
  '*': Tier.Turbofan,
};

/** Undefined for what is no JavaScript. */
export function parseV8Name(text: string): V8Name | undefined {
  const match = NAME.exec(text);
  if (match === null) return undefined;
  const [, mark = '', name, file, line, column] = match;
  const tier = [...mark].map((each) => TIERS[each]).find((each) => each !== undefined) ?? Tier.None;
  return { name, file, line: Number(line), column: Number(column), tier };
}

/** Whether `code` is the frame of the code whose frame `label` only names. */
export function isCodeOf(code: string, label: string): boolean {
  return code.startsWith('JS:') && code.replace(/^JS:(?:o?[~^+*]'?)?/, '') === label;
}
