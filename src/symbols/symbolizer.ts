import { FrameTraits } from '../profile/frame-traits.js';
import type { FrameId } from '../profile/frames.js';
import { JIT_MAPPING } from '../profile/mappings.js';
import type { ProcessId } from '../profile/processes.js';
import type { Profile } from '../profile/profile.js';
import type { ThreadRole } from '../profile/threads.js';
import { AddressSpace, type MappedRange } from './address-space.js';
import type { Binary } from './binary.js';
import { EVERY_EPOCH, FrameCache, NOT_CACHED } from './frame-cache.js';
import { JitCode } from './jit-code.js';
import { KernelFrames } from './kernel-frames.js';
import { innermostPid, startOf, userOf } from './live-process.js';
import { MappedCode } from './mapped-code.js';
import { NativeFrames } from './native-frames.js';
import { noteMissingMap, noteTooManyMappings, noteUnnamedFile } from './notes.js';
import type { MappedFile } from './open-binary.js';
import type { MapOwner } from './perf-map-file.js';
import { NO_NAME } from './symbol-table.js';
import { vdso } from './vdso.js';

/** A piece of a process's memory that holds code, as a mapping event tells it. */
export interface MappingEvent {
  readonly start: number;
  /** Bytes. */
  readonly length: number;
  /** Offset in the file of `start`. */
  readonly fileOffset: number;
  readonly path: string;
  readonly inode?: number;
  /** Lower-case hex. */
  readonly buildId?: string;
}

export interface SymbolizerOptions {
  /** Live recording: binaries are opened through /proc/PID/root while the process lives, perf maps are followed and dated. */
  readonly live: boolean;
  /**
   * Whether the running kernel is the one that was recorded, so that its symbols and vdso apply; default: `live`.
   * `runningKernelBuildId` tells what to compare a recording's with.
   */
  readonly sameKernel?: boolean;
  /** Where the perf map of a process is looked for, in order; default: /proc/PID/root/tmp/perf-NSPID.map (live), then /tmp/perf-PID.map */
  readonly jitMapPaths?: (pid: number) => readonly string[];
  /** The folder of what stackscope has loaded into the program: not the program's own doing. */
  readonly ownFolder?: string;
}

/** Marks memory whose code was made at run time. */
const JIT = Symbol('jit');
type Target = MappedCode | typeof JIT;

const HALF = 2 ** 32;
const FIRST_GENERATION = 1;
const DELETED = ' (deleted)';
/** Linux allows a process 65,530 (`vm.max_map_count`) unless it is told otherwise. */
const MAX_MAPPINGS = 1 << 17;
/** So many files are kept open until they are read; later ones are opened then, if they are still there. */
const MAX_OPEN_FILES = 256;

/** What is known of one process's code. */
interface ProcessCode {
  readonly id: ProcessId;
  readonly pid: number;
  readonly space: AddressSpace<Target>;
  readonly cache: FrameCache;
  readonly jit: JitCode;
  /** Goes up when other code came to addresses that may have been named. */
  generation: number;
  /** undefined until its perf map was first looked for. */
  mapPaths: readonly string[] | undefined;
}

/** Turns the addresses of a recording into frames of its profile. */
export class Symbolizer {
  private readonly native: NativeFrames;
  private readonly kernel: KernelFrames;
  private readonly traits: FrameTraits;
  private readonly sameKernel: boolean;
  private readonly processes: (ProcessCode | undefined)[] = [];
  private readonly files = new Map<string, MappedCode>();
  private openFiles = 0;
  /** Date of the first map line that is not in effect. */
  private nextMapDate = Number.POSITIVE_INFINITY;

  constructor(
    private readonly profile: Profile,
    private readonly options: SymbolizerOptions,
  ) {
    this.sameKernel = options.sameKernel ?? options.live;
    this.native = new NativeFrames(profile);
    this.kernel = new KernelFrames(profile, this.native, this.sameKernel);
    this.traits = new FrameTraits(profile);
  }

  /** Code appears in a process; it replaces what it overlaps. */
  addMapping(process: ProcessId, mapping: MappingEvent): void {
    const code = this.processes[process] ?? this.begin(process);
    if (code.space.size >= MAX_MAPPINGS) {
      noteTooManyMappings(this.profile.quality, code.pid);
      return;
    }
    const range = {
      start: mapping.start,
      end: mapping.start + mapping.length,
      fileOffset: mapping.fileOffset,
      target: isJitMemory(mapping.path) ? JIT : this.mappedCode(code.pid, mapping),
    } satisfies MappedRange<Target>;
    const replaced = code.space.overlapping(range.start, range.end);
    if (!isAllJit(range, replaced)) this.renew(code);
    code.space.map(range);
  }

  /** A forked process begins with its parent's code. An exec is a new process that begins with none. */
  forkProcess(parent: ProcessId, child: ProcessId): void {
    const from = this.processes[parent];
    if (from === undefined) return;
    const code = this.begin(child);
    const jit = from.jit.hasMap ? from.jit : code.jit;
    this.processes[child] = { ...code, space: from.space.fork(), jit };
  }

  /** Live: a process that runs already. What its perf map holds by now is older than any sample. */
  takeUp(process: ProcessId): void {
    this.readMap(this.processes[process] ?? this.begin(process));
  }

  /** Forgets a process whose samples are all named. */
  endProcess(process: ProcessId): void {
    const ended = this.processes[process];
    this.processes[process] = undefined;
    if (ended !== undefined && !this.processes.some((other) => other?.jit === ended.jit)) ended.jit.close();
  }

  /** Live: dates what perf maps gained since it was called last. `timeUs` as in samples; call it every 50 ms. */
  noteJitMaps(timeUs: number): void {
    for (const code of this.processes) {
      if (code === undefined) continue;
      this.openMap(code);
      code.jit.follow(timeUs);
      this.nextMapDate = Math.min(this.nextMapDate, code.jit.nextDate);
    }
  }

  /** Puts map lines dated up to `timeUs` in effect; to be called in time order, before samples of that time are named. */
  advance(timeUs: number): void {
    if (timeUs < this.nextMapDate) return;
    this.nextMapDate = Number.POSITIVE_INFINITY;
    for (const code of this.processes) {
      if (code === undefined) continue;
      code.jit.advance(timeUs);
      this.nextMapDate = Math.min(this.nextMapDate, code.jit.nextDate);
    }
  }

  /** Changes when frames that `userFrame` gave for this process may no longer hold. */
  jitEpoch(process: ProcessId): number {
    const code = this.processes[process];
    return code === undefined ? 0 : epochOf(code);
  }

  /** The frame of a user-space address; of callers' frames, of the return address minus one. */
  userFrame(process: ProcessId, address: number): FrameId {
    const code = this.processes[process] ?? this.begin(process);
    const low = address >>> 0;
    const high = (address / HALF) >>> 0;
    const cached = code.cache.get(low, high, epochOf(code));
    return cached !== NOT_CACHED ? cached : this.name(code, address, low, high);
  }

  /** The frame of a kernel address, given as its unsigned halves. */
  kernelFrame(lo: number, hi: number): FrameId {
    return this.kernel.frame(lo, hi);
  }

  /** Whether nothing calls this function: a stack that ends in it is whole. */
  isEntryPoint(frame: FrameId): boolean {
    return this.traits.isEntryPoint(frame);
  }

  /** What a thread is for that has this frame near its root; undefined when the frame does not tell. */
  roleOf(frame: FrameId): ThreadRole | undefined {
    return this.traits.roleOf(frame);
  }

  /** Closes all files, when everything is named. */
  close(): void {
    for (const code of this.processes) code?.jit.close();
    for (const mapped of this.files.values()) mapped.close();
  }

  private begin(process: ProcessId): ProcessCode {
    const code: ProcessCode = {
      id: process,
      pid: this.profile.processes.columns.pid.data[process],
      space: AddressSpace.empty(),
      cache: new FrameCache(),
      jit: new JitCode(this.profile, this.options.ownFolder),
      generation: FIRST_GENERATION,
      mapPaths: undefined,
    };
    this.processes[process] = code;
    return code;
  }

  private name(code: ProcessCode, address: number, low: number, high: number): FrameId {
    const range = code.space.find(address);
    const native = range === undefined || range.target === JIT ? undefined : this.nativeFrame(range, address);
    if (native?.isNamed) return this.keep(code, low, high, EVERY_EPOCH, native.frame);
    // Also when live: a process is first heard of about when its first samples are named, before a map was noted.
    this.readMap(code);
    const frame = code.jit.frame(address) ?? native?.frame ?? this.unknown(range, code, low, high);
    return this.keep(code, low, high, epochOf(code), frame);
  }

  private keep(code: ProcessCode, low: number, high: number, epoch: number, frame: FrameId): FrameId {
    code.cache.set(low, high, epoch, frame);
    return frame;
  }

  private nativeFrame(range: MappedRange<Target>, address: number): { frame: FrameId; isNamed: boolean } {
    const mapped = range.target as MappedCode;
    const { path } = mapped.file;
    const offset = range.fileOffset + (address - range.start);
    const binary = this.binaryOf(mapped);
    const buildId = binary?.buildId ?? mapped.file.buildId ?? '';
    const place = binary?.find(offset) ?? NO_NAME;
    if (binary === undefined || (place === NO_NAME && !binary.isEntry(offset))) {
      noteUnnamedFile(this.profile.quality, mapped.file, binary, mapped.failure);
      const frame = this.native.unnamed(path, buildId, offset >>> 0, (offset / HALF) >>> 0);
      return { frame, isNamed: false };
    }
    let frame = mapped.frames.get(place);
    if (frame === undefined) {
      frame = this.native.named(path, buildId, place === NO_NAME ? '_start' : binary.nameAt(place));
      mapped.frames.set(place, frame);
    }
    return { frame, isNamed: true };
  }

  private unknown(
    range: MappedRange<Target> | undefined,
    code: ProcessCode,
    low: number,
    high: number,
  ): FrameId {
    // Broken stacks end in any number at all: these are one frame, not as many.
    if (range === undefined) return this.native.unnamed('[unmapped]', '', 0, 0);
    if (!this.options.live && !code.jit.hasMap) noteMissingMap(this.profile.quality, code.pid);
    return this.native.unnamed(JIT_MAPPING, '', low, high);
  }

  private mappedCode(pid: number, mapping: MappingEvent): MappedCode {
    const key = `${mapping.path}\n${mapping.inode ?? ''}\n${mapping.buildId ?? ''}`;
    let mapped = this.files.get(key);
    if (mapped === undefined) {
      const isDeleted = mapping.path.endsWith(DELETED);
      const path = isDeleted ? mapping.path.slice(0, -DELETED.length) : mapping.path;
      mapped = new MappedCode({ path, isDeleted, inode: mapping.inode, buildId: mapping.buildId });
      this.files.set(key, mapped);
    }
    if (this.options.live && mapped.isWanted && isFile(mapped) && this.openFiles < MAX_OPEN_FILES) {
      mapped.open(livePaths(pid, mapping, mapped.file));
      if (!mapped.isWanted) this.openFiles++;
    }
    return mapped;
  }

  private binaryOf(mapped: MappedCode): Binary | undefined {
    if (!isFile(mapped)) return mapped.file.path === '[vdso]' && this.sameKernel ? vdso() : undefined;
    return mapped.binary();
  }

  private openMap(code: ProcessCode): void {
    if (code.jit.hasMap) return;
    code.mapPaths ??= this.options.jitMapPaths?.(code.pid) ?? this.usualMapPaths(code.pid);
    code.jit.open(code.mapPaths, () => this.ownerOf(code));
  }

  private ownerOf({ id, pid }: ProcessCode): MapOwner {
    const { startedMs } = this.profile.info;
    const start = this.profile.processes.columns.start.data[id];
    const byRecording = startedMs > 0 && start > 0 ? startedMs + start / 1000 : 0;
    if (!this.options.live) return { users: [process.getuid?.() ?? 0], startedMs: byRecording };
    const users = [process.getuid?.() ?? 0, userOf(pid)].filter((user) => user !== undefined);
    return { users, startedMs: Math.max(byRecording, startOf(pid)) };
  }

  private readMap(code: ProcessCode): void {
    if (code.mapPaths !== undefined) return;
    this.openMap(code);
    code.jit.follow(Number.NEGATIVE_INFINITY);
    code.jit.advance(Number.NEGATIVE_INFINITY);
  }

  private usualMapPaths(pid: number): readonly string[] {
    const plain = `/tmp/perf-${pid}.map`;
    return this.options.live ? [`/proc/${pid}/root/tmp/perf-${innermostPid(pid)}.map`, plain] : [plain];
  }

  private renew(code: ProcessCode): void {
    code.generation++;
    code.cache.clear();
  }
}

function epochOf(code: ProcessCode): number {
  return code.generation + code.jit.version;
}

function isAllJit(added: MappedRange<Target>, replaced: readonly MappedRange<Target>[]): boolean {
  return added.target === JIT && replaced.every(({ target }) => target === JIT);
}

function isFile(mapped: MappedCode): boolean {
  return mapped.file.path.startsWith('/');
}

/**
 * Where a mapped file is while its process lives: in the process's root, which may be another than ours, by its
 * mapping, which also leads to a deleted file but may need privileges, and under its plain name.
 */
function livePaths(pid: number, { start, length }: MappingEvent, file: MappedFile): string[] {
  const byMapping = `/proc/${pid}/map_files/${start.toString(16)}-${(start + length).toString(16)}`;
  return file.isDeleted ? [byMapping] : [`/proc/${pid}/root${file.path}`, byMapping, file.path];
}

/** Paths the kernel gives to memory without a file, or with one that is gone by nature. */
function isJitMemory(path: string): boolean {
  return /^(?:$|\/\/anon|\[anon|\/memfd:|\/dev\/zero|\/SYSV|\[heap\]|\[stack)/.test(path);
}
