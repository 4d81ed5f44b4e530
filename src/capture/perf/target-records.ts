/**
 * perf's pipe carries more than what is wanted: the events of our launching thread, children. This passes on the
 * wanted processes' only, byte for byte, and reads on the way what perf counted of each thread (PERF_RECORD_READ).
 * Record layout: include/uapi/linux/perf_event.h; the user-space ones: tools/perf/util/event.h.
 */
import { endianness } from 'node:os';

const LITTLE = endianness() === 'LE';
const PIPE_HEADER_SIZE = 16;
const RECORD_HEADER_SIZE = 8;

const COMM = 3;
const EXIT = 4;
const FORK = 7;
const READ = 8;
const SAMPLE = 9;
const HEADER_ATTR = 64;
const HEADER_TRACING_DATA = 66;
const THREAD_MAP = 73;
/** MMAP, COMM, EXIT, FORK, READ, MMAP2, NAMESPACES: a process id comes right after the header. */
const WITH_PID = new Set([1, COMM, EXIT, FORK, READ, 10, 16]);

const MISC_COMM_EXEC = 1 << 13;
/** Bit of perf_event_attr's flags, at 40. */
const EXCLUDE_KERNEL = 1 << 5;

/** Bits of perf_event_attr.sample_type. */
enum SampleBit {
  Ip = 1 << 0,
  Time = 1 << 2,
  Id = 1 << 6,
  Cpu = 1 << 7,
  StreamId = 1 << 9,
  Identifier = 1 << 16,
}

export interface TargetRecordsOptions {
  /** Of a target that our launching thread forks; without it the target runs already. */
  readonly launch?: Launch;
  /** Of a target that runs already: samples from this time on are wanted, CLOCK_MONOTONIC. */
  readonly fromNs?: bigint;
  /** The processes that are wanted; without it all are. */
  readonly only?: ReadonlySet<number> | undefined;
  /** Threads of ours in the target, which are left out. */
  readonly exceptTids?: ReadonlySet<number>;
  /** The kernel did not let perf see it: samples have no kernel frames, and time in the kernel no samples. */
  readonly onKernelExcluded: () => void;
  /** The target started a process. */
  readonly onFork: (pid: number, parentPid: number) => void;
  /** perf's count of the first event for a thread that ended, on one CPU; `runningNs` is how long it counted. */
  readonly onCount: (pid: number, tid: number, count: number, runningNs: number) => void;
}

export interface Launch {
  /** The process whose records are left out: ours. */
  readonly ownPid: number;
  readonly launchedPid: number;
}

export async function* targetRecords(
  chunks: AsyncIterable<Uint8Array>,
  options: TargetRecordsOptions,
): AsyncIterable<Uint8Array> {
  const filter = new RecordFilter(options);
  for await (const chunk of chunks) yield* filter.pass(chunk);
  yield filter.rest();
}

class RecordFilter {
  private held: Uint8Array = new Uint8Array(0);
  /** Where in `held` the next record is to be looked at: after perf's header, at first. */
  private next = PIPE_HEADER_SIZE;
  private keptFrom = 0;
  private layout: SampleLayout | undefined;
  /** When the target became the program; before that it was a copy of us, and what it did is ours. Else `fromNs`. */
  private execTime: bigint | undefined;

  constructor(private readonly options: TargetRecordsOptions) {
    if (options.launch === undefined) this.execTime = options.fromNs ?? 0n;
  }

  /**
   * Until the exec is met everything is held: perf empties one CPU's buffer after the other, so that the
   * target's samples on one may come long before its exec on another.
   */
  *pass(chunk: Uint8Array): Iterable<Uint8Array> {
    const bytes = this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk]);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    if (this.execTime === undefined) {
      this.next = forEachRecord(view, this.next, (at, size) => this.lookForExec(view, at, size));
      this.held = bytes;
      if (this.execTime === undefined) return;
      this.next = PIPE_HEADER_SIZE;
    }
    if (bytes.length < this.next) {
      this.held = bytes;
      return;
    }
    const kept: Uint8Array[] = [];
    this.keptFrom = 0;
    const end = forEachRecord(view, this.next, (at, size) => {
      if (this.wants(view, at, size)) return;
      if (this.keptFrom < at) kept.push(bytes.subarray(this.keptFrom, at));
      this.keptFrom = at + size;
    });
    if (this.keptFrom < end) kept.push(bytes.subarray(this.keptFrom, end));
    this.held = bytes.subarray(end);
    this.next = 0;
    yield* kept;
  }

  /** What is left at the end: a record that was cut, or all when nothing was launched. */
  rest(): Uint8Array {
    return this.execTime === undefined ? this.held.subarray(0, PIPE_HEADER_SIZE) : this.held;
  }

  private lookForExec(view: DataView, at: number, size: number): void {
    const type = view.getUint32(at, LITTLE);
    if (type === HEADER_ATTR) this.readAttr(view, at, size);
    const isExec = type === COMM && (view.getUint16(at + 4, LITTLE) & MISC_COMM_EXEC) !== 0;
    const { launchedPid } = this.options.launch!;
    if (!isExec || view.getUint32(at + RECORD_HEADER_SIZE, LITTLE) !== launchedPid) return;
    // The program may exec again; the first counts, and the buffers of several CPUs come in any order.
    const time = view.getBigUint64(at + size - this.layout!.timeFromEnd, LITTLE);
    if (this.execTime === undefined || time < this.execTime) this.execTime = time;
  }

  private readAttr(view: DataView, at: number, size: number): void {
    if (this.layout !== undefined) return;
    const attr = at + RECORD_HEADER_SIZE;
    this.layout = readLayout(view, attr, at + size);
    if ((view.getUint32(attr + 40, LITTLE) & EXCLUDE_KERNEL) !== 0) this.options.onKernelExcluded();
  }

  private wants(view: DataView, at: number, size: number): boolean {
    const type = view.getUint32(at, LITTLE);
    if (type === HEADER_ATTR) this.readAttr(view, at, size);
    if (type === SAMPLE) return this.wantsSample(view, at);
    if (type === THREAD_MAP) return false;
    if (!WITH_PID.has(type)) return true;
    const pid = view.getUint32(at + RECORD_HEADER_SIZE, LITTLE);
    const tidAt = at + RECORD_HEADER_SIZE + (type === FORK || type === EXIT ? 8 : 4);
    if (this.isOurThread(view.getUint32(tidAt, LITTLE))) return false;
    if (!this.wantsProcess(pid) || (type === FORK && this.isLaunch(view, at))) return false;
    if (type === READ) this.count(view, at, pid);
    if (type === FORK) this.tellFork(view, at, pid);
    return true;
  }

  private wantsSample(view: DataView, at: number): boolean {
    const pidAt = at + this.layout!.pidFromStart;
    const pid = view.getUint32(pidAt, LITTLE);
    if (!this.wantsProcess(pid) || this.isOurThread(view.getUint32(pidAt + 4, LITTLE))) return false;
    const { launch } = this.options;
    const isOther = launch !== undefined && pid !== launch.launchedPid;
    return isOther || view.getBigUint64(pidAt + 8, LITTLE) >= this.execTime!;
  }

  /** A new thread is told of like a process, with its own as the parent. */
  private tellFork(view: DataView, at: number, pid: number): void {
    const parent = view.getUint32(at + RECORD_HEADER_SIZE + 4, LITTLE);
    if (pid !== parent) this.options.onFork(pid, parent);
  }

  /** The fork that made the target: its parent is us. */
  private isLaunch(view: DataView, at: number): boolean {
    return view.getUint32(at + RECORD_HEADER_SIZE + 4, LITTLE) === this.options.launch?.ownPid;
  }

  private wantsProcess(pid: number): boolean {
    const { launch, only } = this.options;
    return pid !== launch?.ownPid && (only?.has(pid) ?? true);
  }

  private isOurThread(tid: number): boolean {
    return this.options.exceptTids?.has(tid) ?? false;
  }

  /** READ: pid, tid, value, time enabled, time running, id: the read_format that `perf record -s` asks for. */
  private count(view: DataView, at: number, pid: number): void {
    const body = at + RECORD_HEADER_SIZE;
    if (!this.layout!.countedIds.has(view.getBigUint64(body + 32, LITTLE))) return;
    const value = Number(view.getBigUint64(body + 8, LITTLE));
    const running = Number(view.getBigUint64(body + 24, LITTLE));
    this.options.onCount(pid, view.getUint32(body + 4, LITTLE), value, running);
  }
}

/** Where the fields we need are, by the first event's attributes. */
interface SampleLayout {
  /** Offset of the process id in a sample; the time follows it. */
  readonly pidFromStart: number;
  /** Offset of the time from the end of any other record. */
  readonly timeFromEnd: number;
  /** Ids of the first event's counters, one per CPU. */
  readonly countedIds: ReadonlySet<bigint>;
}

/** HEADER_ATTR: a perf_event_attr, its size in its second word, sample_type at 24; then the ids of its counters. */
function readLayout(view: DataView, attr: number, end: number): SampleLayout {
  const sampleType = view.getUint32(attr + 24, LITTLE);
  const sizeOf = (bits: number[]) => 8 * bits.filter((bit) => (sampleType & bit) !== 0).length;
  const ids = new Set<bigint>();
  for (let id = attr + view.getUint32(attr + 4, LITTLE); id + 8 <= end; id += 8) {
    ids.add(view.getBigUint64(id, LITTLE));
  }
  return {
    pidFromStart: RECORD_HEADER_SIZE + sizeOf([SampleBit.Identifier, SampleBit.Ip]),
    timeFromEnd: sizeOf([
      SampleBit.Time,
      SampleBit.Id,
      SampleBit.StreamId,
      SampleBit.Cpu,
      SampleBit.Identifier,
    ]),
    countedIds: ids,
  };
}

/** Calls `visit` for each whole record from `from` on, and returns where the first that is not whole begins. */
function forEachRecord(view: DataView, from: number, visit: (at: number, size: number) => void): number {
  let at = from;
  while (at + RECORD_HEADER_SIZE <= view.byteLength) {
    const size = recordSize(view, at);
    if (at + size > view.byteLength) break;
    visit(at, size);
    at += size;
  }
  return at;
}

/** The size in a record's header; the data of tracepoint formats comes after it. */
function recordSize(view: DataView, at: number): number {
  const size = Math.max(view.getUint16(at + 6, LITTLE), RECORD_HEADER_SIZE);
  if (view.getUint32(at, LITTLE) !== HEADER_TRACING_DATA || at + 12 > view.byteLength) return size;
  return size + view.getUint32(at + RECORD_HEADER_SIZE, LITTLE);
}
