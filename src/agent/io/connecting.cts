import type net = require('node:net');
import nowUs = require('./clock.cjs');
import type Operation = require('./operation.cjs');

/** What is known of a connection that is made, or was. */
class Connecting {
  readonly startUs = nowUs();
  host: string | undefined;
  dnsUs: number | undefined;
  connectUs: number | undefined;
  tlsUs: number | undefined;
  /** When it could be used. */
  readyUs: number | undefined;
  attempts = 0;
  /** Whether a request was sent on it before. */
  isUsed = false;

  constructor(
    readonly socket: Connecting.Socket,
    readonly operation: Operation,
  ) {}

  /** Its phases, as far as they were seen. */
  get phases(): Operation.Facts {
    return {
      ...(this.dnsUs === undefined ? {} : { dns: this.dnsUs }),
      ...(this.connectUs === undefined ? {} : { connect: this.connectUs }),
      ...(this.tlsUs === undefined ? {} : { tls: this.tlsUs }),
      ...(this.attempts > 1 ? { attempts: this.attempts } : {}),
    };
  }

  /** Who `socket` is, or was to be, connected to. */
  static peer(socket: net.Socket, connecting: Connecting | undefined, error?: unknown): Operation.Facts {
    const told = (error ?? {}) as Told;
    const first = told.errors?.[0];
    const host = connecting?.host ?? told.hostname ?? (socket as Connecting.Socket)._host ?? undefined;
    const address = socket.remoteAddress ?? told.address ?? first?.address;
    const port = Number(socket.remotePort ?? told.port ?? first?.port);
    return {
      ...(host === undefined ? {} : { host }),
      ...(address === undefined ? {} : { address }),
      ...(port > 0 ? { port } : {}),
    };
  }
}

/** What Node's errors of connections tell; those of several attempts hold one each. */
interface Told {
  readonly address?: string;
  readonly port?: number;
  readonly hostname?: string;
  readonly errors?: readonly { readonly address?: string; readonly port?: number }[];
}

namespace Connecting {
  /** `_host` is the name that is looked up, `encrypted` says that it is a TLS socket. */
  export type Socket = net.Socket & { readonly _host?: string | null; readonly encrypted?: boolean };
}

export = Connecting;
