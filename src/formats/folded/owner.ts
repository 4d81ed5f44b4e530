import { isEntryPointName } from '../../profile/entry-points.js';

/** What no name of a program has: signs of C++, DTrace's modules, marks, files, markers. */
const CODE = /::|[(`]|_\[[kjiw]\]$|^\[|\.[cm]?[jt]sx?:\d|\+0x[\da-f]+$|^(?:all|root)$/;
const THREAD = /^thread (.+)$/;

/**
 * Whether a stack's first label is its process, as all of stackcollapse-perf.pl's are. Other tools begin with the
 * first function: what looks like code is taken for that.
 */
export function isProcessLabel(label: string): boolean {
  return label !== '' && !CODE.test(label) && !isEntryPointName(label);
}

/** The thread that a stack's second label names, as we write it; undefined for a function. */
export function threadOfLabel(label: string): string | undefined {
  return THREAD.exec(label)?.[1];
}
