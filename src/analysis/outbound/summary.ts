import type { Profile } from '../../profile/profile.js';
import { knownOrNull } from '../known-or-null.js';
import { NO_FUNCTION } from '../own-functions.js';
import { type Outbound, perRequest } from './index.js';
import { causeObject } from './operation-json.js';

/** The `outbound` of `report --json`, null for a recording without operations. Times are milliseconds. */
export function outboundSummary(profile: Profile, outbound: Outbound) {
  if (profile.operations.length === 0) return null;
  return {
    requests: outbound.requests,
    culprit: culpritOf(profile, outbound),
    peers: outbound.peers.map((peer) => ({
      host: peer.host || null,
      address: peer.address || null,
      port: peer.port || null,
      kind: peer.kind,
      calls: peer.calls,
      failed: peer.failed,
      bytesIn: knownOrNull(peer.bytesIn),
      bytesOut: knownOrNull(peer.bytesOut),
      p50Ms: knownOrNull(peer.p50Us / 1000),
      p95Ms: knownOrNull(peer.p95Us / 1000),
      maxMs: knownOrNull(peer.maxUs / 1000),
    })),
    causes: outbound.causes.map((cause) => ({
      ...(cause.func === NO_FUNCTION
        ? { name: null, file: null, line: null, package: cause.packageName || null }
        : causeObject(profile, cause)),
      hosts: cause.hosts,
      calls: cause.calls,
      failed: cause.failed,
      perRequest: knownOrNull(perRequest(outbound, cause.calls)),
      totalMs: cause.totalUs / 1000,
      p50Ms: knownOrNull(cause.p50Us / 1000),
      p95Ms: knownOrNull(cause.p95Us / 1000),
    })),
    errors: outbound.errors,
  };
}

function culpritOf(profile: Profile, outbound: Outbound) {
  const { culprit } = outbound;
  if (culprit === undefined) return null;
  const calls = culprit.calls.reduce((sum, { count }) => sum + count, 0);
  const totalUs = culprit.calls.reduce((sum, { durationUs, count }) => sum + (durationUs * count || 0), 0);
  return {
    ...causeObject(profile, culprit),
    host: culprit.host,
    calls,
    perRequest: knownOrNull(perRequest(outbound, calls)),
    totalMs: totalUs / 1000,
    shareOfRequests: culprit.share,
  };
}
