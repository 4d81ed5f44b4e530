import { UserError } from '../../profile/errors.js';
import type { Unit } from '../../profile/series.js';
import { defaultEventName, type EventAttr, fixedPeriod, type SampleBit, unitOf } from './event-attr.js';
import { DEFAULT_MAX_STACK, PERF_DATA_LIMITS } from './limits.js';
import { type SampleLayout, sampleLayout, type TrailerLayout, trailerLayout } from './record-layout.js';

/** One event of the recording. */
export interface RecordedEvent {
  readonly index: number;
  readonly attr: EventAttr;
  name: string;
  readonly unit: Unit;
  readonly layout: SampleLayout;
  readonly trailer: TrailerLayout;
  /** Weight of samples that carry none. */
  readonly fixedPeriod: number;
  /** Frames at which the kernel stops following callers. */
  readonly maxStack: number;
}

/** The events of a recording, and which of them a record belongs to. */
export class Events {
  readonly list: RecordedEvent[] = [];
  private readonly byId = new Map<number, RecordedEvent>();

  /** `kernelMaxStack`: the recording kernel's depth limit when known. */
  constructor(private readonly kernelMaxStack = DEFAULT_MAX_STACK) {}

  add(attr: EventAttr): void {
    if (this.list.length >= PERF_DATA_LIMITS.events) {
      throw new UserError(
        'PERF_DATA_TOO_MANY_EVENTS',
        `perf.data: more than ${PERF_DATA_LIMITS.events} events; record fewer with -e.`,
      );
    }
    const event: RecordedEvent = {
      index: this.list.length,
      attr,
      name: defaultEventName(attr),
      unit: unitOf(attr),
      layout: sampleLayout(attr),
      trailer: trailerLayout(attr),
      fixedPeriod: fixedPeriod(attr),
      maxStack: attr.maxStack || this.kernelMaxStack,
    };
    this.list.push(event);
    for (const id of attr.ids) this.byId.set(id, event);
  }

  /** Gives the event that has this id the name the recording tells. */
  rename(id: number, name: string): void {
    const event = this.byId.get(id);
    if (event !== undefined && name !== '') event.name = name;
  }

  get first(): RecordedEvent | undefined {
    return this.list[0];
  }

  /** The event of the sample at words[at..end); undefined when it names an unknown id or there are no events. */
  ofSample(words: Uint32Array, at: number, end: number): RecordedEvent | undefined {
    const { list } = this;
    if (list.length <= 1) return list[0];
    // Where events differ in layout, each sample begins with its IDENTIFIER; else all share the first's places.
    const place = list[0].layout.id;
    if (place < 0) return list[0];
    if (at + place + 2 > end) return undefined;
    return this.byId.get(words[at + place] + words[at + place + 1] * 0x1_0000_0000);
  }

  /** The event whose trailer ends the record words[at..end); the first where the trailer names none. */
  ofTrailer(words: Uint32Array, at: number, end: number): RecordedEvent | undefined {
    const { list } = this;
    if (list.length <= 1) return list[0];
    const place = list[0].trailer.id;
    if (place < 0 || end - place < at + 2) return list[0];
    return this.byId.get(words[end - place] + words[end - place + 1] * 0x1_0000_0000) ?? list[0];
  }

  /** Whether some event's samples carry this field. */
  has(bit: SampleBit): boolean {
    return this.list.some((event) => (event.attr.sampleType & bit) !== 0);
  }
}
