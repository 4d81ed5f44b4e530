import { F64Column, U32Column } from '../../profile/columns.js';
import { Malformed } from '../../profile/malformed.js';
import { ROOT, type StackId, StackTable } from '../../profile/stacks.js';
import { numberInto, textInto } from '../json/into.js';
import type { Shape } from '../json/shape.js';
import type { Texts } from '../json/texts.js';
import type { NamedFunction } from '../named-function.js';
import { EventStack } from './event-stack.js';
import { type OwnNotes, roleNamed, unitNamed } from './own-notes.js';
import { frameIndex, type ThreadProfile } from './thread-profile.js';

/** What stands in a speedscope file. Frames may come after the profiles, so stacks are of indices at first. */
export class SpeedscopeFile {
  readonly frames: NamedFunction[] = [];
  readonly profiles: ThreadProfile[] = [];
  /** Stacks of indices in `frames`. */
  readonly tree = new StackTable();
  name = '';
  exporter = '';
  readonly shape: Shape;

  constructor(private readonly texts: Texts) {
    this.shape = {
      fields: {
        name: textInto(texts, () => this, 'name'),
        exporter: textInto(texts, () => this, 'exporter'),
        shared: { fields: { frames: { items: this.frameShape() } } },
        profiles: { items: this.profileShape() },
      },
    };
  }

  private frameShape(): Shape {
    const { texts } = this;
    let frame = { name: '', file: '', line: 0, column: 0 };
    return {
      begin: () => {
        frame = { name: '', file: '', line: 0, column: 0 };
      },
      fields: {
        name: textInto(texts, () => frame, 'name'),
        file: textInto(texts, () => frame, 'file'),
        line: numberInto(() => frame, 'line', place),
        col: numberInto(() => frame, 'column', place),
      },
      end: () => this.frames.push(frame),
    };
  }

  private profileShape(): Shape {
    const { texts } = this;
    let profile: ThreadProfile;
    const lengths = new F64Column();
    const events = new EventStack(this.tree, texts, () => profile);
    return {
      begin: () => {
        profile = {
          ...{ name: '', unit: 'none', startValue: Number.NaN, endValue: Number.NaN, own: undefined },
          stacks: new U32Column(),
          lengths: new F64Column(),
        };
        this.profiles.push(profile);
        lengths.length = 0;
        events.reset(`profiles[${this.profiles.length - 1}]`);
      },
      fields: {
        type: { text: () => {} },
        name: textInto(texts, () => profile, 'name'),
        unit: textInto(texts, () => profile, 'unit'),
        startValue: numberInto(() => profile, 'startValue'),
        endValue: numberInto(() => profile, 'endValue'),
        samples: { items: this.stackShape((stack) => profile.stacks.push(stack)) },
        weights: {
          numbers: (values, count) => {
            for (let i = 0; i < count; i++) lengths.push(values[i]);
          },
        },
        events: events.shape,
        stackscope: this.ownShape((own) => {
          profile.own = own;
        }),
      },
      end: () => {
        const at = `profiles[${this.profiles.length - 1}]`;
        if (events.isEmpty) takeWeights(profile, lengths, at);
        else events.finish(profile.endValue);
      },
    };
  }

  /** A sample: its frames, the outermost first. */
  private stackShape(add: (stack: StackId) => void): Shape {
    let stack: StackId = ROOT;
    return {
      begin: () => {
        stack = ROOT;
      },
      numbers: (frames, count) => {
        for (let i = 0; i < count; i++) stack = this.tree.intern(stack, frameIndex(frames[i]));
      },
      end: () => add(stack),
    };
  }

  private ownShape(set: (own: OwnNotes) => void): Shape {
    const { texts } = this;
    let own: OwnNotes;
    const text = (take: (text: string) => void): Shape => ({ text: (id) => take(texts.get(id)) });
    return {
      begin: () => {
        own = {
          ...{ event: '', unit: undefined, timed: true, idle: false },
          ...{ command: '', pid: 0, tid: 0, thread: '', role: 0 },
        };
        set(own);
      },
      fields: {
        event: textInto(texts, () => own, 'event'),
        unit: text((name) => {
          own.unit = unitNamed(name);
        }),
        timed: {
          flag: (timed) => {
            own.timed = timed;
          },
        },
        idle: {
          flag: (idle) => {
            own.idle = idle;
          },
        },
        command: textInto(texts, () => own, 'command'),
        pid: numberInto(() => own, 'pid', id32),
        tid: numberInto(() => own, 'tid', id32),
        thread: textInto(texts, () => own, 'thread'),
        role: text((name) => {
          own.role = roleNamed(name);
        }),
      },
    };
  }
}

function takeWeights(profile: ThreadProfile, weights: F64Column, at: string): void {
  if (weights.length !== profile.stacks.length) {
    throw new Malformed(`${at} has ${weights.length} weights for ${profile.stacks.length} samples`);
  }
  for (let i = 0; i < weights.length; i++) {
    const weight = weights.data[i];
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
      throw new Malformed(`${at}.weights[${i}] is ${weight}, which is no weight`);
    }
    profile.lengths.push(weight);
  }
}

/** A line or column; what cannot be one is not known. */
function place(value: number): number {
  return Number.isInteger(value) && value > 0 && value <= 0xffffffff ? value : 0;
}

function id32(value: number): number {
  return Number.isInteger(value) && value >= 0 && value <= 0xffffffff ? value : 0;
}
