import { viewProfile } from '../../analysis/view/index.js';
import { withoutStacks } from '../../analysis/view/restacked.js';
import { FrameKind } from '../../profile/frames.js';
import type { Profile } from '../../profile/profile.js';
import { tell } from '../terminal.js';
import { viewWords } from '../view-recording.js';
import { withTierNames } from './tier-names.js';

/** What cpuprofilify shows of a recording; true keeps. */
export interface Internals {
  readonly unresolveds: boolean;
  readonly sysinternals: boolean;
  readonly v8internals: boolean;
  readonly v8gc: boolean;
  readonly shortStack: boolean;
  readonly optimizationinfo: boolean;
}

/** Hides what is not to be shown, and says on stderr whose time that was and what is left out. */
export function withoutInternals(profile: Profile, shown: Internals, verbose: boolean): Profile {
  const hide = [
    ...(shown.unresolveds ? [] : ['unresolved']),
    ...(shown.sysinternals ? [] : ['sysinternals']),
    ...(shown.v8internals ? [] : ['v8internals']),
    ...(shown.v8internals || shown.v8gc ? [] : ['v8gc']),
  ];
  const view = hide.length === 0 ? undefined : viewProfile(profile, { hide });
  if (view !== undefined) for (const line of viewWords(view, verbose)) tell(line);
  const visible = view?.profile ?? profile;
  const long = shown.shortStack ? visible : withoutShortStacks(visible);
  return shown.optimizationinfo ? withTierNames(long) : long;
}

/** Stacks of one function; the marks of stacks that lost their callers are none, and idle time is no stack. */
function withoutShortStacks(profile: Profile): Profile {
  const { parent, frame } = profile.stacks.columns;
  const calls = new Uint32Array(profile.stacks.length);
  const isShort = new Uint8Array(profile.stacks.length);
  for (let stack = 1; stack < calls.length; stack++) {
    const kind = profile.frames.kind(frame.data[stack]);
    calls[stack] = calls[parent.data[stack]] + (kind === FrameKind.Call ? 1 : 0);
    isShort[stack] = calls[stack] < 2 && kind !== FrameKind.Idle ? 1 : 0;
  }
  const all = samplesOf(profile);
  const long = withoutStacks(profile, isShort);
  const left = all - samplesOf(long);
  if (left > 0) {
    const share = ((100 * left) / all).toFixed(1);
    tell(
      `Left out: ${left.toLocaleString('en-US')} samples (${share} %) whose stack has only one line; --shortStack keeps them.`,
    );
  }
  return long;
}

function samplesOf({ series }: Profile): number {
  return series.reduce((sum, { sampleCount }) => sum + sampleCount, 0);
}
