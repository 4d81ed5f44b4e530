/** Requests that the program serves. What is called while one is served is part of it. */
import type http = require('node:http');
import asyncHooks = require('node:async_hooks');
import type Hooks = require('./hooks.cjs');
import type Operation = require('./operation.cjs');
import requestName = require('./request-name.cjs');

/** The served request that this is called for, undefined when there is none. */
function hookServed(hooks: Hooks): () => Operation | undefined {
  const current = new asyncHooks.AsyncLocalStorage<Operation>();
  const known = new WeakMap<object, Operation>();

  hooks.on(
    'http.server.request.start',
    ({ request, response }: { request: http.IncomingMessage; response: http.ServerResponse }) => {
      const operation = hooks.ledger.begin('request', '', undefined, false);
      current.enterWith(operation);
      if (operation.isLeftOut) return;
      known.set(response, operation);
      operation.set({
        name: requestName(request.method, request.url),
        ...(request.socket.localPort === undefined ? {} : { port: request.socket.localPort }),
        ...(request.socket.remoteAddress === undefined ? {} : { address: request.socket.remoteAddress }),
      });
      response.once('close', () => hooks.guard(() => operation.end({ error: 'aborted' })));
    },
  );
  hooks.on('http.server.response.finish', ({ response }: { response: http.ServerResponse }) => {
    known.get(response)?.end({ result: String(response.statusCode) });
  });
  return () => current.getStore();
}

export = hookServed;
