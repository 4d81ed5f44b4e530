import type { Shape } from '../json/shape.js';
import type { TextId, Texts } from '../json/texts.js';
import { FileTables, tableFields } from './file-tables.js';
import { dataShape, MarkerData } from './marker-data.js';
import { columnsShape, NumberColumns } from './number-columns.js';

const SAMPLES = ['stack', 'time', 'timeDeltas', 'weight', 'threadCPUDelta'] as const;
const MARKERS = ['name', 'startTime', 'endTime', 'phase', 'category'] as const;

/** A thread of the file. Times are milliseconds from the start of the profile. */
export class FileThread {
  name = '';
  processName = '';
  /** With a mark behind where ids were used again: `12.1`. */
  pid = '';
  tid = '';
  isMainThread = false;
  processStartupTime = 0;
  processShutdownTime = Number.NaN;
  registerTime = 0;
  unregisterTime = Number.NaN;
  readonly samples = new NumberColumns('samples', SAMPLES);
  weightType = 'samples';
  readonly markers = new NumberColumns('markers', MARKERS);
  readonly data = new MarkerData();
  readonly tables = new FileTables();
  /** What we write beside what the format has. */
  readonly own = {
    name: undefined as string | undefined,
    event: '',
    unit: '',
    role: '',
    isUntimed: false,
    hasCpu: true,
  };
}

/** An item of `threads`; each is handed to `add` when it begins. */
export function threadShape(texts: Texts, add: (thread: FileThread) => void): Shape {
  let thread = new FileThread();
  const text = (set: (value: string) => void): Shape => ({ text: (id: TextId) => set(texts.get(id)) });
  const number = (set: (value: number) => void): Shape => ({ number: set });
  const id = (set: (value: string) => void): Shape => ({
    ...text(set),
    number: (value) => set(String(value)),
  });
  return {
    begin: () => {
      thread = new FileThread();
      add(thread);
    },
    fields: {
      name: text((value) => {
        thread.name = value;
      }),
      processName: text((value) => {
        thread.processName = value;
      }),
      pid: id((value) => {
        thread.pid = value;
      }),
      tid: id((value) => {
        thread.tid = value;
      }),
      isMainThread: {
        flag: (value) => {
          thread.isMainThread = value;
        },
      },
      processStartupTime: number((value) => {
        thread.processStartupTime = value;
      }),
      processShutdownTime: number((value) => {
        thread.processShutdownTime = value;
      }),
      registerTime: number((value) => {
        thread.registerTime = value;
      }),
      unregisterTime: number((value) => {
        thread.unregisterTime = value;
      }),
      samples: {
        fields: {
          ...columnsShape(SAMPLES, () => thread.samples),
          weightType: text((value) => {
            thread.weightType = value;
          }),
        },
      },
      markers: {
        fields: {
          ...columnsShape(MARKERS, () => thread.markers),
          data: { items: dataShape(() => thread.data) },
        },
      },
      stackscope: {
        fields: {
          name: text((value) => {
            thread.own.name = value;
          }),
          event: text((value) => {
            thread.own.event = value;
          }),
          unit: text((value) => {
            thread.own.unit = value;
          }),
          role: text((value) => {
            thread.own.role = value;
          }),
          hasCpu: {
            flag: (value) => {
              thread.own.hasCpu = value;
            },
          },
          isUntimed: {
            flag: (value) => {
              thread.own.isUntimed = value;
            },
          },
        },
      },
      ...tableFields(() => thread.tables),
    },
  };
}
