import { LAYER_NAMES } from '../../profile/layers.js';
import type { Profile } from '../../profile/profile.js';
import { ROOT, type StackId } from '../../profile/stacks.js';
import { ROLE_NAMES, type ThreadId } from '../../profile/threads.js';
import { MessageWriter } from '../protobuf/message-writer.js';
import { LABEL, PROFILE, SAMPLE } from './schema.js';
import { StackValues } from './stack-values.js';
import type { TableWriter } from './table-writer.js';
import { seriesByThread, type ValueKinds } from './value-kinds.js';

/** Bytes after which what was written is handed on. */
const PIECE = 262_144;

/** The largest number that fits both a double and the 63 bits of a value. */
const MAX_VALUE = 2 ** 63 - 1024;

/** Writes a sample for each thread and stack, with the thread, the process and the layer that ran as labels. */
export class SampleWriter {
  private readonly out = new MessageWriter();
  private readonly sample = new MessageWriter();
  private readonly numbers = new MessageWriter();
  /** The label of each layer, as a field of a sample. */
  private readonly layerLabels: readonly Uint8Array[];

  constructor(
    private readonly profile: Profile,
    private readonly tables: TableWriter,
    private readonly kinds: ValueKinds,
  ) {
    this.layerLabels = LAYER_NAMES.map((name) => this.labels({ layer: name }));
  }

  *pieces(): Generator<Uint8Array> {
    const { profile, kinds, out } = this;
    const rows = new StackValues(profile.stacks.length, kinds.all.length);
    const values = new Float64Array(kinds.all.length);
    for (const [thread, series] of seriesByThread(profile)) {
      const owner = this.ownerLabels(thread);
      rows.load(series, (each) => kinds.of(each));
      for (let row = 0; row < rows.stacks.length; row++) {
        rows.take(row, values);
        this.write(rows.stacks.data[row], values, owner);
        if (out.length >= PIECE) yield out.take();
      }
    }
    yield out.take();
  }

  private write(stack: StackId, values: Float64Array, owner: Uint8Array): void {
    const { out, sample, numbers } = this;
    sample.clear();
    numbers.clear();
    this.tables.locations.forEach(stack, (id) => numbers.varint(id));
    sample.blob(SAMPLE.locationId, numbers.view());
    numbers.clear();
    for (const value of values) numbers.varint(Math.min(value, MAX_VALUE));
    sample.blob(SAMPLE.value, numbers.view());
    sample.raw(owner);
    if (stack !== ROOT) sample.raw(this.layerLabels[this.layerOf(stack)]);
    out.blob(PROFILE.sample, sample.view());
  }

  private layerOf(stack: StackId): number {
    const { stacks, frames, functions } = this.profile;
    return functions.layer(frames.func(stacks.columns.frame.data[stack]));
  }

  private ownerLabels(thread: ThreadId): Uint8Array {
    const { threads, processes } = this.profile;
    const process = threads.columns.process.data[thread];
    const role = threads.columns.role.data[thread];
    return this.labels({
      pid: processes.columns.pid.data[process],
      process: processes.command(process),
      tid: threads.columns.tid.data[thread],
      thread: threads.name(thread),
      role: role === 0 ? '' : ROLE_NAMES[role],
    });
  }

  /** Labels as fields of a sample; those that say nothing are left out. */
  private labels(labels: Readonly<Record<string, string | number>>): Uint8Array {
    const fields = new MessageWriter();
    for (const [key, value] of Object.entries(labels)) {
      if (value === '' || value === 0) continue;
      const label = new MessageWriter();
      label.number(LABEL.key, this.tables.text(key));
      if (typeof value === 'number') label.number(LABEL.num, value);
      else label.number(LABEL.str, this.tables.text(value));
      fields.blob(SAMPLE.label, label.view());
    }
    return fields.view();
  }
}
