import { UserError } from '../../profile/errors.js';
import type { Profile } from '../../profile/profile.js';
import { EXIT } from '../exit-codes.js';
import { openProfile } from '../open-profile.js';
import { refuseSameFile } from '../output-file.js';
import { refuseTerminal } from './cpuprofilify-run.js';
import { writeFormat } from './write-format.js';

export interface TraceviewifyOptions {
  readonly pid?: number;
  readonly tid?: number;
  readonly output: string;
}

/** Reads a recording and writes it as trace events. */
export async function traceviewify(file: string, { pid, tid, output }: TraceviewifyOptions): Promise<void> {
  refuseTerminal(file, 'traceviewify');
  await refuseSameFile(file, output);
  const profile = await openProfile(file);
  if (pid !== undefined) renumber(profile, 'process', profile.processes.columns.pid, pid);
  if (tid !== undefined) renumber(profile, 'thread', profile.threads.columns.tid, tid);
  await writeFormat('trace-events', profile, output, {});
}

/** Gives the one process or thread of a profile another id; with several it could not be told which is meant. */
function renumber(
  { series, threads }: Profile,
  what: 'process' | 'thread',
  ids: { readonly data: Uint32Array },
  id: number,
): void {
  const { process } = threads.columns;
  const rows = new Set(
    series
      .filter(({ pending }) => pending > 0)
      .map(({ thread }) => (what === 'thread' ? thread : process.data[thread])),
  );
  if (rows.size > 1) {
    throw new UserError(
      'USAGE',
      `${what === 'thread' ? '--tid' : '--pid'} is for a recording of one ${what}, and this one has ${rows.size}; leave it out.`,
      EXIT.usage,
    );
  }
  for (const row of rows) ids.data[row] = id;
}
