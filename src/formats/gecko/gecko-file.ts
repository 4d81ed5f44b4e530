import { LIMITS } from '../../profile/limits.js';
import { Malformed } from '../../profile/malformed.js';
import { FileThread } from '../firefox/file-thread.js';
import { dataFields } from '../firefox/marker-data.js';
import type { Shape } from '../json/shape.js';
import type { TextId, Texts } from '../json/texts.js';
import { SchemaRows, schemaRowsShape } from './rows.js';

/** A binary and where it was in memory. */
export interface GeckoLib {
  start: number;
  end: number;
  name: string;
  path: string;
  codeId: string;
}

/** A thread, with its own tables; what it has in common with the processed format is in `thread`. */
export class GeckoThread {
  readonly thread = new FileThread();
  readonly samples = new SchemaRows('samples');
  readonly markers = new SchemaRows('markers');
  readonly stackTable = new SchemaRows('stackTable');
  readonly frameTable = new SchemaRows('frameTable');
  /** Ids of the scanner's texts. */
  readonly strings: TextId[] = [];
}

/** A process: the first is Firefox itself, which wrote the file. Times are milliseconds from its own start. */
export class GeckoProcess {
  /** NaN when it is no profile of Firefox. */
  version = Number.NaN;
  /** Milliseconds since 1970. */
  startTime = 0;
  interval = 0;
  cpuUnit = '';
  readonly libs: GeckoLib[] = [];
  readonly threads: GeckoThread[] = [];
}

/** What stands in a profile as Firefox itself writes it. */
export class GeckoFile {
  readonly processes: GeckoProcess[] = [];
  readonly shape: Shape;
  /** Those that are open; processes stand within each other. */
  private readonly open: GeckoProcess[] = [];

  constructor(private readonly texts: Texts) {
    const fields = {
      meta: { fields: this.metaFields() },
      libs: { items: this.libShape() },
      threads: { items: this.threadShape() },
    };
    const process: Shape = {
      begin: () => this.begin(),
      end: () => {
        this.open.pop();
      },
      fields: {
        ...fields,
        get processes(): Shape {
          return { items: process };
        },
      },
    };
    this.shape = process;
  }

  private begin(): void {
    if (this.processes.length >= LIMITS.series)
      throw new Malformed(`there are more than ${LIMITS.series} processes`);
    const process = new GeckoProcess();
    this.processes.push(process);
    this.open.push(process);
  }

  private get process(): GeckoProcess {
    return this.open[this.open.length - 1];
  }

  private text(set: (value: string) => void): Shape {
    return { text: (id) => set(this.texts.get(id)) };
  }

  private metaFields(): Readonly<Record<string, Shape>> {
    return {
      version: {
        number: (value) => {
          this.process.version = value;
        },
      },
      startTime: {
        number: (value) => {
          this.process.startTime = value;
        },
      },
      interval: {
        number: (value) => {
          this.process.interval = value;
        },
      },
      sampleUnits: {
        fields: {
          threadCPUDelta: this.text((value) => {
            this.process.cpuUnit = value;
          }),
        },
      },
    };
  }

  private libShape(): Shape {
    const last = () => this.process.libs[this.process.libs.length - 1];
    return {
      begin: () => {
        const { libs } = this.process;
        if (libs.length >= LIMITS.strings) throw new Malformed(`there are more than ${LIMITS.strings} libs`);
        libs.push({ start: 0, end: 0, name: '', path: '', codeId: '' });
      },
      fields: {
        start: {
          number: (value) => {
            last().start = value;
          },
        },
        end: {
          number: (value) => {
            last().end = value;
          },
        },
        name: this.text((value) => {
          last().name = value;
        }),
        path: this.text((value) => {
          last().path = value;
        }),
        codeId: this.text((value) => {
          last().codeId = value;
        }),
      },
    };
  }

  private threadShape(): Shape {
    const last = () => this.process.threads[this.process.threads.length - 1];
    const text = (set: (thread: FileThread, value: string) => void) =>
      this.text((value) => set(last().thread, value));
    const id = (set: (thread: FileThread, value: string) => void): Shape => ({
      ...text(set),
      number: (value) => set(last().thread, String(value)),
    });
    return {
      begin: () => {
        const { threads } = this.process;
        if (threads.length >= LIMITS.series)
          throw new Malformed(`there are more than ${LIMITS.series} threads`);
        threads.push(new GeckoThread());
      },
      fields: {
        name: text((thread, value) => {
          thread.name = value;
        }),
        processName: text((thread, value) => {
          thread.processName = value;
        }),
        pid: id((thread, value) => {
          thread.pid = value;
        }),
        tid: id((thread, value) => {
          thread.tid = value;
        }),
        registerTime: {
          number: (value) => {
            last().thread.registerTime = value;
          },
        },
        unregisterTime: {
          number: (value) => {
            last().thread.unregisterTime = value;
          },
        },
        samples: schemaRowsShape(this.texts, () => last().samples),
        markers: this.markersShape(last),
        stackTable: schemaRowsShape(this.texts, () => last().stackTable),
        frameTable: schemaRowsShape(this.texts, () => last().frameTable),
        stringTable: {
          items: {
            text: (text) => {
              last().strings.push(text);
            },
          },
        },
      },
    };
  }

  /** A marker's data is a cell; its stack is a sample of a table within it. */
  private markersShape(last: () => GeckoThread): Shape {
    const get = () => last().thread.data;
    let isFirst = false;
    const stack: Shape = {
      fields: {
        samples: {
          fields: {
            data: {
              items: {
                begin: () => {
                  isFirst = true;
                },
                items: {
                  number: (value) => {
                    if (isFirst) get().set('cause', value);
                    isFirst = false;
                  },
                  none: () => {
                    isFirst = false;
                  },
                },
              },
            },
          },
        },
      },
    };
    return schemaRowsShape(this.texts, () => last().markers, {
      beginRow: () => get().begin(),
      cell: { fields: { ...dataFields(get), stack } },
    });
  }
}
