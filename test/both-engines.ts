import type { Profile } from '../src/profile/profile.js';
import { Unit } from '../src/profile/series.js';
import { addSamples, profileOf } from './profiles.js';

/** 40 ms of CPU by perf, whose JavaScript has no names; 80 ms busy and 20 idle by V8's profiler, of the same thread. */
export function bothEngines(): Profile {
  const profile = profileOf(`
    node::Start@/bin/node#node;@[jit]#unknown  20
    node::Start@/bin/node#node;@[jit]#unknown;@[jit]#unknown  10
    node::Start@/bin/node#node;read#kernel  10`);
  addSamples(profile, 0, 'listOnTimeout@node:timers#node-js;hot  60 \n tick  20 \n [idle]  20', {
    unit: Unit.WallNs,
  });
  return profile;
}
