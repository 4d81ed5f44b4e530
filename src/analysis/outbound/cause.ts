import { FrameKind } from '../../profile/frames.js';
import type { FunctionId } from '../../profile/functions.js';
import { Layer } from '../../profile/layers.js';
import type { OperationId } from '../../profile/operations.js';
import type { Profile } from '../../profile/profile.js';
import { ROOT, type StackId } from '../../profile/stacks.js';
import { NO_FUNCTION } from '../own-functions.js';

/** Who made an operation happen. */
export interface Cause {
  /**
   * The innermost function of the application, and for one without a name the one it is written in; else the outermost
   * of a dependency; `NO_FUNCTION` for neither.
   */
  readonly func: FunctionId;
  /** The npm package that this function called to do it, or that did it by itself; '' for none. */
  readonly packageName: string;
}

const NOBODY: Cause = { func: NO_FUNCTION, packageName: '' };

/** Finds causes; each stack is looked at once, since few stacks make all calls. */
export class Causes {
  private readonly known = new Map<StackId, Cause>();

  constructor(private readonly profile: Profile) {}

  /** By the stack that caused it, else by the one that did it; where no code of the program is on it, by who awaits. */
  of(operation: OperationId): Cause {
    const { stack, cause, asyncStack } = this.profile.operations.columns;
    const direct = this.ofStack(cause.data[operation] || stack.data[operation]);
    if (direct.func !== NO_FUNCTION && this.isApplication(direct.func)) return direct;
    const awaiting = this.ofStack(asyncStack.data[operation]);
    if (awaiting.func === NO_FUNCTION) return direct;
    return { func: awaiting.func, packageName: direct.packageName || awaiting.packageName };
  }

  private ofStack(stack: StackId): Cause {
    let cause = this.known.get(stack);
    if (cause === undefined) {
      cause = this.find(stack);
      this.known.set(stack, cause);
    }
    return cause;
  }

  private find(stack: StackId): Cause {
    const { frames, functions, stacks } = this.profile;
    const { parent, frame } = stacks.columns;
    let outermost = NO_FUNCTION;
    for (let at = stack; at !== ROOT; at = parent.data[at]) {
      if (frames.kind(frame.data[at]) !== FrameKind.Call) continue;
      const func = frames.func(frame.data[at]);
      if (this.isApplication(func)) {
        const packageName = outermost === NO_FUNCTION ? '' : functions.package(outermost);
        return { func: this.namedAround(func, parent.data[at]), packageName };
      }
      if (functions.layer(func) === Layer.Dependency) outermost = func;
    }
    return outermost === NO_FUNCTION
      ? NOBODY
      : { func: outermost, packageName: functions.package(outermost) };
  }

  /** For a function without a name: the one with a name on the stack above it that its text stands in. */
  private namedAround(func: FunctionId, above: StackId): FunctionId {
    const { frames, functions, stacks } = this.profile;
    const { name, script, line, column } = functions.columns;
    if (name.data[func] !== 0) return func;
    for (let at = above; at !== ROOT; at = stacks.columns.parent.data[at]) {
      const frame = stacks.columns.frame.data[at];
      const around = frames.func(frame);
      if (script.data[around] !== script.data[func] || name.data[around] === 0) continue;
      const isBefore =
        line.data[around] < line.data[func] ||
        (line.data[around] === line.data[func] && column.data[around] < column.data[func]);
      // It called the other from where that is written, or from behind it.
      if (isBefore && frames.columns.line.data[frame] >= line.data[func]) return around;
      if (isBefore && frames.columns.line.data[frame] === 0) return around;
    }
    return func;
  }

  private isApplication(func: FunctionId): boolean {
    return this.profile.functions.layer(func) === Layer.Application;
  }
}
