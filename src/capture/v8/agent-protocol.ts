/**
 * What passes between this engine and its agent. The agent is on its own in the target, so that src/agent/config.ts
 * says the same again; a test keeps the two equal.
 */
/** What stackscope tells the agent, as JSON in one environment variable; times are CLOCK_MONOTONIC. */
export interface AgentConfig {
  /** Directory (0700, ours) that records are written to. Without it the agent does nothing. */
  readonly spool: string;
  readonly intervalUs: number;
  /** Profiling starts at this time; nanoseconds as decimal text. */
  readonly profileFromNs: string;
  /** Whether child processes are recorded too. */
  readonly children: boolean;
  /** Without children: the process whose child is recorded, and nobody else. */
  readonly onlyChildOf?: number;
  /** Of a process that was running already, which goes on as if we had never been there. */
  readonly attached?: AttachedConfig;
  /** Where records go instead, when there is no directory that both of us can write to. */
  readonly socket?: RecorderSocket;
}

/** A recorder that listens for one connection, which begins with the token. */
export interface RecorderSocket {
  readonly host: string;
  readonly port: number;
  readonly token: string;
}

export interface AttachedConfig {
  /** Whether functions that were compiled before are made known to the profiler, which stops the program again. */
  readonly nameOlder: boolean;
  /** Whether the inspector was opened for us, to be closed at once. */
  readonly closeInspector: boolean;
}

/**
 * One file of the spool. Files of a process are numbered in the order they were written; a file exists only whole
 * (it is renamed into place). `cpuNs` is what the kernel charged the thread since its start, `delayNs` how long it was
 * ready and had no CPU, both as they were at `timeUs` (null where it does not tell); a worker's `tid` may be 0 at first.
 */
export type AgentRecord =
  | {
      readonly kind: 'process';
      readonly pid: number;
      readonly ppid: number;
      readonly argv: readonly string[];
      readonly execArgv: readonly string[];
      readonly node: string;
      readonly v8: string;
      /** Start of the agent, CLOCK_MONOTONIC in microseconds. */
      readonly startUs: number;
      /** Linux's id of the agent's own thread. */
      readonly agentTid: number;
    }
  | {
      readonly kind: 'thread';
      readonly thread: number;
      readonly tid: number;
      readonly name: string;
      readonly cpuNs: number | null;
      readonly delayNs: number | null;
      readonly timeUs: number;
      /** How long the thread was stopped until then, in microseconds; null where the first piece tells. */
      readonly pauseUs: number | null;
    }
  | {
      readonly kind: 'piece';
      readonly thread: number;
      readonly tid: number;
      readonly cpuNs: number | null;
      readonly delayNs: number | null;
      readonly timeUs: number;
      readonly profile: unknown;
    }
  | { readonly kind: 'thread-end'; readonly thread: number; readonly timeUs: number }
  | {
      readonly kind: 'end';
      readonly timeUs: number;
      /** Exit code, 128+n by signal n; null when the recording was stopped and the process goes on. */
      readonly exit: number | null;
      /** CPU of the whole process, and of the agent's own thread, while recorded. */
      readonly processCpuNs: number;
      readonly agentCpuNs: number | null;
    }
  | { readonly kind: 'failed'; readonly reason: string };

/** The environment variable that holds the `AgentConfig`. */
export const CONFIG_VARIABLE = 'STACKSCOPE_V8';
/** A file of this name in the spool asks every agent to take its last pieces and leave. */
export const STOP_FILE = 'stop';
/** A file that is touched every second; an agent in an attached process leaves when that ceases. */
export const HEARTBEAT_FILE = 'heartbeat';

/** The url of what the agent evaluates in the threads it profiles. */
export const AGENT_URL = 'stackscope:agent';
