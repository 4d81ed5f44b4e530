import type { Profile } from '../../profile/profile.js';

/** Tells what of a file of Firefox has no place in a profile. */
export function tellLeftOut({ quality }: Profile, withoutStack: number, moments: number): void {
  if (withoutStack > 0) {
    quality.note(
      'FIREFOX_NO_STACK',
      `${withoutStack.toLocaleString('en-US')} samples have no stack, as of threads that were not looked at: they were left out.`,
    );
  }
  if (moments > 0) {
    quality.note(
      'FIREFOX_MOMENTS',
      `${moments.toLocaleString('en-US')} markers are of a moment, not of something that lasts: they were left out.`,
    );
  }
}
