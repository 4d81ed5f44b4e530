import { decode, startsWith, withoutLineEnd } from '../text/text-bytes.js';
import { parseFrameLine } from './frame-line.js';
import { HeaderLine } from './header-line.js';

const NEWLINE = 0x0a;
const TAB = 0x09;
const SPACE = 0x20;
/** Columns of a frame's tab and address. */
const ADDRESS_END = 17;
/** perf's own header has a hundred lines or two; no line of a sample is longer. */
const MAX_LINES = 1000;
const MAX_LINE = 8192;

/** Whether a text is perf script's: by a sample's first line with a time and an event, or with a frame below it. */
export function detect(head: Uint8Array): boolean {
  const header = new HeaderLine();
  let isBehindHeader = false;
  let at = startsWith(head, 0, head.length, '\u00ef\u00bb\u00bf') ? 3 : 0;
  for (let line = 0; line < MAX_LINES && at < head.length; line++) {
    const newline = head.indexOf(NEWLINE, at);
    const next = newline < 0 ? head.length : newline + 1;
    const to = withoutLineEnd(head, at, next);
    if (to - at > MAX_LINE) return false;
    if (head[at] === TAB) {
      const isAligned = to === at + ADDRESS_END || head[at + ADDRESS_END] === SPACE;
      if ((isAligned || isBehindHeader) && parseFrameLine(decode(head, at, to)) !== undefined) return true;
    } else if (startsWith(head, at, to, '# captured on')) {
      return true;
    } else if (isBehindHeader && parseFrameLine(decode(head, at, to)) !== undefined) {
      return true;
    } else if (to > at) {
      isBehindHeader = head[at] !== 0x23 && header.parse(head, at, to);
      if (isBehindHeader && !Number.isNaN(header.timeUs) && header.eventTo > header.eventFrom) return true;
    }
    at = next;
  }
  return false;
}
