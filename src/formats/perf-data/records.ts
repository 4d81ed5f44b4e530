/**
 * Record types of perf.data: the kernel's from `enum perf_event_type` in linux/perf_event.h, the tool's (from 64)
 * from `enum perf_user_event_type` in tools/lib/perf/include/perf/event.h.
 */
export enum RecordType {
  Mmap = 1,
  Lost = 2,
  Comm = 3,
  Exit = 4,
  Throttle = 5,
  Unthrottle = 6,
  Fork = 7,
  Read = 8,
  Sample = 9,
  Mmap2 = 10,
  LostSamples = 13,
  HeaderAttr = 64,
  HeaderTracingData = 66,
  FinishedRound = 68,
  Auxtrace = 71,
  EventUpdate = 78,
  HeaderFeature = 80,
  Compressed = 81,
  Compressed2 = 83,
}

const KERNEL_NAMES = [
  'MMAP LOST COMM EXIT THROTTLE UNTHROTTLE FORK READ SAMPLE MMAP2 AUX ITRACE_START LOST_SAMPLES SWITCH',
  'SWITCH_CPU_WIDE NAMESPACES KSYMBOL BPF_EVENT CGROUP TEXT_POKE AUX_OUTPUT_HW_ID CALLCHAIN_DEFERRED',
]
  .join(' ')
  .split(' ');

const TOOL_NAMES = [
  'HEADER_ATTR HEADER_EVENT_TYPE HEADER_TRACING_DATA HEADER_BUILD_ID FINISHED_ROUND ID_INDEX AUXTRACE_INFO',
  'AUXTRACE AUXTRACE_ERROR THREAD_MAP CPU_MAP STAT_CONFIG STAT STAT_ROUND EVENT_UPDATE TIME_CONV',
  'HEADER_FEATURE COMPRESSED FINISHED_INIT COMPRESSED2 BPF_METADATA',
]
  .join(' ')
  .split(' ');

const FIRST_KERNEL = 1;
const FIRST_TOOL = 64;

/** perf's own name of a record type, or undefined for one this reader does not know. */
export function recordName(type: number): string | undefined {
  return type < FIRST_TOOL ? KERNEL_NAMES[type - FIRST_KERNEL] : TOOL_NAMES[type - FIRST_TOOL];
}

/** Every record begins with u32 type, u16 misc, u16 size (which counts these eight bytes). */
export const RECORD_HEADER_BYTES = 8;

/** Bits of `misc`. Some are shared: what they mean depends on the record's type. */
export const MISC_CPUMODE_MASK = 7;
export const MISC_COMM_EXEC = 1 << 13;
/** perf itself wrote this FORK for a process that was already there: its maps follow, none are inherited. */
export const MISC_FORK_SYNTHESIZED = 1 << 13;
export const MISC_MMAP_DATA = 1 << 13;
export const MISC_MMAP_BUILD_ID = 1 << 14;

/** Values of `misc & MISC_CPUMODE_MASK`. */
export enum CpuMode {
  Unknown = 0,
  Kernel = 1,
  User = 2,
  Hypervisor = 3,
  GuestKernel = 4,
  GuestUser = 5,
}
