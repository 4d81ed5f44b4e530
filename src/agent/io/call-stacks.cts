/**
 * Takes the stack of a call as V8's raw call sites, and numbers its frames and stacks, so that each is sent once. Both
 * tables are bounded; the program's own `Error.prepareStackTrace` and `stackTraceLimit` are as before afterwards.
 */
import type { BatchFrame } from './batch.js' with { 'resolution-mode': 'import' };

/** What we look at of a call site; `getEnclosing…` are V8's, and have no types. */
interface Site {
  getFunctionName(): string | null;
  getScriptNameOrSourceURL(): string | null;
  getLineNumber(): number | null;
  getColumnNumber(): number | null;
  getEnclosingLineNumber?(): number;
  getEnclosingColumnNumber?(): number;
  isAsync?(): boolean;
}

type Prepare = (error: Error, sites: NodeJS.CallSite[]) => unknown;
interface ErrorSettings {
  prepareStackTrace?: Prepare;
  stackTraceLimit?: number;
}

/** fetch alone takes up to 40 frames. */
const MAX_FRAMES = 127;
const MAX_KNOWN = 50_000;
/** Frames that lead from the call into our hooks, on top of each stack. */
const BETWEEN = /^node:(?:diagnostics_channel|internal\/util\/diagnostics_channel)$/;

const { captureStackTrace } = Error;
const settings = Error as ErrorSettings;
const asSites: Prepare = (_, sites) => sites;

/** The numbers of a call's stack: what it ran under, and who awaits that. */
interface CallStack {
  readonly stack: number;
  readonly asyncStack?: number;
}

class CallStacks {
  /** How many could not be taken: `Error` is frozen, or there are too many different ones. */
  private failed = 0;
  private readonly frameIds = new Map<string, number>();
  private readonly stackIds = new Map<number, number>();
  private frames: BatchFrame[] = [];
  private stacks: [number, number][] = [];

  /** @param ownFolder of scripts that are ours, whose frames are left out */
  constructor(private readonly ownFolder: string) {}

  /** The stack of the caller; frames of ours are not on it. */
  take(): CallStack | undefined {
    try {
      const sites = capture().filter((site) => !this.isOurs(site));
      const awaiting = sites.findIndex((site) => site.isAsync?.() === true);
      const sync = awaiting < 0 ? sites : sites.slice(0, awaiting);
      const from = sync.findIndex((site) => !BETWEEN.test(site.getScriptNameOrSourceURL() ?? ''));
      if (from < 0) return undefined;
      const stack = this.intern(sync.slice(from));
      const asyncStack = awaiting < 0 ? 0 : this.intern(sites.slice(awaiting));
      if (stack > 0) return asyncStack > 0 ? { stack, asyncStack } : { stack };
    } catch {
      // Below.
    }
    this.failed++;
    return undefined;
  }

  /** What is new since the last time. */
  drain(): { frames: BatchFrame[]; stacks: [number, number][]; noStack: number } {
    const { frames, stacks, failed: noStack } = this;
    this.frames = [];
    this.stacks = [];
    this.failed = 0;
    return { frames, stacks, noStack };
  }

  private isOurs(site: Site): boolean {
    return site.getScriptNameOrSourceURL()?.startsWith(this.ownFolder) === true;
  }

  /** `sites` innermost first; 0 for none, or when there is no room for more. */
  private intern(sites: readonly Site[]): number {
    let stack = 0;
    for (let i = sites.length - 1; i >= 0; i--) {
      const frame = this.frame(sites[i]);
      const key = stack * MAX_KNOWN + frame;
      let next = this.stackIds.get(key);
      if (next === undefined) {
        if (frame < 0 || this.stackIds.size >= MAX_KNOWN) return 0;
        next = this.stackIds.size + 1;
        this.stackIds.set(key, next);
        this.stacks.push([stack, frame]);
      }
      stack = next;
    }
    return stack;
  }

  private frame(site: Site): number {
    const url = site.getScriptNameOrSourceURL() ?? '';
    const line = site.getLineNumber() ?? 0;
    const column = site.getColumnNumber() ?? 0;
    const name = site.getFunctionName() ?? '';
    const key = `${line}:${column}:${name}:${url}`;
    const known = this.frameIds.get(key);
    if (known !== undefined) return known;
    if (this.frameIds.size >= MAX_KNOWN) return -1;
    const id = this.frameIds.size;
    this.frameIds.set(key, id);
    const definition = [
      site.getEnclosingLineNumber?.() ?? 0,
      site.getEnclosingColumnNumber?.() ?? 0,
    ] as const;
    this.frames.push([name, url, line, column, ...definition]);
    return id;
  }
}

function capture(): Site[] {
  const had = Object.hasOwn(settings, 'prepareStackTrace');
  const { prepareStackTrace, stackTraceLimit } = settings;
  const holder: { stack?: unknown } = {};
  settings.prepareStackTrace = asSites;
  try {
    settings.stackTraceLimit = MAX_FRAMES;
    captureStackTrace(holder, capture);
    // Some versions call `prepareStackTrace` now, some did when it was captured.
    return holder.stack as Site[];
  } finally {
    if (stackTraceLimit === undefined) delete settings.stackTraceLimit;
    else settings.stackTraceLimit = stackTraceLimit;
    if (had) settings.prepareStackTrace = prepareStackTrace!;
    else delete settings.prepareStackTrace;
  }
}

export = CallStacks;
