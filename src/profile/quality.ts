/** Something a reader of the recording must know: what is missing or uncertain, and what to do about it. */
export interface QualityNote {
  /** Stable, `UPPER_SNAKE`. */
  readonly code: string;
  /** One sentence: what, and why. */
  readonly message: string;
  /** One sentence: the cure, '' when there is none. */
  readonly cure: string;
}

/** What is known about how far the recording can be trusted; it travels with the profile and is shown. */
export class Quality {
  readonly notes: QualityNote[] = [];
  /** Samples that the recorder knows it lost. */
  lostSamples = 0;

  /** Adds a note once per code. */
  note(code: string, message: string, cure = ''): void {
    if (!this.notes.some((known) => known.code === code)) this.notes.push({ code, message, cure });
  }
}
