/** The recording's times: ns of its clock to whole microseconds from its start, as perf rounds them. */
export class SampleClock {
  private startUs: number | undefined;
  /** The latest time told, in microseconds. */
  latest = 0;
  /** Times that went back. */
  late = 0;

  /** `startNs`: the ns that are time 0; by default those of the first record that has a time. */
  constructor(startNs: number | undefined) {
    if (startNs !== undefined) this.startUs = Math.floor(startNs / 1000);
  }

  /** Times do not go back: what comes too late bears the time of what came before it. */
  tell(ns: number): number {
    if (ns === 0) return this.latest;
    const us = Math.floor(ns / 1000);
    if (this.startUs === undefined) this.startUs = us;
    const time = us - this.startUs;
    if (time > this.latest) this.latest = time;
    else if (time < this.latest && time >= 0) this.late++;
    return this.latest;
  }

  /** The ns that are time 0; undefined before the first time was told. */
  get startNs(): number | undefined {
    return this.startUs === undefined ? undefined : this.startUs * 1000;
  }
}
