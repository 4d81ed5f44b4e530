import type { Profile } from '../profile/profile.js';
import { functionFile, functionName } from './function-names.js';

/**
 * The most of a function's name, and of its file, that a pattern is tried on. An expression that backtracks is worst
 * on long texts, and hostile recordings have names of 65,536 characters.
 */
export const MATCHED_LENGTH = 512;

/** Which functions a pattern matches in their `name file`, 1 each; every distinct text is tried once. */
export function matchingFunctions(profile: Profile, pattern: RegExp): Uint8Array {
  const test = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''));
  const known = new Map<string, 0 | 1>();
  return Uint8Array.from({ length: profile.functions.length }, (_, func) => {
    const name = functionName(profile, func).slice(0, MATCHED_LENGTH);
    const text = `${name} ${functionFile(profile, func).slice(0, MATCHED_LENGTH)}`;
    const matched = known.get(text) ?? (test.test(text) ? 1 : 0);
    known.set(text, matched);
    return matched;
  });
}
