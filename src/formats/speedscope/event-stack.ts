import { Malformed } from '../../profile/malformed.js';
import { ROOT, type StackId, type StackTable } from '../../profile/stacks.js';
import { numberInto } from '../json/into.js';
import type { Shape } from '../json/shape.js';
import type { TextId, Texts } from '../json/texts.js';
import { frameIndex, type ThreadProfile } from './thread-profile.js';

/** The events of an evented profile: the frames that are open, from one to the next. */
export class EventStack {
  readonly shape: Shape;
  private readonly open: StackId[] = [ROOT];
  private at = Number.NaN;
  private count = 0;
  private path = '';
  private event = { type: 0, at: Number.NaN, frame: -1 };

  constructor(
    private readonly tree: StackTable,
    texts: Texts,
    private readonly profile: () => ThreadProfile,
  ) {
    const { event } = this;
    const OPEN = texts.idOf('O');
    const CLOSE = texts.idOf('C');
    this.shape = {
      items: {
        begin: () => {
          event.at = Number.NaN;
          event.frame = -1;
          event.type = 0;
        },
        fields: {
          type: {
            text: (id: TextId) => {
              event.type = id;
            },
          },
          at: numberInto(() => event, 'at'),
          frame: numberInto(() => event, 'frame'),
        },
        end: () => {
          this.advance(event.at);
          if (event.type === OPEN)
            this.open.push(this.tree.intern(this.open.at(-1)!, frameIndex(event.frame)));
          else if (event.type === CLOSE) this.close(event.frame);
          else throw new Malformed(`${this.where} is neither of type O nor C`);
          this.count++;
        },
      },
    };
  }

  get isEmpty(): boolean {
    return this.count === 0;
  }

  reset(path: string): void {
    this.open.length = 1;
    this.at = Number.NaN;
    this.count = 0;
    this.path = path;
  }

  /** Closes what is open at the end. */
  finish(endValue: number): void {
    if (endValue > this.at) this.advance(endValue);
  }

  private advance(at: number): void {
    const profile = this.profile();
    if (!Number.isFinite(at)) throw new Malformed(`${this.where} has no time`);
    if (Number.isNaN(this.at))
      this.at = Number.isNaN(profile.startValue) ? at : Math.min(profile.startValue, at);
    if (Number.isNaN(profile.startValue)) profile.startValue = this.at;
    if (at < this.at) throw new Malformed(`${this.where}.at is ${at}, before ${this.at} of the one before`);
    if (at > this.at) {
      profile.stacks.push(this.open.at(-1)!);
      profile.lengths.push(at - this.at);
    }
    this.at = at;
  }

  private close(frame: number): void {
    const top = this.open.pop()!;
    if (top === ROOT) throw new Malformed(`${this.where} closes frame ${frame}, and none is open`);
    const opened = this.tree.columns.frame.data[top];
    if (opened !== frame) {
      throw new Malformed(`${this.where} closes frame ${frame}, but the last one opened is ${opened}`);
    }
  }

  private get where(): string {
    return `${this.path}.events[${this.count}]`;
  }
}
