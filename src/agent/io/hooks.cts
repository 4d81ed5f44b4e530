/** How the hooks get to hear of things without doing harm: nothing here throws into the program. */
import channels = require('node:diagnostics_channel');
import type Connections = require('./connections.cjs');
import type Ledger = require('./ledger.cjs');
import type Operation = require('./operation.cjs');

type Method = (...args: never[]) => unknown;

class Hooks {
  /** Set once all hooks are there. */
  connections!: Connections;
  parent: () => Operation | undefined = () => undefined;
  private isOver = false;
  private readonly undo: (() => void)[] = [];

  constructor(readonly ledger: Ledger) {}

  /** Does `work` unless the recording is over; what fails is nobody's business but ours. */
  guard<Result>(work: () => Result): Result | undefined {
    if (this.isOver) return undefined;
    try {
      return work();
    } catch {
      return undefined;
    }
  }

  on<Message>(channel: string, listener: (message: Message) => void): void {
    const guarded = (message: unknown) => void this.guard(() => listener(message as Message));
    channels.subscribe(channel, guarded);
    this.undo.push(() => channels.unsubscribe(channel, guarded));
  }

  /** Has `action` hear of each call of `owner[name]`, which stays the same to its callers. */
  before<Name extends string>(
    owner: Record<Name, Method>,
    name: Name,
    action: (self: unknown, args: readonly unknown[]) => void,
  ): void {
    this.wrap(owner, name, (method, self, args) => {
      this.guard(() => action(self, args));
      return Reflect.apply(method, self, args);
    });
  }

  /** Has `instead` make the calls of `owner[name]`; where that cannot be replaced, nothing is seen of them. */
  wrap<Name extends string>(
    owner: Record<Name, Method>,
    name: Name,
    instead: (method: (...args: unknown[]) => unknown, self: unknown, args: unknown[]) => unknown,
  ): void {
    const descriptor = Object.getOwnPropertyDescriptor(owner, name);
    if (descriptor?.configurable !== true || typeof descriptor.value !== 'function') return;
    const wrapped = new Proxy(descriptor.value as Method, {
      apply: (method, self, args) =>
        this.isOver ? Reflect.apply(method, self, args) : instead(method as () => unknown, self, args),
    });
    Object.defineProperty(owner, name, { ...descriptor, value: wrapped });
    this.undo.push(() => {
      // Whoever wrapped it after us calls ours, which then only passes calls on.
      if (owner[name] === wrapped) Object.defineProperty(owner, name, descriptor);
    });
  }

  /** The recording is over: the program goes on without us. */
  end(): void {
    this.isOver = true;
    for (const undo of this.undo.splice(0)) {
      try {
        undo();
      } catch {
        // It was frozen meanwhile; what is left passes calls on.
      }
    }
  }
}

export = Hooks;
