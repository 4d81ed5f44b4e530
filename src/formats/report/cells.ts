import { visible } from '../visible-text.js';

/** The most of a text that a cell takes; what is longer loses its middle to `…`. */
const MOST = 1024;

function shown(text: string): string {
  const half = MOST / 2;
  return visible(text.length <= MOST ? text : `${text.slice(0, half - 1)}…${text.slice(-half)}`);
}

/**
 * A field of a CSV file (RFC 4180): quoted where it must be, control characters written out. What a spreadsheet would
 * take for a formula gets a `'` in front, as OWASP advises; numbers are ours and stay as they are.
 */
export function csvField(value: string | number | null): string {
  if (typeof value === 'number') return String(value);
  const text = shown(value ?? '');
  const harmless = /^\s*[=+\-@|%]/.test(text) ? `'${text}` : text;
  return /[",\s;]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/**
 * Text within a line or a cell of Markdown (CommonMark, and GitHub's tables): nothing in it is markup, a link or HTML.
 */
export function markdownText(text: string): string {
  const escaped = shown(text).replace(/[\\`*_{}[\]<>&|~$!#]/g, '\\$&');
  // GitHub makes links of addresses.
  return escaped
    .replace(/:(?=\/\/)/g, '\\:')
    .replace(/\b(www)\./gi, '$1\\.')
    .trim();
}
