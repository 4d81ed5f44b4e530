/** `[generated column]`, `[generated column, source, line, column]`, and the name's index; all from 0. */
export type PlainSegment =
  | readonly [number]
  | readonly [number, number, number, number]
  | readonly [number, number, number, number, number];

/** The `mappings` text of lines of segments. */
export function encodeMappings(lines: readonly (readonly PlainSegment[])[]): string {
  const last = [0, 0, 0, 0, 0];
  const text = lines.map((line) => {
    last[0] = 0;
    const segments = line.map((segment) =>
      segment
        .map((value, field) => {
          const difference = value - last[field];
          last[field] = value;
          return vlq(difference);
        })
        .join(''),
    );
    return segments.join(',');
  });
  return text.join(';');
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function vlq(value: number): string {
  let rest = value < 0 ? -value * 2 + 1 : value * 2;
  let text = '';
  do {
    const digit = rest & 31;
    rest = Math.floor(rest / 32);
    text += DIGITS[rest > 0 ? digit | 32 : digit];
  } while (rest > 0);
  return text;
}
