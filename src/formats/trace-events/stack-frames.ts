import { F64Column, U32Column } from '../../profile/columns.js';
import { CALL_FRAME } from '../../profile/frames.js';
import { Malformed } from '../../profile/malformed.js';
import type { Profile } from '../../profile/profile.js';
import { type Series, Unit } from '../../profile/series.js';
import { ROOT, type StackId } from '../../profile/stacks.js';
import type { Shape } from '../json/shape.js';
import type { TextId, Texts } from '../json/texts.js';
import { internNamed } from '../named-function.js';
import type { TraceThreads } from './threads.js';

const skip = { orElse: 'skip' } as const;

interface StackFrame {
  name: string;
  /** Of its caller; 0 for none. */
  parent: TextId;
}

/** The top-level lists `stackFrames` (each with its caller) and `samples`, as perf's converter and Hermes write them. */
export class FrameSamples {
  readonly framesShape: Shape;
  readonly samplesShape: Shape;
  private readonly frames = new Map<TextId, StackFrame>();
  private readonly columns = {
    pid: new F64Column(),
    tid: new F64Column(),
    ts: new F64Column(),
    frame: new U32Column(),
    event: new U32Column(),
    weight: new F64Column(),
  };

  constructor(private readonly texts: Texts) {
    this.framesShape = this.frameShape();
    this.samplesShape = { ...skip, items: this.sampleShape() };
  }

  get length(): number {
    return this.columns.ts.length;
  }

  get start(): number {
    const { ts } = this.columns;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < ts.length; i++) least = Math.min(least, ts.data[i]);
    return least;
  }

  /** Adds the samples: so many events each, at their times. */
  addTo(profile: Profile, threads: TraceThreads, zero: number): void {
    const { pid, tid, ts, frame, event, weight } = this.columns;
    const stacks = new Map<TextId, StackId>();
    const series = new Map<string, Series>();
    const order = Uint32Array.from({ length: this.length }, (_, i) => i);
    for (const i of order.sort((a, b) => ts.data[a] - ts.data[b] || a - b)) {
      const key = `${pid.data[i]} ${tid.data[i]} ${event.data[i]}`;
      const name = this.texts.get(event.data[i]) || 'samples';
      const into =
        series.get(key) ?? profile.addSeries(threads.threadOf(pid.data[i], tid.data[i]), name, Unit.Count);
      series.set(key, into);
      const stack = this.stackOf(frame.data[i], profile, stacks);
      into.add(Math.round(ts.data[i] - zero), stack, weight.data[i]);
    }
  }

  private frameShape(): Shape {
    const { texts, frames } = this;
    let id: TextId = 0;
    let frame: StackFrame = { name: '', parent: 0 };
    return {
      ...skip,
      key: (key) => {
        id = key;
      },
      entries: {
        ...skip,
        begin: () => {
          frame = { name: '', parent: 0 };
        },
        fields: {
          name: {
            ...skip,
            text: (name) => {
              frame.name = texts.get(name);
            },
          },
          parent: this.idShape((parent) => {
            frame.parent = parent;
          }),
        },
        end: () => frames.set(id, frame),
      },
    };
  }

  private sampleShape(): Shape {
    const { columns } = this;
    const sample = { pid: 0, tid: 0, ts: Number.NaN, frame: 0, event: 0, weight: 1 };
    return {
      ...skip,
      begin: () => {
        Object.assign(sample, { pid: 0, tid: 0, ts: Number.NaN, frame: 0, event: 0, weight: 1 });
      },
      fields: {
        pid: this.numberShape(sample, 'pid'),
        tid: this.numberShape(sample, 'tid'),
        ts: this.numberShape(sample, 'ts'),
        weight: this.numberShape(sample, 'weight'),
        sf: this.idShape((frame) => {
          sample.frame = frame;
        }),
        name: {
          ...skip,
          text: (name) => {
            sample.event = name;
          },
        },
      },
      end: () => {
        const { ts, weight } = sample;
        if (!(Math.abs(ts) <= Number.MAX_SAFE_INTEGER)) return;
        if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) return;
        for (const name of Object.keys(columns) as (keyof typeof columns)[]) columns[name].push(sample[name]);
      },
    };
  }

  /** Hermes writes texts. */
  private numberShape<K extends string>(owner: Record<K, number>, key: K): Shape {
    return {
      ...skip,
      number: (value) => {
        owner[key] = value;
      },
      text: (id) => {
        owner[key] = Number(this.texts.get(id));
      },
    };
  }

  private idShape(take: (id: TextId) => void): Shape {
    return { ...skip, text: take, number: (id) => take(this.texts.idOf(String(id))) };
  }

  private stackOf(id: TextId, profile: Profile, known: Map<TextId, StackId>): StackId {
    const path: TextId[] = [];
    let at = id;
    for (; at !== 0 && !known.has(at) && this.frames.has(at); at = this.frames.get(at)!.parent) {
      if (path.length > this.frames.size)
        throw new Malformed(`stackFrames: ${this.texts.get(id)} is its own caller`);
      path.push(at);
    }
    let stack = known.get(at) ?? ROOT;
    for (const each of path.reverse()) {
      const func = internNamed(profile, { name: this.frames.get(each)!.name, file: '', line: 0, column: 0 });
      stack = profile.stacks.intern(stack, profile.frames.intern({ ...CALL_FRAME, func }));
      known.set(each, stack);
    }
    return stack;
  }
}
