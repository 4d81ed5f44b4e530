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
  getPosition(): number;
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
/** In the place of a frame's number. */
const OURS = -1;
const NO_ROOM = -2;
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
  /** By url, then by position. */
  private readonly frameIds = new Map<string, Map<number | string, number>>();
  private frameCount = 0;
  private readonly stackIds = new Map<number, number>();
  private frames: BatchFrame[] = [];
  private stacks: [number, number][] = [];

  /** @param ownFolder of scripts that are ours, whose frames are left out */
  constructor(private readonly ownFolder: string) {}

  /** The stack of the caller; frames of ours are not on it. */
  take(): CallStack | undefined {
    try {
      const sites = capture();
      const awaiting = firstAwaiting(sites);
      const from = this.firstOfProgram(sites, awaiting);
      if (from === awaiting) return undefined;
      const stack = this.intern(sites, from, awaiting);
      const asyncStack = this.intern(sites, awaiting, sites.length);
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

  /** The innermost frame that is not part of how the call came to us. */
  private firstOfProgram(sites: readonly Site[], end: number): number {
    let from = 0;
    for (; from < end; from++) {
      const url = sites[from].getScriptNameOrSourceURL() ?? '';
      if (!url.startsWith(this.ownFolder) && !BETWEEN.test(url)) break;
    }
    return from;
  }

  /** `sites` are innermost first; 0 for none, or when there is no room for more. */
  private intern(sites: readonly Site[], from: number, to: number): number {
    let stack = 0;
    for (let i = to - 1; i >= from; i--) {
      const frame = this.frame(sites[i]);
      if (frame === OURS) continue;
      const key = stack * MAX_KNOWN + frame;
      let next = this.stackIds.get(key);
      if (next === undefined) {
        if (frame === NO_ROOM || this.stackIds.size >= MAX_KNOWN) return 0;
        next = this.stackIds.size + 1;
        this.stackIds.set(key, next);
        this.stacks.push([stack, frame]);
      }
      stack = next;
    }
    return stack;
  }

  /** By script and position, which is all that is asked of a call site that is known. */
  private frame(site: Site): number {
    const url = site.getScriptNameOrSourceURL() ?? '';
    let ofScript = this.frameIds.get(url);
    if (ofScript === undefined) {
      ofScript = new Map();
      if (this.frameIds.size < MAX_KNOWN) this.frameIds.set(url, ofScript);
    }
    // Builtins have no script, and are told apart by their names.
    const place = url === '' ? (site.getFunctionName() ?? '') : site.getPosition();
    const known = ofScript.get(place);
    if (known !== undefined) return known;
    const id = url.startsWith(this.ownFolder) ? OURS : this.newFrame(site, url);
    if (id !== NO_ROOM) ofScript.set(place, id);
    return id;
  }

  private newFrame(site: Site, url: string): number {
    if (this.frameCount >= MAX_KNOWN) return NO_ROOM;
    const name = site.getFunctionName() ?? '';
    const place = [site.getLineNumber() ?? 0, site.getColumnNumber() ?? 0] as const;
    const definition = [
      site.getEnclosingLineNumber?.() ?? 0,
      site.getEnclosingColumnNumber?.() ?? 0,
    ] as const;
    this.frames.push([name, url, ...place, ...definition]);
    return this.frameCount++;
  }
}

function firstAwaiting(sites: readonly Site[]): number {
  // Only the outermost frames can be of who awaits: all or none behind the first.
  let first = sites.length;
  while (first > 0 && sites[first - 1].isAsync?.() === true) first--;
  return first;
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
