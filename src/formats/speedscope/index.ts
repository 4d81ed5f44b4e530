/**
 * speedscope's own file format (its src/lib/file-format-spec.ts), which speedscope exports, and py-spy, rbspy, stackprof
 * and others write: profiles, one a thread, over one list of frames.
 */
import type { Format, Holding } from '../format.js';
import { readSpeedscope } from './read.js';
import { writeSpeedscope } from './write.js';

export const speedscope: Format = {
  name: 'speedscope',
  title: 'speedscope (speedscope.app, py-spy, rbspy)',
  extensions: ['.speedscope.json'],
  keeps:
    'stacks, definitions, weights, gaps, every thread and event; times to within a sample; executing lines, tiers, packages, layers and operations are lost',
  holds: new Set<Holding>(['times', 'weights', 'processes', 'threads', 'definitions']),
  verified: 'exports of speedscope 0.0.1 to 1.25; written ones by speedscope 1.25 in Chromium',
  detect,
  read: readSpeedscope,
  write: writeSpeedscope,
};

/** All versions name their schema but may do so at the end; what they are made of is found before. */
function detect(head: Uint8Array): boolean {
  const text = new TextDecoder().decode(head);
  if (!/^\s*\{/.test(text)) return false;
  if (/"\$schema"\s*:\s*"https:\/\/www\.speedscope\.app\/file-format-schema\.json"/.test(text)) return true;
  return /"type"\s*:\s*"(?:evented|sampled)"/.test(text) && /"(?:shared|profiles)"\s*:\s*[[{]/.test(text);
}
