/**
 * Google's Trace Event Format
 * (https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU), which Chrome, `node
 * --trace-event-categories`, Perfetto, Hermes and many build tools speak.
 */
import type { Format, Holding } from '../format.js';
import { readTraceEvents } from './read.js';
import { writeTraceEvents } from './write.js';

export const traceEvents: Format = {
  name: 'trace-events',
  title: 'trace events (Perfetto, chrome://tracing, DevTools, node --trace-event-categories)',
  extensions: ['.trace.json'],
  keeps:
    'stacks as slices in time, definitions, layers, processes, threads and operations; one event only (CPU time before wall time), samples of one stack in a row become one; executing lines, tiers and inlining are lost',
  holds: new Set<Holding>([
    'times',
    'weights',
    'processes',
    'threads',
    'definitions',
    'layers',
    'packages',
    'operations',
  ]),
  verified: 'traces of Node 20 to 26 and Chromium 156; written ones by the model of DevTools and speedscope',
  detect,
  read: readTraceEvents,
  write: writeTraceEvents,
};

/** A list of events, or an object with one, which may come after much metadata. */
function detect(head: Uint8Array): boolean {
  const text = new TextDecoder().decode(head);
  if (!/^\s*[[{]/.test(text)) return false;
  if (/"traceEvents"\s*:\s*\[/.test(text)) return true;
  return /"ph"\s*:\s*"[A-Za-z(),]"/.test(text) && /"(?:ts|pid)"\s*:/.test(text);
}
