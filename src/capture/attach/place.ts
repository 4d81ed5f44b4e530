import { chownSync, closeSync, existsSync, lutimesSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IS_ONE_FILE, threadUrl } from '../../own-files.js';
import { UserError } from '../../profile/errors.js';
import { agentFile, agentFolder } from '../agent-files.js';
import { isElsewhere } from '../namespaces.js';
import { ProcessTree } from '../process-tree.js';
import { type AgentConfig, HEARTBEAT_FILE } from '../v8/agent-protocol.js';
import { makeSpool } from '../v8/index.js';
import type { Intake } from '../v8/intake.js';
import { SocketIntake } from '../v8/socket-intake.js';
import { SpoolIntake } from '../v8/spool-intake.js';
import { WorkDir } from '../work-dir.js';
import type { AttachTarget } from './target.js';

/** Where the agent finds its text and leaves its records. */
export interface Place {
  /** For `attach.cts`: a file, as the target sees it, or a `data:` url. */
  readonly streamer: string;
  /** What the agent is told of it. */
  readonly config: Pick<AgentConfig, 'spool' | 'socket'>;
  readonly intake: Intake;
  /** Lets the agent know that we are there. */
  beat(): void;
  remove(): void;
}

/**
 * A directory that the target and we can reach; where there is none, a connection.
 * @throws UserError when the target could not be given the agent then
 */
export async function placeFor(target: AttachTarget): Promise<Place> {
  const { root } = target;
  const places = [root === '' ? tmpdir() : '/tmp', '/dev/shm', '/var/tmp'].map((path) => root + path);
  const workDir = WorkDir.create(places);
  if (workDir !== undefined) return new Folder(target, workDir);
  const streamer = isElsewhere(target.pid, 'net') ? undefined : streamerWithout(target);
  if (streamer !== undefined) return new Connected(streamer, await SocketIntake.open(`${target.pid}-0`));
  throw new UserError(
    'V8_NO_SPOOL',
    `There is no folder that both we and process ${target.pid} can write to (tried ${places.join(', ')}): set TMPDIR, or mount one there.`,
    125,
  );
}

class Folder implements Place {
  readonly streamer: string;
  readonly config: Place['config'];
  readonly intake: Intake;
  private readonly spool: string;

  constructor(
    { root, uid, gid }: AttachTarget,
    private readonly workDir: WorkDir,
  ) {
    const seenByTarget = (path: string) => path.slice(root.length);
    this.spool = makeSpool(workDir.path);
    this.config = { spool: seenByTarget(this.spool) };
    this.intake = new SpoolIntake(this.spool);
    this.streamer = oneText() ?? seenByTarget(join(agentFolder(workDir.path, root !== '')!, STREAMER));
    closeSync(openSync(this.heartbeat, 'w', 0o600));
    if (process.geteuid?.() !== uid) chownSync(this.spool, uid, gid);
  }

  beat(): void {
    const now = new Date();
    if (existsSync(this.heartbeat)) lutimesSync(this.heartbeat, now, now);
  }

  remove(): void {
    rmSync(this.spool, { recursive: true, force: true });
    this.workDir.clean(new ProcessTree());
  }

  private get heartbeat(): string {
    return join(this.spool, HEARTBEAT_FILE);
  }
}

/** Its end tells the agent that we are gone. */
class Connected implements Place {
  readonly config: Place['config'];

  constructor(
    readonly streamer: string,
    readonly intake: SocketIntake,
  ) {
    this.config = { spool: '', socket: intake.address };
  }

  beat(): void {}

  remove(): void {
    this.intake.close();
  }
}

const STREAMER = 'streamer.js';

/** The agent's thread as one text, which the one-file build has. */
function oneText(): string | undefined {
  return IS_ONE_FILE ? threadUrl(`agent/${STREAMER}`).href : undefined;
}

/** The agent's thread where nothing can be written. */
function streamerWithout({ root }: AttachTarget): string | undefined {
  return oneText() ?? (root === '' ? agentFile(STREAMER, null) : undefined);
}
