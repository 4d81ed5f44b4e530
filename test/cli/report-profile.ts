import { Profile } from '../../src/profile/profile.js';
import { ThreadRole } from '../../src/profile/threads.js';
import { addSamples, addThread } from '../profiles.js';

const LOOP =
  'node::Start@/usr/bin/node#node;uv_run@/usr/bin/node#libuv;Builtins_JSEntry@/usr/bin/node#v8;emit@node:events:471:44#node-js';
const EXPRESS = 'handle@/srv/app/node_modules/express/lib/router.js:136:9#dependency/express';
const RENDER = `${LOOP};onRequest@file:///srv/app/server.mjs:12:20~interpreted;${EXPRESS};render@/srv/app/lib/render.js:7:14`;

/** A recording such as a small server makes: two threads, a package, garbage collection, a broken stack, a note. */
export function serverProfile(): Profile {
  const profile = new Profile();
  Object.assign(profile.info, {
    command: 'node server.mjs --port 8080',
    engine: 'perf',
    startedMs: Date.UTC(2026, 0, 2, 3, 4, 5),
    durationUs: 10_000_000,
    frequencyHz: 997,
  });
  const main = addThread(profile, { tid: 4001, role: ThreadRole.Main, cpuMs: 1010 });
  profile.processes.setNodeVersion(0, '24.1.0');
  profile.processes.setEnd(0, 10_000_000, 130);
  addSamples(
    profile,
    main,
    `
    ${RENDER}~turbofan  400
    ${RENDER}~interpreted;v8::internal::Runtime_StringAdd(int, v8::internal::Isolate*)@/usr/bin/node#v8  150
    ${RENDER};v8::internal::Heap::CollectGarbage(int)@/usr/bin/node#v8  110
    ${RENDER};()@/srv/app/lib/render.js:20:9;memcpy@/lib/libc.so.6#libc  90
    ${LOOP};onRequest@file:///srv/app/server.mjs:12:20;log@/srv/app/lib/log.js:3:1;write@[kernel]#kernel  120
    ${LOOP}  60
    [broken];sha512_block@/usr/bin/node#system  50
    [broken];()@/opt/x.so#unknown  20
    `,
  );
  addSamples(
    profile,
    addThread(profile, { tid: 4002, role: ThreadRole.Pool, cpuMs: 41 }),
    'inflate@/usr/bin/node#system  40',
  );
  profile.quality.note(
    'NO_KERNEL_SYMBOLS',
    'the kernel hides its symbols from this user.',
    'Run as root, or lower kptr_restrict.',
  );
  profile.quality.lostSamples = 3;
  return profile;
}
