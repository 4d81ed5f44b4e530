/**
 * perf's pipe carries the events of our launching thread beside the target's. This passes on the target's only,
 * byte for byte, and reads on the way what perf counted of each thread (PERF_RECORD_READ).
 * Record layout: include/uapi/linux/perf_event.h; the user-space ones: tools/perf/util/event.h.
 */
import { endianness } from 'node:os';

const LITTLE = endianness() === 'LE';
const PIPE_HEADER_SIZE = 16;
const RECORD_HEADER_SIZE = 8;

const COMM = 3;
const FORK = 7;
const READ = 8;
const SAMPLE = 9;
const HEADER_ATTR = 64;
const HEADER_TRACING_DATA = 66;
const THREAD_MAP = 73;
/** MMAP, COMM, EXIT, FORK, READ, MMAP2, NAMESPACES: a process id comes right after the header. */
const WITH_PID = new Set([1, COMM, 4, FORK, READ, 10, 16]);

const MISC_COMM_EXEC = 1 << 13;
const SAMPLE_IP = 1n << 0n;
const SAMPLE_IDENTIFIER = 1n << 16n;

export interface TargetRecordsOptions {
  /** The process whose records are left out: ours. */
  readonly ownPid: number;
  /** Only the launched process is wanted, not those it starts. */
  readonly onlyLaunched: boolean;
  /** perf's count of the first event for a thread that ended, on one CPU; `runningNs` is how long it counted. */
  readonly onCount: (pid: number, tid: number, count: number, runningNs: number) => void;
}

export async function* targetRecords(
  chunks: AsyncIterable<Uint8Array>,
  options: TargetRecordsOptions,
): AsyncIterable<Uint8Array> {
  const filter = new RecordFilter(options);
  for await (const chunk of chunks) yield* filter.pass(chunk);
  yield* filter.rest();
}

class RecordFilter {
  private held: Uint8Array = new Uint8Array(0);
  /** Bytes to be passed on before the next record begins. */
  private verbatim = PIPE_HEADER_SIZE;
  private pidOffsetInSample = RECORD_HEADER_SIZE;
  private countedIds: ReadonlySet<bigint> | undefined;
  private launchedPid: number | undefined;
  /** Between fork and exec the target is a copy of us: what it does then is ours. */
  private hasExeced = false;

  constructor(private readonly options: TargetRecordsOptions) {}

  *pass(chunk: Uint8Array): Iterable<Uint8Array> {
    const bytes = this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk]);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let keptFrom = 0;
    let at = 0;
    while (at < bytes.length) {
      if (this.verbatim > 0) {
        const passed = Math.min(this.verbatim, bytes.length - at);
        this.verbatim -= passed;
        at += passed;
        continue;
      }
      if (at + RECORD_HEADER_SIZE > bytes.length) break;
      const size = view.getUint16(at + 6, LITTLE);
      if (at + size > bytes.length) break;
      if (size < RECORD_HEADER_SIZE) {
        this.verbatim = Number.POSITIVE_INFINITY;
        continue;
      }
      if (!this.wants(view, at, size)) {
        if (keptFrom < at) yield bytes.subarray(keptFrom, at);
        keptFrom = at + size;
      }
      at += size;
    }
    if (keptFrom < at) yield bytes.subarray(keptFrom, at);
    this.held = bytes.subarray(at);
  }

  *rest(): Iterable<Uint8Array> {
    if (this.held.length > 0) yield this.held;
  }

  private wants(view: DataView, at: number, size: number): boolean {
    const type = view.getUint32(at, LITTLE);
    if (type === SAMPLE) return this.wantsProcess(view.getUint32(at + this.pidOffsetInSample, LITTLE));
    if (type === HEADER_ATTR) this.readAttr(view, at, size);
    if (type === HEADER_TRACING_DATA) this.verbatim = view.getUint32(at + RECORD_HEADER_SIZE, LITTLE);
    if (type === THREAD_MAP) return false;
    if (!WITH_PID.has(type)) return true;
    const pid = view.getUint32(at + RECORD_HEADER_SIZE, LITTLE);
    if (type === FORK && this.isLaunch(view, at, pid)) return false;
    if (
      type === COMM &&
      pid === this.launchedPid &&
      (view.getUint16(at + 4, LITTLE) & MISC_COMM_EXEC) !== 0
    ) {
      this.hasExeced = true;
    }
    if (!this.wantsProcess(pid)) return false;
    if (type === READ) this.count(view, at, pid);
    return true;
  }

  /** The fork that made the target. A thread of ours also begins by such a record, with our pid. */
  private isLaunch(view: DataView, at: number, pid: number): boolean {
    const parent = view.getUint32(at + RECORD_HEADER_SIZE + 4, LITTLE);
    if (parent !== this.options.ownPid || pid === parent) return false;
    this.launchedPid = pid;
    return true;
  }

  private wantsProcess(pid: number): boolean {
    if (pid === this.options.ownPid) return false;
    if (pid === this.launchedPid) return this.hasExeced;
    return !this.options.onlyLaunched;
  }

  /** HEADER_ATTR: the event's perf_event_attr, its size in its second word, then the ids of its counters. */
  private readAttr(view: DataView, at: number, size: number): void {
    if (this.countedIds !== undefined) return;
    const attr = at + RECORD_HEADER_SIZE;
    const sampleType = view.getBigUint64(attr + 24, LITTLE);
    if ((sampleType & SAMPLE_IDENTIFIER) !== 0n) this.pidOffsetInSample += 8;
    if ((sampleType & SAMPLE_IP) !== 0n) this.pidOffsetInSample += 8;
    const ids = new Set<bigint>();
    for (let id = attr + view.getUint32(attr + 4, LITTLE); id + 8 <= at + size; id += 8) {
      ids.add(view.getBigUint64(id, LITTLE));
    }
    this.countedIds = ids;
  }

  /** READ: pid, tid, value, time enabled, time running, id: the read_format that `perf record -s` asks for. */
  private count(view: DataView, at: number, pid: number): void {
    const body = at + RECORD_HEADER_SIZE;
    if (!this.countedIds?.has(view.getBigUint64(body + 32, LITTLE))) return;
    const value = Number(view.getBigUint64(body + 8, LITTLE));
    const running = Number(view.getBigUint64(body + 24, LITTLE));
    this.options.onCount(pid, view.getUint32(body + 4, LITTLE), value, running);
  }
}
