/** Versions of the processed format, `meta.preprocessedProfileVersion` (docs-developer/CHANGELOG-formats.md). */

/** The oldest that its changelog describes. */
export const OLDEST = 41;
export const NEWEST = 70;

/** The one we write: the first with tables that all threads share. All newer profilers bring it up to date. */
export const WRITTEN = 60;

/** Versions of what Firefox itself writes, `meta.version`. */
export const GECKO_OLDEST = 26;
export const GECKO_NEWEST = 36;
