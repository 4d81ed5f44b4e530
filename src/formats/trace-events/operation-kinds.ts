import { OPERATION_KIND_NAMES, OperationKind } from '../../profile/operations.js';

/** Categories of Node's own events (doc/api/tracing.md), from the more telling to the less. */
const CATEGORIES: readonly (readonly [string, OperationKind])[] = [
  ['node.fs.async', OperationKind.Fs],
  ['node.dns.native', OperationKind.Dns],
  ['node.net.native', OperationKind.Connect],
  ['node.http', OperationKind.Http],
  ['node.threadpoolwork.async', OperationKind.Pool],
];

/** Types of Node's asynchronous resources (lib/internal/async_hooks.js, src/async_wrap.h), of those that are waits. */
const RESOURCES: ReadonlyMap<string, OperationKind> = new Map([
  ...kinds(OperationKind.Fs, 'FSREQCALLBACK FSREQPROMISE FSREQWRAP STATWATCHER'),
  ...kinds(OperationKind.Dns, 'GETADDRINFOREQWRAP GETNAMEINFOREQWRAP QUERYWRAP'),
  ...kinds(OperationKind.Connect, 'TCPCONNECTWRAP PIPECONNECTWRAP'),
  ...kinds(OperationKind.Tls, 'TLSWRAP'),
  ...kinds(OperationKind.Http, 'HTTPCLIENTREQUEST HTTPINCOMINGMESSAGE HTTP2SESSION HTTP2STREAM'),
  ...kinds(OperationKind.Udp, 'UDPWRAP UDPSENDWRAP'),
  ...kinds(OperationKind.Timer, 'Timeout Immediate TIMERWRAP'),
  ...kinds(
    OperationKind.Pool,
    'PBKDF2REQUEST SCRYPTREQUEST RANDOMBYTESREQUEST KEYPAIRGENREQUEST SIGNREQUEST ZLIB',
  ),
  ...kinds(OperationKind.Child, 'PROCESSWRAP'),
]);

function kinds(kind: OperationKind, names: string): [string, OperationKind][] {
  return names.split(' ').map((name) => [name, kind]);
}

/** What an asynchronous event waited for, by its category (ours is the kind itself) and its name. */
export function kindOf(category: string, name: string): OperationKind {
  const own = (OPERATION_KIND_NAMES as readonly string[]).indexOf(category);
  if (own >= 0) return own;
  const categories = category.split(',');
  const found = CATEGORIES.find(([each]) => categories.includes(each));
  return found?.[1] ?? RESOURCES.get(name) ?? OperationKind.Other;
}
