/** Connections that the program opens: one operation each, with its lookup, handshake and TLS as phases. */
import events = require('node:events');
import net = require('node:net');
import nowUs = require('./clock.cjs');
import Connecting = require('./connecting.cjs');
import errorWord = require('./error-word.cjs');
import type Hooks = require('./hooks.cjs');

type Listener = (...args: unknown[]) => void;

class Connections {
  private readonly known = new WeakMap<object, Connecting>();
  /** The last one that was opened: a lookup that follows at once may be its. */
  private last: Connecting | undefined;

  constructor(private readonly hooks: Hooks) {
    hooks.on('net.client.socket', ({ socket }: { socket: Connecting.Socket }) => this.opened(socket));
  }

  of(socket: object): Connecting | undefined {
    return this.known.get(socket);
  }

  /** The connection that looks `host` up, which asks at once when it is opened. */
  asking(host: unknown): Connecting | undefined {
    const { last } = this;
    this.last = undefined;
    return last?.socket.connecting && last.socket._host === host ? last : undefined;
  }

  /** A client's socket was made, and is about to connect. */
  private opened(socket: Connecting.Socket): void {
    const { ledger, parent } = this.hooks;
    const connecting = new Connecting(socket, ledger.begin('connect', '', parent()));
    this.known.set(socket, connecting);
    this.last = connecting;
    if (!connecting.operation.isLeftOut) this.watch(connecting);
  }

  /** Tells only of what happens anyway: no listener here changes what an event does. */
  private watch(connecting: Connecting): void {
    const { socket, startUs } = connecting;
    let lookedUpUs = startUs;
    const listeners: [string | symbol, Listener][] = [
      [
        'lookup',
        (_error, _address, _family, host) => {
          lookedUpUs = nowUs();
          if (net.isIP(String(host)) !== 0) return;
          connecting.dnsUs = lookedUpUs - startUs;
          connecting.host = String(host);
        },
      ],
      ['connectionAttempt', () => void connecting.attempts++],
      [
        'connect',
        () => {
          connecting.connectUs = nowUs() - lookedUpUs;
          if (socket.encrypted !== true) finish({ result: 'ok' });
        },
      ],
      [
        'secureConnect',
        () => {
          connecting.tlsUs = nowUs() - lookedUpUs - (connecting.connectUs ?? 0);
          finish({ result: 'ok' });
        },
      ],
      ['close', () => finish({ error: 'closed' })],
      [events.errorMonitor, (error) => finish({ error: errorWord(error) }, error)],
    ];
    const guarded = listeners.map(([name, listener]): [string | symbol, Listener] => [
      name,
      (...args) => void this.hooks.guard(() => listener(...args)),
    ]);
    const finish = (outcome: { result: string } | { error: string }, error?: unknown) => {
      for (const [name, listener] of guarded) socket.removeListener(name as string, listener);
      if (error === undefined) connecting.readyUs = nowUs();
      const peer = Connecting.peer(socket, connecting, error);
      connecting.operation.end({ ...peer, ...connecting.phases, ...outcome });
    };
    for (const [name, listener] of guarded) socket.on(name as string, listener);
  }
}

export = Connections;
