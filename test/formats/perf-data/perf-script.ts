import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const SAMPLE = /PERF_RECORD_SAMPLE\(IP, 0x\w+\): -?\d+\/-?\d+: /;
const CHAIN = /^\.\.\.\.\.\s+\d+: ([0-9a-f]{16})$/;
/** comm, pid/tid, seconds.µs, period, event. */
const HEADER = /^(.*?)\s*(-?\d+)\/(-?\d+)\s+(\d+)\.(\d{6}):\s+(\d+)\s+(\S+):\s*$/;

const FIRST_MARKER = 0xfffffffffffff001n;
const KERNEL = 0xffffffffffffff80n;

export interface PerfSamples {
  /** As `linesOf` in recordings.ts writes them. */
  readonly lines: string[];
  /** The name of each thread at its last sample, by tid. */
  readonly names: Map<number, string>;
}

/** What `perf script -D` says of a recording: every sample with its chain as recorded. */
export async function perfScript(file: string): Promise<PerfSamples> {
  const perf = spawn('perf', ['script', '-D', '-F', 'comm,pid,tid,time,period,event', '-i', file], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const closed = once(perf, 'close');
  const lines: string[] = [];
  const names = new Map<number, string>();
  let chain: bigint[] = [];
  let isSample = false;
  for await (const line of createInterface({ input: perf.stdout })) {
    const entry = CHAIN.exec(line);
    const header = isSample ? HEADER.exec(line) : null;
    if (SAMPLE.test(line)) {
      isSample = true;
      chain = [];
    } else if (entry !== null) chain.push(BigInt(`0x${entry[1]}`));
    else if (header !== null) {
      const [, comm, pid, tid, seconds, micros, period, event] = header;
      const time = Number(seconds) * 1e6 + Number(micros);
      lines.push(
        `${Number(pid) >>> 0}/${Number(tid) >>> 0} ${event} ${time} ${period} ${namesOf(chain).join(' ')}`,
      );
      names.set(Number(tid), comm.trim());
      isSample = false;
    }
  }
  await closed;
  return { lines: lines.sort(), names };
}

/** Callers' addresses less one, without the markers. */
function namesOf(chain: readonly bigint[]): string[] {
  const names: string[] = [];
  let prefix = 'u';
  let isExact = true;
  for (const entry of chain) {
    if (entry >= FIRST_MARKER) {
      prefix = entry === KERNEL ? 'k' : 'u';
      isExact = true;
      continue;
    }
    const address = isExact ? entry : BigInt.asUintN(64, entry - 1n);
    // User addresses are doubles in the reader.
    names.push(`${prefix}:${prefix === 'k' ? address.toString(16) : Number(address).toString(16)}`);
    isExact = false;
  }
  return names;
}
