import type { Quality } from '../../profile/quality.js';

/** What was wrong or missing in a recording, counted while it is read and told once at its end. */
export class Damage {
  badRecords = 0;
  firstBadAt = -1;
  unknownSamples = 0;
  throttled = 0;
  lostEvents = 0;
  readonly unknownTypes = new Map<number, number>();

  badRecord(at: number): void {
    if (this.badRecords++ === 0) this.firstBadAt = at;
  }

  unknownType(type: number): void {
    if (this.unknownTypes.size < 16 || this.unknownTypes.has(type)) {
      this.unknownTypes.set(type, (this.unknownTypes.get(type) ?? 0) + 1);
    }
  }

  tell(quality: Quality, lateRecords: number): void {
    if (this.badRecords > 0) {
      quality.note(
        'PERF_DATA_BAD_RECORDS',
        `${this.badRecords} records do not hold what they say they do and were left out, the first near byte ${this.firstBadAt} of the perf.data.`,
        'Record again.',
      );
    }
    if (this.unknownSamples > 0) {
      quality.note(
        'PERF_DATA_UNKNOWN_EVENT',
        `${this.unknownSamples} samples belong to an event that the perf.data does not describe and were left out.`,
        'Record again.',
      );
    }
    if (lateRecords > 0) {
      quality.note(
        'PERF_DATA_LATE_RECORDS',
        `${lateRecords} records came too late to be put in time order; their samples bear the time of the last one before.`,
        'Record with smaller buffers (perf record -m).',
      );
    }
    if (this.lostEvents > 0) {
      quality.note(
        'PERF_LOST_EVENTS',
        `The kernel lost ${this.lostEvents} samples or events because perf could not keep up.`,
        'Record at a lower frequency, or with larger buffers (perf record -m).',
      );
    }
    if (this.throttled > 0) {
      quality.note(
        'PERF_THROTTLED',
        `The kernel held sampling back ${this.throttled} times because it took too much time: there are fewer samples then.`,
        'Record at a lower frequency, or raise kernel.perf_event_max_sample_rate.',
      );
    }
    if (this.unknownTypes.size > 0) {
      const types = [...this.unknownTypes].map(([type, count]) => `${type} (${count} times)`).join(', ');
      quality.note(
        'PERF_DATA_UNKNOWN_RECORDS',
        `Records of types this reader does not know were left out: ${types}.`,
        'Update stackscope, or record with the perf of your distribution.',
      );
    }
  }
}
