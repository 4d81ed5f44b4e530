import { LIMITS } from '../../profile/limits.js';
import { Malformed } from '../../profile/malformed.js';
import type { Profile } from '../../profile/profile.js';
import type { Series } from '../../profile/series.js';
import { ROOT, type StackId, StackTable } from '../../profile/stacks.js';
import type { ThreadId } from '../../profile/threads.js';
import { type MessageReader, Wire } from '../protobuf/message-reader.js';
import { LocationFrames } from './location-frames.js';
import { SampleOwners } from './sample-owner.js';
import { PROFILE, SAMPLE } from './schema.js';
import type { PprofTables } from './tables.js';
import { type Measured, measuredOf } from './values.js';

/** Samples after which the caller may write and drain them. */
const BATCH = 262_144;

/** Turns the samples of a pprof into those of a profile: a series for each thread and each kind of value. */
export class PprofSamples {
  readonly owners: SampleOwners;
  private readonly measured: readonly Measured[];
  private readonly locations: LocationFrames;
  /** By thread: its series in the order of the kinds of values. */
  private readonly series = new Map<ThreadId, readonly Series[]>();
  /** Callers and callees as (path of locations, location), and the stack of each. */
  private readonly paths = new StackTable();
  private readonly stacks: StackId[] = [ROOT];
  /** Of the sample at hand: rows of its locations, the innermost first; its values. */
  private rows = new Uint32Array(256);
  private depth = 0;
  private readonly values: Float64Array;
  private valueCount = 0;

  constructor(
    private readonly profile: Profile,
    private readonly tables: PprofTables,
  ) {
    const { strings, sampleTypes } = tables;
    this.measured = sampleTypes.map(({ type, unit }) => measuredOf(strings.get(type), strings.get(unit)));
    this.locations = new LocationFrames(profile, tables);
    this.owners = new SampleOwners(profile, strings);
    this.values = new Float64Array(sampleTypes.length);
  }

  /** Adds the samples; stops after each batch for the caller to take it. */
  *read(reader: MessageReader): Generator<void> {
    let count = 0;
    for (let field = reader.next(); field !== 0; field = reader.next()) {
      if (field !== PROFILE.sample) {
        reader.skip();
        continue;
      }
      this.readSample(reader);
      if (++count % BATCH === 0) yield;
    }
  }

  private readSample(reader: MessageReader): void {
    const begin = reader.at;
    this.depth = 0;
    this.valueCount = 0;
    this.owners.begin();
    const outer = reader.enter();
    for (let field = reader.next(); field !== 0; field = reader.next()) {
      if (field === SAMPLE.label && reader.wire === Wire.Bytes) this.owners.label(reader);
      else if (field === SAMPLE.locationId) this.readNumbers(reader, (at) => this.pushLocation(reader, at));
      else if (field === SAMPLE.value) this.readNumbers(reader, (at) => this.pushValue(reader, at));
      else reader.skip();
    }
    reader.leave(outer);
    if (this.valueCount !== this.values.length) {
      throw new Malformed(
        `byte ${begin}: a sample has ${this.valueCount} values, and there are ${this.values.length} kinds of them`,
      );
    }
    this.add(begin);
  }

  /** Repeated numbers, one by one or packed. */
  private readNumbers(reader: MessageReader, read: (at: number) => void): void {
    if (reader.wire === Wire.Varint) {
      read(reader.at);
      return;
    }
    const outer = reader.enter();
    while (reader.at < reader.end) read(reader.at);
    reader.leave(outer);
  }

  private pushLocation(reader: MessageReader, at: number): void {
    const id = reader.unsigned();
    const row = this.tables.locations.id.row(id);
    if (row < 0) throw new Malformed(`byte ${at}: a sample names location ${id}, which is not there`);
    if (this.depth === this.rows.length) {
      const grown = new Uint32Array(this.rows.length * 2);
      grown.set(this.rows);
      this.rows = grown;
    }
    this.rows[this.depth++] = row;
  }

  private pushValue(reader: MessageReader, at: number): void {
    const value = reader.signed();
    if (value < 0) {
      throw new Malformed(
        `byte ${at}: a sample's value is ${value}: this is the difference of two profiles, and those are to be read instead`,
      );
    }
    if (this.valueCount < this.values.length) this.values[this.valueCount] = value;
    this.valueCount++;
  }

  private add(begin: number): void {
    const stack = this.stack(begin);
    const series = this.seriesOf(this.owners.thread(), begin);
    for (let i = 0; i < series.length; i++) {
      if (this.values[i] > 0) series[i].add(0, stack, this.values[i] * this.measured[i].scale);
    }
  }

  private stack(begin: number): StackId {
    let path = ROOT;
    for (let i = this.depth - 1; i >= 0; i--) {
      const next = this.paths.intern(path, this.rows[i]);
      if (next === this.stacks.length) this.stacks.push(this.below(this.stacks[path], this.rows[i], begin));
      path = next;
    }
    return this.stacks[path];
  }

  /** The stack in which `caller` called what is at a location. */
  private below(caller: StackId, row: number, begin: number): StackId {
    const { stacks } = this.profile;
    const { frames, first } = this.locations;
    let stack = caller;
    for (let at = first.data[row]; at < first.data[row + 1]; at++) {
      stack = stacks.intern(stack, frames.data[at]);
    }
    if (stacks.length > LIMITS.rows)
      throw new Malformed(`byte ${begin}: the stacks are more than ${LIMITS.rows}`);
    return stack;
  }

  private seriesOf(thread: ThreadId, begin: number): readonly Series[] {
    const known = this.series.get(thread);
    if (known !== undefined) return known;
    const { profile, measured } = this;
    if (profile.series.length + measured.length > LIMITS.series)
      throw new Malformed(`byte ${begin}: threads times kinds of values are more than ${LIMITS.series}`);
    const series = measured.map(({ event, unit }) => profile.addSeries(thread, event, unit, false));
    this.series.set(thread, series);
    return series;
  }
}
