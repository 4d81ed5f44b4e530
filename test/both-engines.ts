import type { Profile } from '../src/profile/profile.js';
import { Unit } from '../src/profile/series.js';
import { addSamples, profileOf } from './profiles.js';

const WALL_TIME = 'listOnTimeout@node:timers#node-js;hot  60 \n tick  20 \n [idle]  20';
/** The same, with what of it was CPU time. */
const CPU_TIME = 'listOnTimeout@node:timers#node-js;hot  60 30+10/ms \n tick  20 8+0/ms \n [idle]  20 1+0/ms';

/** 40 ms of CPU by perf, whose JavaScript has no names; 80 ms busy and 20 idle by V8's profiler, of the same thread. */
export function bothEngines({ tellsCpu = false } = {}): Profile {
  const profile = profileOf(`
    node::Start@/bin/node#node;@[jit]#unknown  20
    node::Start@/bin/node#node;@[jit]#unknown;@[jit]#unknown  10
    node::Start@/bin/node#node;read#kernel  10`);
  addSamples(profile, 0, tellsCpu ? CPU_TIME : WALL_TIME, { unit: Unit.WallNs });
  return profile;
}
