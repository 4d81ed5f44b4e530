import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Why a request is not answered. */
export interface Refusal {
  readonly status: number;
  readonly words: string;
}

/**
 * What is checked before anything is looked at: any web page can have the browser ask this server, under a name of its
 * own that it points at 127.0.0.1 (DNS rebinding) as well. Undefined when the request may be answered.
 */
export function refusal(request: IncomingMessage, port: number): Refusal | undefined {
  const { method, headers, url = '' } = request;
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const hostLines = request.rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'host');
  if (hostLines.length !== 1 || !hosts.includes(headers.host ?? ''))
    return { status: 421, words: 'This is not the host that is asked for.' };
  const { origin } = headers;
  if (origin !== undefined && !hosts.some((host) => origin === `http://${host}`))
    return { status: 403, words: 'Pages of other origins are not answered.' };
  if (method !== 'GET' && method !== 'HEAD')
    return { status: 405, words: 'GET and HEAD alone are answered.' };
  return url.startsWith('/') ? undefined : { status: 400, words: 'The address must be a path.' };
}

/** The rest of a path behind the token, undefined when the token is another. */
export function afterToken(url: string, token: string): string | undefined {
  const [, given = '', ...rest] = url.split('/');
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b) && rest.length > 0 ? rest.join('/') : undefined;
}

/** Whether a browser says that another site's page asks. */
export function isFromElsewhere({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}
