/** Requests of `fetch`, and of undici that a program brings itself: both tell of them by the same channels. */
import type net = require('node:net');
import Exchange = require('./exchange.cjs');
import type Hooks = require('./hooks.cjs');
import requestName = require('./request-name.cjs');

interface UndiciRequest {
  readonly origin?: string | URL;
  readonly method?: string;
  readonly path?: string;
}

function hookUndici(hooks: Hooks): void {
  const { ledger, connections } = hooks;
  const exchanges = new WeakMap<object, Exchange>();
  const of = (message: { request: UndiciRequest }) => exchanges.get(message.request);

  hooks.on('undici:request:create', ({ request }: { request: UndiciRequest }) => {
    const origin = String(request.origin ?? '');
    const operation = ledger.begin('http', origin, hooks.parent());
    if (operation.isLeftOut) return;
    operation.set({ name: requestName(request.method, request.path), ...peerOfOrigin(origin) });
    exchanges.set(request, new Exchange(operation, connections));
  });
  hooks.on('undici:client:sendHeaders', (message: { request: UndiciRequest; socket: net.Socket }) =>
    of(message)?.on(message.socket),
  );
  hooks.on(
    'undici:request:headers',
    (message: { request: UndiciRequest; response: { statusCode: number } }) =>
      of(message)?.answered(message.response.statusCode),
  );
  hooks.on('undici:request:trailers', (message: { request: UndiciRequest }) => of(message)?.finished());
  hooks.on('undici:request:error', (message: { request: UndiciRequest; error: Error }) =>
    of(message)?.failed(message.error),
  );
}

function peerOfOrigin(origin: string): { host?: string; port?: number } {
  if (!URL.canParse(origin)) return {};
  const { hostname, port, protocol } = new URL(origin);
  const host = hostname.replace(/^\[|\]$/g, '');
  return { host, port: Number(port) || (protocol === 'https:' ? 443 : 80) };
}

export = hookUndici;
