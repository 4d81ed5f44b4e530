import { Malformed } from '../malformed.js';
import { Profile, type RecordingInfo } from '../profile.js';
import type { QualityNote } from '../quality.js';
import { type ByteReader, decodeText } from './bytes.js';

/** What is known about the recording as a whole, as JSON: `{info, quality: {lostSamples, notes}}`. */
export function encodeInfo({ info, quality }: Profile): string {
  return JSON.stringify({ info, quality: { lostSamples: quality.lostSamples, notes: quality.notes } });
}

/** Replaces info and quality of `profile` by those of the block. */
export function decodeInfo(input: ByteReader, profile: Profile): void {
  const { info, quality } = parseObject(decodeText(input.raw(input.left)));
  setInfo(profile.info, asObject(info, 'info'));
  const { lostSamples, notes } = asObject(quality, 'quality');
  if (!isCount(lostSamples)) throw new Malformed('lostSamples is not a number');
  if (!Array.isArray(notes)) throw new Malformed('notes is not a list');
  profile.quality.lostSamples = lostSamples;
  profile.quality.notes.length = 0;
  for (const note of notes) profile.quality.notes.push(asNote(note));
}

const DEFAULTS: Readonly<RecordingInfo> = new Profile().info;

/** Each field has the type it has in a new profile; what is null there may be null or a text. */
function setInfo(target: RecordingInfo, fields: Record<string, unknown>): void {
  for (const [name, initial] of Object.entries(DEFAULTS)) {
    const value = fields[name];
    const right =
      typeof initial === 'number'
        ? Number.isFinite(value)
        : typeof value === 'string' || (initial === null && value === null);
    if (!right) throw new Malformed(`${name} is missing or of the wrong type`);
    Object.assign(target, { [name]: value });
  }
}

function asNote(value: unknown): QualityNote {
  const { code, message, cure } = asObject(value, 'a note');
  if (typeof code !== 'string' || typeof message !== 'string' || typeof cure !== 'string') {
    throw new Malformed('a note has no code, message and cure');
  }
  return { code, message, cure };
}

function parseObject(text: string): Record<string, unknown> {
  try {
    return asObject(JSON.parse(text), 'it');
  } catch (error) {
    if (error instanceof SyntaxError) throw new Malformed('it is not valid JSON');
    throw error;
  }
}

function asObject(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new Malformed(`${what} is not an object`);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0;
}
