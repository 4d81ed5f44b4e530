/**
 * A label that a parser takes for one frame: without the separator, without line ends and the like, and without a
 * number behind a space at its end, which would be one of two counts.
 */
export function oneFrame(label: string): string {
  return label
    .replaceAll(';', ':')
    .replace(
      /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g,
      (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
    .replace(/^#/, '\\u0023')
    .replace(/ (?=[\d.]+$)/, '\\u0020');
}

/** The reverse: characters that `oneFrame` wrote out. */
export function plainLabel(label: string): string {
  if (!label.includes('\\u')) return label;
  return label
    .replace(/^\\u0023/, '#')
    .replace(/\\u(0020|00[01][\da-f]|007f|00[89][\da-f]|202[89])/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
}
