import { ownFile } from '../../own-files.js';
import { UserError } from '../../profile/errors.js';
import { isAlive } from '../procfs.js';
import { AGENT_URL, type AgentConfig } from '../v8/agent-protocol.js';
import { InspectorClient, Unanswered } from './inspector-client.js';
import { diedDuring, type InspectorPlace, isStopped, stoppedMeanwhile } from './inspector-port.js';
import type { HeapFacts, PausePlan } from './pause.js';
import type { AttachTarget } from './target.js';

/** How long the main thread may take to come to what it is asked: it may be in a long native call. */
const ANSWER_LIMIT_MS = 5000;

/** What a process tells of itself. */
export interface ProcessFacts extends HeapFacts {
  readonly pid: number;
  readonly node: string;
  /** Whether somebody is attached already. */
  readonly isTaken: boolean;
}

export interface Injection {
  readonly facts: ProcessFacts;
  readonly pause: PausePlan;
  /** How long the thread that is to do the work took to be started, in the main thread. */
  readonly startMs: number;
}

/**
 * Starts the agent in a process through its inspector, which closes itself then if it was opened for us.
 * @param prepare decides from what the process tells, and says what the agent is to be started with
 * @throws UserError when it is another process, does not answer or cannot have the agent
 */
export async function inject(
  target: AttachTarget,
  place: InspectorPlace,
  prepare: (facts: ProcessFacts) => { pause: PausePlan; streamer: string; config: AgentConfig },
): Promise<Injection> {
  let client: InspectorClient | undefined;
  try {
    client = await InspectorClient.connect(place, ANSWER_LIMIT_MS);
    const facts = (await client.call(functionOf('facts'), [], ANSWER_LIMIT_MS)) as ProcessFacts;
    refuse(target, place, facts);
    const { pause, streamer, config } = prepare(facts);
    const values = [streamer, config];
    const startUs = (await client.call(functionOf('attach'), values, ANSWER_LIMIT_MS)) as number;
    return { facts, pause, startMs: startUs / 1000 };
  } catch (error) {
    if (client && place.opened) await client.evaluate(CLOSE, 100).catch(() => {});
    throw explained(target, error);
  } finally {
    await client?.close(place.opened);
  }
}

/** Closes an inspector that nobody uses. */
export async function closeInspector(place: InspectorPlace): Promise<void> {
  const client = await InspectorClient.connect(place, ANSWER_LIMIT_MS);
  await client.evaluate(CLOSE, ANSWER_LIMIT_MS).catch(() => {});
  await client.close(true);
}

const CLOSE = `void require('node:timers').setTimeout(process._debugEnd)`;

/** The function of a file of src/agent. The compiled ones want `module` and `require`; the latter is the inspector's. */
function functionOf(name: 'attach' | 'facts'): string {
  const text = ownFile(`agent/${name}.cjs`).toString();
  return `(() => { const module = {};\n${text}\nreturn module.exports; })()\n//# sourceURL=${AGENT_URL}`;
}

function refuse(target: AttachTarget, { port }: InspectorPlace, facts: ProcessFacts): void {
  const { pid } = target;
  if (facts.pid !== target.ownPid) {
    throw new UserError(
      'ATTACH_PORT_TAKEN',
      `At port ${port}, where the inspector of process ${pid} should be, process ${facts.pid} answers: attach again when that is done.`,
      125,
    );
  }
  if (!facts.isTaken) return;
  throw new UserError(
    'ATTACH_TWICE',
    `Process ${pid} is being recorded by another stackscope, or was by one that was killed less than a minute ago: wait until that is done.`,
    125,
  );
}

function explained({ pid, startTicks }: AttachTarget, error: unknown): unknown {
  if (error instanceof UserError) return error;
  if (!isAlive(pid, startTicks)) return diedDuring(pid, 'it was being attached to');
  if (error instanceof Unanswered && isStopped(pid)) return stoppedMeanwhile(pid);
  if (error instanceof Unanswered) {
    const cure = 'wait for the call to end, or look where it is with perf or gdb';
    const what = `The main thread of process ${pid} does not answer: it is in a native call that cannot be interrupted`;
    return new UserError('ATTACH_BLOCKED', `${what}; ${cure}.`, 125);
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new UserError(
    'ATTACH_REFUSED',
    `Process ${pid} cannot be recorded from inside: ${reason.replace(/\.$/, '')}; record it with perf, or from its start.`,
    125,
  );
}
