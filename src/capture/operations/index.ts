/**
 * What the program asks of others: hooks in every Node process that is started (src/agent/io) write batches of
 * operations into a spool directory, whatever engine samples the program; they are read and merged here.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NO_PROCESS } from '../../profile/processes.js';
import type { Profile } from '../../profile/profile.js';
import { type ThreadId, ThreadRole } from '../../profile/threads.js';
import { agentFile, quotedOption } from '../agent-files.js';
import type { EnginePlan } from '../engine.js';
import { OPERATIONS_VARIABLE, type OperationsBatch, type OperationsConfig } from './batch.js';
import { drainBatches } from './batch-files.js';
import { CallFrames } from './call-frames.js';
import { RecordedThread } from './recorded-thread.js';

/** Where a program's operations are seen from: by hooks inside it, or not at all. */
export type IoChoice = 'auto' | 'agent' | 'off';

/** Batches of threads that the engine has not told of yet; later ones make it known here. */
const MAX_UNKNOWN = 64;

/** What the target is started with, beside what the engine wants. */
export interface Additions {
  readonly execArgv: readonly string[];
  readonly nodeOptions: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const NOTHING: Additions = { execArgv: [], nodeOptions: [], env: {} };

export class RecordedOperations {
  readonly additions: Additions;
  /** Time 0 of the recording on CLOCK_MONOTONIC, in microseconds. */
  zeroUs = 0;
  private readonly spool: string | undefined;
  private readonly profile: Profile;
  private readonly callFrames: CallFrames;
  private readonly threads = new Map<string, RecordedThread>();
  private waiting: { readonly writer: string; readonly batch: OperationsBatch }[] = [];
  private leftOut = 0;
  private stoodFor = 0;
  private noStack = 0;

  constructor(choice: IoChoice, plan: EnginePlan) {
    this.profile = plan.profile;
    this.callFrames = new CallFrames(plan.profile);
    this.spool = choice === 'off' || this.isForbidden(plan) ? undefined : this.makeSpool(plan.workDir);
    this.additions = this.spool === undefined ? NOTHING : additionsOf(plan, this.spool);
  }

  /** Takes in what was written so far. Only to be called when nobody else changes the profile. */
  collect(): void {
    this.read();
    const { waiting } = this;
    this.waiting = [];
    for (const each of waiting) {
      if (this.threads.has(each.writer) || this.threadOf(each.batch) !== undefined) this.add(each);
      else this.waiting.push(each);
    }
    if (this.waiting.length > MAX_UNKNOWN) this.addAll();
  }

  /** Takes in the rest, and removes what is ours. */
  finish(): void {
    this.read();
    this.addAll();
    this.note();
    if (this.spool !== undefined) rmSync(this.spool, { recursive: true, force: true });
  }

  private read(): void {
    if (this.spool === undefined) return;
    for (const { writer, batch } of drainBatches(this.spool)) {
      if (batch === undefined) this.noteBadBatch();
      else this.waiting.push({ writer, batch });
    }
  }

  private addAll(): void {
    for (const each of this.waiting.splice(0)) this.add(each);
  }

  private add({ writer, batch }: { writer: string; batch: OperationsBatch }): void {
    try {
      let thread = this.threads.get(writer);
      if (thread === undefined) {
        thread = new RecordedThread(
          this.profile,
          this.callFrames,
          this.threadOf(batch) ?? this.addThread(batch),
        );
        this.threads.set(writer, thread);
      }
      thread.add(batch, this.zeroUs);
      this.leftOut += Number(batch.leftOut) || 0;
      this.stoodFor += Number(batch.stoodFor) || 0;
      this.noStack += Number(batch.noStack) || 0;
    } catch {
      this.noteBadBatch();
    }
  }

  /** The last thread of that id in the last process of that id: the kernel gives ids again. */
  private threadOf({ pid, tid, main }: OperationsBatch): ThreadId | undefined {
    const { threads, processes } = this.profile;
    const wanted = main ? pid : tid;
    for (let thread = threads.length - 1; thread >= 0; thread--) {
      if (threads.columns.tid.data[thread] !== wanted) continue;
      if (processes.columns.pid.data[threads.columns.process.data[thread]] === pid) return thread;
    }
    return undefined;
  }

  /** A thread that was never sampled, since it only waited. */
  private addThread({ pid, tid, main }: OperationsBatch): ThreadId {
    const { threads, processes } = this.profile;
    let process = processes.length - 1;
    while (process >= 0 && processes.columns.pid.data[process] !== pid) process--;
    if (process < 0) process = processes.add({ pid, parent: NO_PROCESS, start: 0, command: 'node' });
    const thread = threads.add(process, main ? pid : tid, main ? 'main' : 'worker', 0);
    threads.columns.role.data[thread] = main ? ThreadRole.Main : ThreadRole.Worker;
    return thread;
  }

  /** Under the permission model the file could not be read, and node would not start. */
  private isForbidden({ command, env, profile }: EnginePlan): boolean {
    const words = [...command, ...(env['NODE_OPTIONS'] ?? '').split(/\s+/)];
    const flag = words.find((word) =>
      /^--(?:(?:experimental-)?permission|snapshot-blob|build-snapshot)\b/.test(word),
    );
    if (flag === undefined) return false;
    profile.quality.note(
      'IO_NOT_SEEN',
      `Outbound calls are not seen: what hears of them inside the program cannot be loaded with ${flag}.`,
    );
    return true;
  }

  private makeSpool(workDir: string | null): string | undefined {
    const place = workDir ?? tmpdir();
    try {
      return mkdtempSync(join(place, 'stackscope-io-'));
    } catch (error) {
      this.profile.quality.note(
        'IO_NOT_SEEN',
        `Outbound calls are not seen: ${place} cannot be written to (${(error as Error).message}).`,
        'Set TMPDIR.',
      );
      return undefined;
    }
  }

  private note(): void {
    const { quality, operations } = this.profile;
    if (this.leftOut > 0) {
      quality.note(
        'IO_THINNED',
        `There were more operations than are recorded one by one: ${this.leftOut} were left out, ${this.stoodFor} of which are counted with others like them; times are of the ${operations.length} recorded.`,
      );
    }
    if (this.noStack > 0) {
      quality.note(
        'IO_NO_STACK',
        `Of ${this.noStack} operations it is not known which function made them: the program has frozen Error, or has too many different stacks.`,
      );
    }
  }

  private noteBadBatch(): void {
    this.profile.quality.note('IO_BAD_BATCH', 'A batch of operations was left out: it could not be read.');
  }
}

function additionsOf({ workDir, children, isNode }: EnginePlan, spool: string): Additions {
  const preload = agentFile('operations.cjs', workDir);
  const config: OperationsConfig = {
    spool,
    children,
    ...(children || isNode ? {} : { onlyChildOf: process.pid }),
  };
  // By NODE_OPTIONS where children are recorded: it reaches them. Else the program is not to see it in its environment.
  if (isNode && !children) {
    return { ...NOTHING, execArgv: [`--require=${writeStarter(spool, preload, config)}`] };
  }
  return {
    execArgv: [],
    nodeOptions: [`--require=${quotedOption(preload)}`],
    env: { [OPERATIONS_VARIABLE]: JSON.stringify(config) },
  };
}

/** A preload that tells the real one what to do. */
function writeStarter(spool: string, preload: string, config: OperationsConfig): string {
  const file = join(spool, 'start.cjs');
  const [variable, text, path] = [OPERATIONS_VARIABLE, JSON.stringify(config), preload].map((each) =>
    JSON.stringify(each),
  );
  const lines = [
    'delete require.cache[__filename];',
    `process.env[${variable}] = ${text};`,
    `require(${path});`,
  ];
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
  return file;
}
