import type { Quality } from '../../profile/quality.js';

export function noteNoKernel(quality: Quality): void {
  quality.note(
    'KERNEL_EXCLUDED',
    'Time in the kernel is missing: perf_event_paranoid is above 1 and you are not root.',
    'sysctl kernel.perf_event_paranoid=1 as root allows it.',
  );
}

/** perf is gone and the program is not. */
export function noteEarlyEnd(quality: Quality, failure: Error): void {
  quality.note(
    'PERF_ENDED_EARLY',
    `perf ended before the program did: ${failure.message}`,
    'Record again; if it was killed for want of memory, with a lower frequency (-F).',
  );
}
