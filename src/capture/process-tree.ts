import { childIds, commandLine, executable, isAlive, startTicks, workingDirectory } from './procfs.js';

/** One process of the target, as last seen alive. */
export interface SeenProcess {
  readonly pid: number;
  readonly startTicks: number;
  readonly parentPid: number;
  /** Its arguments; an exec replaces them. */
  command: readonly string[];
  /** Path of the file it executes, '' when not known. */
  executable: string;
  /** Every working directory it was seen in: V8 leaves its log in the one it started in. */
  readonly directories: Set<string>;
  alive: boolean;
}

/**
 * The processes of the target: the one launched and all that descend from it, found by looking again and again.
 * One that came and went between two looks is missed; one that was seen stays known after its parent died.
 */
export class ProcessTree {
  readonly seen: SeenProcess[] = [];
  /** Goes up with each process and each working directory that is new. */
  version = 0;
  private readonly changed = new Set<SeenProcess>();
  /** Pids that an engine was told of, also of processes that were too short-lived to be seen. */
  readonly heardOf = new Set<number>();

  /** Makes `pid` the root of the tree. */
  start(pid: number): void {
    this.add(pid, process.pid);
  }

  get alive(): SeenProcess[] {
    return this.seen.filter((known) => known.alive);
  }

  /** Takes note of a process that an engine was told of. */
  hear(pid: number, parentPid: number): void {
    if (this.heardOf.has(pid)) return;
    this.heardOf.add(pid);
    this.add(pid, parentPid);
  }

  /** Takes in what another tree, of the same target, had as news. */
  merge(news: readonly SeenProcess[]): void {
    for (const one of news) {
      const known = this.seen.find(({ pid, startTicks }) => pid === one.pid && startTicks === one.startTicks);
      if (known === undefined) this.seen.push(one);
      else Object.assign(known, { ...one, alive: known.alive && one.alive });
      this.version++;
    }
  }

  /** The processes that are new, or of which something is, since this was called last. */
  takeNews(): SeenProcess[] {
    const news = [...this.changed];
    this.changed.clear();
    return news;
  }

  /** Looks at every living process and its children. */
  look(): void {
    // `seen` grows while it is walked: a new child's own children are found in the same look.
    for (const known of this.seen) {
      if (!known.alive) continue;
      known.alive = isAlive(known.pid, known.startTicks);
      if (!known.alive) this.changed.add(known);
      if (!known.alive) continue;
      this.refresh(known);
      for (const child of childIds(known.pid)) this.add(child, known.pid);
    }
  }

  private refresh(known: SeenProcess): void {
    const { pid } = known;
    const command = commandLine(pid);
    if (command.length > 0 && command.join('\0') !== known.command.join('\0')) {
      known.command = command;
      this.changed.add(known);
    }
    const file = executable(pid) ?? known.executable;
    if (file !== known.executable) this.changed.add(known);
    known.executable = file;
    const directory = workingDirectory(pid);
    if (directory === undefined || known.directories.has(directory)) return;
    known.directories.add(directory);
    this.changed.add(known);
    this.version++;
  }

  private add(pid: number, parentPid: number): void {
    const start = startTicks(pid);
    if (start === undefined || this.seen.some((known) => known.pid === pid && known.startTicks === start)) {
      return;
    }
    const found: SeenProcess = {
      pid,
      startTicks: start,
      parentPid,
      command: [],
      executable: '',
      directories: new Set(),
      alive: true,
    };
    this.seen.push(found);
    this.changed.add(found);
    this.version++;
    this.refresh(found);
  }
}
