import { withFrames } from '../../analysis/view/restacked.js';
import { FrameKind, Tier } from '../../profile/frames.js';
import type { Profile } from '../../profile/profile.js';

/** V8's marks of how a function ran, as they stand before its name in a perf map. */
const MARKS: Readonly<Record<Tier, string>> = {
  [Tier.None]: '',
  [Tier.Interpreted]: '~',
  [Tier.Baseline]: '^',
  [Tier.Maglev]: '+',
  [Tier.Turbofan]: '*',
};

/** A profile in which functions are told apart, and named, by how they ran: `*hot` was optimised, `~hot` was not. */
export function withTierNames(profile: Profile): Profile {
  return withFrames(profile, (derived) => {
    const { frames, functions } = derived;
    const { script, mapping, line, column } = functions.columns;
    const { columns } = frames;
    return Uint32Array.from({ length: frames.length }, (_, frame) => {
      const mark = MARKS[frames.tier(frame)];
      const func = frames.func(frame);
      if (mark === '' || frames.kind(frame) !== FrameKind.Call) return frame;
      const key = {
        name: mark + functions.name(func),
        script: script.data[func],
        mapping: mapping.data[func],
        line: line.data[func],
        column: column.data[func],
      };
      return frames.intern({
        func: functions.intern(key, functions.layer(func), functions.package(func)),
        line: columns.line.data[frame],
        column: columns.column.data[frame],
        tier: frames.tier(frame),
        kind: FrameKind.Call,
        inlined: frames.inlined(frame) ? 1 : 0,
        addressLo: columns.addressLo.data[frame],
        addressHi: columns.addressHi.data[frame],
      });
    });
  });
}
