/**
 * Requests of `http` and `https`. Where Node tells of new ones (from 22 on) by a channel, that is listened to; the
 * method of agents by which each gets its socket is wrapped, for Node 20 and for the host and port as they were given.
 */
import events = require('node:events');
import http = require('node:http');
import Exchange = require('./exchange.cjs');
import type Hooks = require('./hooks.cjs');
import type Operation = require('./operation.cjs');
import requestName = require('./request-name.cjs');

interface Target {
  readonly host?: unknown;
  readonly hostname?: unknown;
  readonly port?: unknown;
  readonly socketPath?: unknown;
}

function hookHttpClient(hooks: Hooks): void {
  const { ledger, connections } = hooks;
  const known = new WeakMap<object, Operation>();
  const exchanges = new WeakMap<object, Exchange>();

  const begin = (request: http.ClientRequest): Operation => {
    const before = known.get(request);
    if (before !== undefined) return before;
    const operation = ledger.begin('http', String(request.host), hooks.parent());
    known.set(request, operation);
    if (operation.isLeftOut) return operation;
    operation.set({ name: requestName(request.method, request.path), ...hostOf(request) });
    const exchange = new Exchange(operation, connections);
    exchanges.set(request, exchange);
    // None of these changes what happens: an error that nobody handles stays unhandled.
    request.once('socket', (socket) => hooks.guard(() => exchange.on(socket)));
    request.once(events.errorMonitor, (error) => hooks.guard(() => exchange.failed(error)));
    request.once('close', () => hooks.guard(() => exchange.finished()));
    return operation;
  };

  hooks.on('http.client.request.created', ({ request }: { request: http.ClientRequest }) => begin(request));
  hooks.on(
    'http.client.response.finish',
    ({ request, response }: { request: http.ClientRequest; response: http.IncomingMessage }) => {
      const exchange = exchanges.get(request);
      if (exchange === undefined) return;
      exchange.answered(response.statusCode ?? 0);
      response.once('end', () => hooks.guard(() => exchange.finished()));
    },
  );
  hooks.before(
    http.Agent.prototype as unknown as { addRequest: (request: http.ClientRequest, options: Target) => void },
    'addRequest',
    (_, [request, options]) => {
      begin(request as http.ClientRequest).set(targetOf((options ?? {}) as Target));
    },
  );
}

/** For those that no agent takes. */
function hostOf(request: http.ClientRequest): { host?: string } {
  return typeof request.host === 'string' && request.host !== '' ? { host: request.host } : {};
}

function targetOf({ host, hostname, port, socketPath }: Target): {
  host?: string;
  address?: string;
  port?: number;
} {
  if (typeof socketPath === 'string') return { address: socketPath };
  const name = host ?? hostname;
  const number = Number(port);
  return {
    ...(typeof name === 'string' ? { host: name } : {}),
    ...(number > 0 && number < 65_536 ? { port: number } : {}),
  };
}

export = hookHttpClient;
