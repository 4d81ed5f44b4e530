import { type OperationFields, OperationKind } from '../src/profile/operations.js';
import { Profile } from '../src/profile/profile.js';
import { ThreadRole } from '../src/profile/threads.js';
import { addThread, internStack } from './profiles.js';

const NODE = 'emit@node:events:471:44#node-js';
/** The stacks of three callers: the application itself, through a package, and a package by itself. */
export const STACKS = {
  tip: `${NODE};onRequest@/app/server.js:3:1;getTip@/app/tip.js:10:5;request@node:_http_client:100:1#node-js`,
  query: `${NODE};onRequest@/app/server.js:3:1;load@/app/load.js:20:3;query@/app/node_modules/pg/client.js:5:1#dependency/pg;parse@/app/node_modules/pg-protocol/x.js:1:1#dependency/pg-protocol`,
  phoneHome: `${NODE};report@/app/node_modules/telemetry/index.js:7:1#dependency/telemetry;send@/app/node_modules/axios/axios.js:1:1#dependency/axios`,
} as const;

/** A profile of one main thread that used `cpuMs` of the `durationMs` recorded. */
export function waitingProfile(durationMs: number, cpuMs: number): Profile {
  const profile = new Profile();
  Object.assign(profile.info, { engine: 'v8', durationUs: durationMs * 1000, frequencyHz: 199 });
  addThread(profile, { tid: 1, role: ThreadRole.Main, cpuMs });
  return profile;
}

/** Adds a served request from and to so many milliseconds, and returns its id. */
export function addRequest(profile: Profile, fromMs: number, toMs: number): number {
  return profile.operations.add({
    ...{ kind: OperationKind.Request, thread: 0, name: 'GET /' },
    ...{ start: fromMs * 1000, end: toMs * 1000, result: '200' },
  });
}

/** Adds an HTTP call of `getTip`, unless `fields` say otherwise, from and to so many milliseconds. */
export function addCall(
  profile: Profile,
  fromMs: number,
  toMs: number,
  { stackText = STACKS.tip, ...fields }: Partial<OperationFields> & { stackText?: string } = {},
): number {
  return profile.operations.add({
    ...{ kind: OperationKind.Http, thread: 0, host: 'tips.example', address: '127.0.0.1', port: 8080 },
    ...{ start: fromMs * 1000, end: toMs * 1000, stack: internStack(profile, stackText), ...fields },
  });
}
