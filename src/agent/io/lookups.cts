/** Names that are looked up: by the program, or for a connection that it opens, whose part the lookup is. */
import dns = require('node:dns');
import net = require('node:net');
import nodeModule = require('node:module');
import errorWord = require('./error-word.cjs');
import type Hooks = require('./hooks.cjs');
import type Operation = require('./operation.cjs');

/** Each asks by the first of its arguments. */
const METHODS = [
  ...['lookup', 'lookupService', 'reverse', 'resolve', 'resolve4', 'resolve6', 'resolveAny', 'resolveCaa'],
  ...['resolveCname', 'resolveMx', 'resolveNaptr', 'resolveNs', 'resolvePtr', 'resolveSoa', 'resolveSrv'],
  'resolveTxt',
];

type Method = (...args: unknown[]) => unknown;

function hookLookups(hooks: Hooks): void {
  const owners = [
    dns,
    dns.Resolver.prototype,
    dns.promises,
    dns.promises.Resolver.prototype,
  ] as unknown as Record<string, Method | undefined>[];
  for (const owner of owners) {
    for (const name of METHODS) {
      if (typeof owner[name] === 'function')
        hooks.wrap(owner as Record<string, Method>, name, traced(hooks, name));
    }
  }
  nodeModule.syncBuiltinESMExports();
}

/** Calls `method` with its callback, or the promise that it returns, watched. */
function traced(hooks: Hooks, name: string) {
  return (method: Method, self: unknown, args: unknown[]): unknown => {
    // Servers that listen on an address look it up too; nobody is asked for it.
    if (name === 'lookup' && net.isIP(String(args[0])) !== 0) return Reflect.apply(method, self, args);
    const operation = hooks.guard(() => begin(hooks, name, args[0]));
    if (operation === undefined || operation.isLeftOut) return Reflect.apply(method, self, args);
    const last = args.length - 1;
    const callback = args[last];
    const given =
      typeof callback === 'function'
        ? [...args.slice(0, last), watched(hooks, operation, callback as Method)]
        : args;
    const result = call(hooks, operation, method, self, given);
    if (typeof callback !== 'function') hooks.guard(() => watchPromise(operation, result));
    return result;
  };
}

function begin(hooks: Hooks, name: string, host: unknown): Operation {
  const connecting = name === 'lookup' ? hooks.connections.asking(host) : undefined;
  const parent = connecting === undefined ? hooks.parent() : connecting.operation;
  const operation = hooks.ledger.begin('dns', String(host), parent, connecting === undefined);
  operation.set({ name, host: String(host) });
  return operation;
}

function call(hooks: Hooks, operation: Operation, method: Method, self: unknown, args: unknown[]): unknown {
  try {
    return Reflect.apply(method, self, args);
  } catch (error) {
    hooks.guard(() => operation.end({ error: errorWord(error) }));
    throw error;
  }
}

function watched(hooks: Hooks, operation: Operation, callback: Method): Method {
  return function (this: unknown, ...results) {
    hooks.guard(() => finish(operation, results[0], results[1]));
    return Reflect.apply(callback, this, results);
  };
}

/** A handler of its own on the side: whether the program handles a failure stays its business. */
function watchPromise(operation: Operation, result: unknown): void {
  if (!(result instanceof Promise)) return;
  result.then(
    (value) => finish(operation, null, value),
    (error) => finish(operation, error, undefined),
  );
}

function finish(operation: Operation, error: unknown, value: unknown): void {
  if (error) operation.end({ error: errorWord(error) });
  else operation.end({ result: 'ok', ...firstAddress(value) });
}

function firstAddress(value: unknown): { address?: string } {
  const first = Array.isArray(value) ? (value[0] as unknown) : value;
  const address = typeof first === 'string' ? first : (first as { address?: unknown } | undefined)?.address;
  return typeof address === 'string' ? { address } : {};
}

export = hookLookups;
