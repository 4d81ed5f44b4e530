import { parseAttr } from './event-attr.js';
import { Events } from './events.js';
import { type RecordingFeatures, readFeature, textOf } from './features.js';
import { readIds, viewOf } from './header.js';
import { RECORD_HEADER_BYTES, RecordType } from './records.js';

/** `type` of an EVENT_UPDATE that gives a name. */
const UPDATE_NAME = 2;

/** What a recording says of itself: its events and features, from sections or, in a pipe, from records. */
export class RecordingMetadata {
  readonly events: Events;
  readonly features: RecordingFeatures = {};

  constructor(
    private readonly bigEndian: boolean,
    kernelMaxStack: number,
  ) {
    this.events = new Events(kernelMaxStack);
  }

  /** Takes a record when it is one of those that describe the recording. */
  takeRecord(type: RecordType, record: Uint8Array, at: number): void {
    if (type === RecordType.HeaderAttr) this.addAttr(record, at);
    else if (type === RecordType.EventUpdate) this.updateEvent(record);
    else if (type === RecordType.HeaderFeature) this.addFeature(record);
  }

  takeFeature(number: number, content: Uint8Array): void {
    readFeature(this.features, number, content, this.bigEndian);
    for (const [id, name] of this.features.eventNames ?? []) this.events.rename(id, name);
  }

  /** Attribute, ids. */
  private addAttr(record: Uint8Array, at: number): void {
    const view = viewOf(record);
    const claimed = record.length >= 16 ? view.getUint32(RECORD_HEADER_BYTES + 4, !this.bigEndian) : 0;
    const size = Math.min(claimed, record.length - RECORD_HEADER_BYTES);
    const attr = new DataView(record.buffer, record.byteOffset + RECORD_HEADER_BYTES, size);
    const idsAt = RECORD_HEADER_BYTES + size;
    const ids = readIds(view, idsAt, record.length - idsAt, this.bigEndian);
    this.events.add(parseAttr(attr, this.bigEndian, ids, at));
  }

  /** u64 type, u64 id, content. */
  private updateEvent(record: Uint8Array): void {
    if (record.length <= 24) return;
    const [type, id] = readIds(viewOf(record), RECORD_HEADER_BYTES, 16, this.bigEndian);
    if (type === UPDATE_NAME) this.events.rename(id, textOf(record.subarray(24)));
  }

  /** u64 number, content. */
  private addFeature(record: Uint8Array): void {
    if (record.length < 16) return;
    const [number] = readIds(viewOf(record), RECORD_HEADER_BYTES, 8, this.bigEndian);
    this.takeFeature(number, record.subarray(16));
  }
}
