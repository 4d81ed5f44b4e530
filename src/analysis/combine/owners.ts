import { NO_PROCESS } from '../../profile/processes.js';
import type { Profile } from '../../profile/profile.js';
import { ROLE_NAMES } from '../../profile/threads.js';

/** Finds, or makes, the processes and threads that the samples of several profiles belong to. */
export class Owners {
  private readonly known = new Map<string, number>();

  /** `merge`: the n-th process of a command is the same in all, and the n-th thread of a role and name in it. */
  constructor(
    private readonly into: Profile,
    private readonly merge: boolean,
  ) {}

  /** New thread ids by the old ones. `name` stands for the command of a process that has none. */
  add(from: Profile, name: string, offsetUs: number): Uint32Array {
    const processes = this.addProcesses(from, name, offsetUs);
    const count = new Map<string, number>();
    return Uint32Array.from({ length: from.threads.length }, (_, id) => {
      const { process, role } = from.threads.columns;
      const owner = processes[process.data[id]];
      const key = numbered(count, `${owner} ${ROLE_NAMES[role.data[id]]} ${from.threads.name(id)}`);
      const known = this.find(`thread ${key}`);
      if (known !== undefined) this.extendThread(known, from, id, offsetUs);
      return known ?? this.remember(`thread ${key}`, this.addThread(from, id, owner, offsetUs));
    });
  }

  private addProcesses(from: Profile, name: string, offsetUs: number): Uint32Array {
    const { parent, pid, start, end, exit } = from.processes.columns;
    const count = new Map<string, number>();
    const ids = Uint32Array.from({ length: from.processes.length }, (_, id) => {
      const command = from.processes.command(id);
      const key = `process ${numbered(count, command)}`;
      const known = this.find(key);
      if (known !== undefined) return known;
      const made = this.into.processes.add({
        pid: pid.data[id],
        parent: NO_PROCESS,
        start: start.data[id] + offsetUs,
        command: command || (this.merge ? '' : name),
      });
      this.into.processes.setNodeVersion(made, from.processes.nodeVersion(id));
      this.into.processes.setEnd(made, end.data[id] + offsetUs, exit.data[id]);
      return this.remember(key, made);
    });
    ids.forEach((made, id) => {
      if (parent.data[id] === NO_PROCESS || ids[parent.data[id]] === made) return;
      // Merged processes could be each other's ancestors: a parent is one that was there before.
      if (ids[parent.data[id]] < made) this.into.processes.columns.parent.data[made] = ids[parent.data[id]];
    });
    return ids;
  }

  private addThread(from: Profile, id: number, process: number, offsetUs: number): number {
    const { tid, role, start, end, chargedCpu, runDelay } = from.threads.columns;
    const { threads } = this.into;
    const made = threads.add(process, tid.data[id], from.threads.name(id), start.data[id] + offsetUs);
    threads.columns.role.data[made] = role.data[id];
    threads.columns.end.data[made] = end.data[id] + offsetUs;
    threads.columns.chargedCpu.data[made] = chargedCpu.data[id];
    threads.columns.runDelay.data[made] = runDelay.data[id];
    return made;
  }

  private extendThread(known: number, from: Profile, id: number, offsetUs: number): void {
    const { end, chargedCpu, runDelay } = this.into.threads.columns;
    const theirs = from.threads.columns;
    end.data[known] = theirs.end.data[id] + offsetUs;
    // What is not known of one is not known of both.
    chargedCpu.data[known] += theirs.chargedCpu.data[id];
    runDelay.data[known] += theirs.runDelay.data[id];
  }

  private find(key: string): number | undefined {
    return this.merge ? this.known.get(key) : undefined;
  }

  private remember(key: string, id: number): number {
    this.known.set(key, id);
    return id;
  }
}

function numbered(count: Map<string, number>, key: string): string {
  const nth = (count.get(key) ?? 0) + 1;
  count.set(key, nth);
  return `${key} #${nth}`;
}
