import { ThreadRole } from './threads.js';

/** Functions that nothing calls: a stack that ends in one is whole. */
const ENTRY_POINTS = new Set([
  // process entry: dynamic linker's jump, C library's start (glibc before and after 2.34, musl), program
  '_start',
  '_start_c',
  '_dl_start_user',
  '_dl_start',
  '__libc_start_main',
  '__libc_start_main_impl',
  '__libc_start_call_main',
  'libc_start_main_stage2',
  'main',
  // thread entry
  'clone',
  'clone3',
  '__clone',
  '__clone3',
  '__clone_internal',
  'start_thread',
  'start',
  'thread_start',
  'uv__thread_start',
  // kernel threads and a new process's way out of the kernel
  'ret_from_fork',
  'ret_from_fork_asm',
  'kthread',
  'secondary_startup_64_no_verify',
  // other languages' runtimes, for children that are not Node
  'runtime.goexit',
  'runtime.goexit.abi0',
  'runtime.mstart',
  'runtime.rt0_go',
]);

/** Whether a function of this (demangled) name is where a thread or a process begins. */
export function isEntryPointName(name: string): boolean {
  return ENTRY_POINTS.has(name);
}

/** First match wins. The names are the same in Node 20, 22, 24 and 26 but where two are given. */
const ROLES: readonly (readonly [RegExp, ThreadRole])[] = [
  [/^main$|^node::Start\(/, ThreadRole.Main],
  [/^node::worker::Worker::(?:Run|StartThread)\b/, ThreadRole.Worker],
  [/^worker(?:\(void\*\))?$/, ThreadRole.Pool],
  [
    /^node::inspector::\(anonymous namespace\)::StartIoThreadMain|^node::inspector::InspectorIo::ThreadMain/,
    ThreadRole.Inspector,
  ],
  [
    /^v8::internal::(?:ConcurrentMarking|ScavengerCollector|Scavenger|Sweeper|MarkCompact|PageEvacuation|ArrayBufferSweeper|YoungGeneration|PointersUpdatingJob|MinorMarkSweep|GCTracer|ConcurrentAllocator|Unmapper|MemoryAllocator::Unmapper|ScavengerWeak)/,
    ThreadRole.Gc,
  ],
  [/^(?:cppgc::internal|heap::base)::/, ThreadRole.Gc],
  [
    /^v8::internal::(?:compiler|maglev|baseline|wasm|turboshaft|OptimizingCompileDispatcher|TurbofanCompilationJob|OptimizedCompilationJob|LazyCompileDispatcher|BackgroundCompileTask)\b/,
    ThreadRole.Compiler,
  ],
];

/** What a thread is for when a function of this (demangled) name is near its root; undefined when it does not tell. */
export function roleOfName(name: string): ThreadRole | undefined {
  for (const [pattern, role] of ROLES) if (pattern.test(name)) return role;
  return undefined;
}
