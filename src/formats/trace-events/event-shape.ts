import { nodeShape } from '../cpuprofile/node-shape.js';
import { numberInto, textInto } from '../json/into.js';
import type { Shape } from '../json/shape.js';
import type { Texts } from '../json/texts.js';
import {
  type EventArgs,
  OPERATION_NUMBERS,
  OPERATION_TEXTS,
  type OperationNumber,
  type OperationText,
  type ProfilePart,
  type TraceEvent,
} from './event.js';

const skip = { orElse: 'skip' } as const;

/** An event, handed to `take` at its end. What tools put into arguments is theirs: other kinds are passed over. */
export function eventShape(texts: Texts, take: (event: TraceEvent) => void): Shape {
  const args = emptyArgs();
  const event: TraceEvent = { ...EMPTY, args };
  return {
    ...skip,
    begin: () => {
      Object.assign(event, EMPTY);
      clear(args);
    },
    fields: {
      ph: {
        ...skip,
        text: (id) => {
          event.phase = id;
        },
      },
      name: {
        ...skip,
        text: (id) => {
          event.name = id;
        },
      },
      cat: {
        ...skip,
        text: (id) => {
          event.category = id;
        },
      },
      ts: timeShape(texts, event, 'ts'),
      dur: timeShape(texts, event, 'dur'),
      pid: ownerShape(event, 'pid'),
      tid: ownerShape(event, 'tid'),
      id: idShape(texts, (id) => {
        event.id = id;
      }),
      id2: {
        ...skip,
        fields: {
          local: idShape(texts, (id) => {
            event.id = id;
          }),
          global: idShape(texts, (id) => {
            event.id = `global:${id}`;
          }),
        },
      },
      scope: { ...skip, ...textInto(texts, () => event, 'scope') },
      args: argsShape(texts, args),
    },
    end: () => take(event),
  };
}

const EMPTY = {
  ...{ phase: 0, name: 0, category: 0, ts: Number.NaN, dur: Number.NaN, pid: 0, tid: 0, id: '', scope: '' },
};

function emptyArgs(): EventArgs {
  return {
    ...{ name: '', role: '', node: '', file: '', line: 0, column: 0 },
    ...{ texts: new Map(), numbers: new Map(), profile: undefined },
  };
}

function clear(args: EventArgs): void {
  const { texts, numbers } = args;
  if (texts.size > 0) texts.clear();
  if (numbers.size > 0) numbers.clear();
  args.name = args.role = args.node = args.file = '';
  args.line = args.column = 0;
  args.profile = undefined;
}

/** Some tools write times as texts. */
function timeShape(texts: Texts, event: TraceEvent, field: 'ts' | 'dur'): Shape {
  return {
    ...skip,
    number: (value) => {
      event[field] = value;
    },
    text: (id) => {
      event[field] = Number(texts.get(id));
    },
  };
}

function ownerShape(event: TraceEvent, field: 'pid' | 'tid'): Shape {
  return {
    ...skip,
    number: (value) => {
      event[field] = Number.isInteger(value) && value >= 0 && value <= 0xffffffff ? value : 0;
    },
    text: (id) => {
      event[field] = -1 - id;
    },
  };
}

function idShape(texts: Texts, take: (id: string) => void): Shape {
  return { ...skip, text: (id) => take(texts.get(id)), number: (id) => take(String(id)) };
}

/** Other names for what operations have: those of Node's events. */
const NODES_TEXTS: Readonly<Record<string, OperationText>> = {
  hostname: 'host',
  ip: 'address',
  status: 'result',
};

function argsShape(texts: Texts, args: EventArgs): Shape {
  const operationText = (name: OperationText): Shape => ({
    ...skip,
    text: (id) => args.texts.set(name, texts.get(id)),
    number: (value) => args.texts.set(name, String(value)),
  });
  const operationNumber = (name: OperationNumber): Shape => ({
    ...skip,
    number: (value) => args.numbers.set(name, value),
  });
  return {
    ...skip,
    fields: {
      ...Object.fromEntries(OPERATION_TEXTS.map((name) => [name, operationText(name)])),
      ...Object.fromEntries(Object.entries(NODES_TEXTS).map(([name, as]) => [name, operationText(as)])),
      ...Object.fromEntries(OPERATION_NUMBERS.map((name) => [name, operationNumber(name)])),
      name: { ...skip, ...textInto(texts, () => args, 'name') },
      role: { ...skip, ...textInto(texts, () => args, 'role') },
      node: { ...skip, ...textInto(texts, () => args, 'node') },
      file: { ...skip, ...textInto(texts, () => args, 'file') },
      line: { ...skip, ...numberInto(() => args, 'line', place) },
      column: { ...skip, ...numberInto(() => args, 'column', place) },
      data: dataShape(texts, args),
    },
  };
}

function dataShape(texts: Texts, args: EventArgs): Shape {
  const part = (): ProfilePart => {
    args.profile ??= {
      ...{ startTime: undefined, endTime: undefined, source: '' },
      ...{ nodes: [], samples: [], timeDeltas: [], lines: [] },
    };
    return args.profile;
  };
  const list = (field: 'samples' | 'timeDeltas' | 'lines'): Shape => ({
    ...skip,
    numbers: (values, count) => {
      const into = part()[field];
      for (let i = 0; i < count; i++) into.push(values[i]);
    },
  });
  const times = {
    startTime: { ...skip, ...numberInto(part, 'startTime') },
    endTime: { ...skip, ...numberInto(part, 'endTime') },
    samples: list('samples'),
    timeDeltas: list('timeDeltas'),
    lines: list('lines'),
  };
  const nodes = { items: nodeShape(texts, (...node) => part().nodes.push(node)) };
  return {
    ...skip,
    fields: {
      ...times,
      source: {
        ...skip,
        text: (id) => {
          part().source = texts.get(id);
        },
      },
      cpuProfile: { ...skip, fields: { ...times, nodes } },
    },
  };
}

function place(value: number): number {
  return Number.isInteger(value) && value > 0 && value <= 0xffffffff ? value : 0;
}
