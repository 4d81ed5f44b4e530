import { FrameTable } from './frames.js';
import { FunctionTable } from './functions.js';
import { GeneratedTable } from './generated.js';
import { MappingTable } from './mappings.js';
import { OperationTable } from './operations.js';
import { ProcessTable } from './processes.js';
import { Quality } from './quality.js';
import { ScriptTable } from './scripts.js';
import { Series, type Unit } from './series.js';
import { StackTable } from './stacks.js';
import { StringTable } from './strings.js';
import { type ThreadId, ThreadTable } from './threads.js';

/** How, when and of what the recording was made. */
export interface RecordingInfo {
  /** The command that was launched, as typed; null when the source does not tell. */
  command: string | null;
  /** `perf`, `v8`, or the format it was converted from. */
  engine: string;
  /** Wall-clock start in milliseconds since 1970; 0 when not known. */
  startedMs: number;
  /** Length in microseconds. */
  durationUs: number;
  /** Samples per second asked for; 0 when not known. */
  frequencyHz: number;
}

/**
 * The one model every source is read into and every view is made from: tables of struct-of-arrays columns with
 * dense ids. Times are whole microseconds from the recording's start.
 */
export class Profile {
  readonly info: RecordingInfo = { command: null, engine: '', startedMs: 0, durationUs: 0, frequencyHz: 0 };
  readonly strings = new StringTable();
  readonly mappings = new MappingTable(this.strings);
  readonly scripts = new ScriptTable(this.strings);
  readonly functions = new FunctionTable(this.strings);
  readonly generated = new GeneratedTable(this.strings);
  readonly frames = new FrameTable();
  readonly stacks = new StackTable();
  readonly processes = new ProcessTable(this.strings);
  readonly threads = new ThreadTable(this.strings);
  readonly series: Series[] = [];
  readonly operations = new OperationTable(this.strings);
  readonly quality = new Quality();

  /** Adds an empty series and returns it; its index in `series` is its id. */
  addSeries(thread: ThreadId, event: string, unit: Unit, timed = true, withCpu = false): Series {
    const series = new Series(thread, event, unit, timed, withCpu);
    this.series.push(series);
    return series;
  }
}
