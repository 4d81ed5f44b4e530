import { FrameKind } from '../../profile/frames.js';
import type { FunctionId } from '../../profile/functions.js';
import { Layer } from '../../profile/layers.js';
import type { OperationId } from '../../profile/operations.js';
import type { Profile } from '../../profile/profile.js';
import { ROOT, type StackId } from '../../profile/stacks.js';
import { NO_FUNCTION } from '../own-functions.js';

/** Who made an operation happen. */
export interface Cause {
  /** The innermost function of the application, else the outermost of a dependency; `NO_FUNCTION` for neither. */
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
        return { func, packageName: outermost === NO_FUNCTION ? '' : functions.package(outermost) };
      }
      if (functions.layer(func) === Layer.Dependency) outermost = func;
    }
    return outermost === NO_FUNCTION
      ? NOBODY
      : { func: outermost, packageName: functions.package(outermost) };
  }

  private isApplication(func: FunctionId): boolean {
    return this.profile.functions.layer(func) === Layer.Application;
  }
}
