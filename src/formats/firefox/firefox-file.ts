import { LIMITS } from '../../profile/limits.js';
import { Malformed } from '../../profile/malformed.js';
import type { Shape } from '../json/shape.js';
import type { TextId, Texts } from '../json/texts.js';
import { FileTables, tableFields } from './file-tables.js';
import { type FileThread, threadShape } from './file-thread.js';

/** A binary, in `libs`. */
export interface FileLib {
  name: string;
  path: string;
  /** On Linux the ELF build id. */
  codeId: string;
}

/** A category; the first of its subcategories is for what has none. */
export interface FileCategory {
  name: string;
  readonly subcategories: string[];
}

/** What stands in a processed profile, before it is put together. */
export class FirefoxFile {
  readonly meta = {
    /** NaN when it is no processed profile. */
    version: Number.NaN,
    product: '',
    arguments: '',
    /** Milliseconds. */
    interval: 0,
    startTime: 0,
    profilingStartTime: Number.NaN,
    profilingEndTime: Number.NaN,
    cpuUnit: '',
    /** Of our own; NaN in files of others. */
    frequencyHz: Number.NaN,
  };
  readonly libs: FileLib[] = [];
  readonly categories: FileCategory[] = [];
  readonly shared = new FileTables();
  readonly threads: FileThread[] = [];
  readonly shape: Shape;

  constructor(private readonly texts: Texts) {
    this.shape = {
      fields: {
        meta: { fields: this.metaFields() },
        libs: { items: this.libShape() },
        shared: { fields: tableFields(() => this.shared) },
        threads: { items: threadShape(texts, (thread) => this.addThread(thread)) },
      },
    };
  }

  private addThread(thread: FileThread): void {
    if (this.threads.length >= LIMITS.series)
      throw new Malformed(`there are more than ${LIMITS.series} threads`);
    this.threads.push(thread);
  }

  private text(set: (value: string) => void): Shape {
    return { text: (id: TextId) => set(this.texts.get(id)) };
  }

  private metaFields(): Readonly<Record<string, Shape>> {
    const { meta } = this;
    const number = (name: 'interval' | 'startTime' | 'profilingStartTime' | 'profilingEndTime'): Shape => ({
      number: (value) => {
        meta[name] = value;
      },
    });
    return {
      preprocessedProfileVersion: {
        number: (value) => {
          meta.version = value;
        },
      },
      product: this.text((value) => {
        meta.product = value;
      }),
      arguments: this.text((value) => {
        meta.arguments = value;
      }),
      interval: number('interval'),
      startTime: number('startTime'),
      profilingStartTime: number('profilingStartTime'),
      profilingEndTime: number('profilingEndTime'),
      sampleUnits: {
        fields: {
          threadCPUDelta: this.text((value) => {
            meta.cpuUnit = value;
          }),
        },
      },
      stackscope: {
        fields: {
          frequencyHz: {
            number: (value) => {
              meta.frequencyHz = value;
            },
          },
        },
      },
      categories: { items: this.categoryShape() },
    };
  }

  private categoryShape(): Shape {
    const last = () => this.categories[this.categories.length - 1];
    return {
      begin: () => {
        this.categories.push({ name: '', subcategories: [] });
      },
      fields: {
        name: this.text((value) => {
          last().name = value;
        }),
        subcategories: {
          items: this.text((value) => {
            last().subcategories.push(value);
          }),
        },
      },
    };
  }

  private libShape(): Shape {
    const last = () => this.libs[this.libs.length - 1];
    return {
      begin: () => {
        if (this.libs.length >= LIMITS.strings)
          throw new Malformed(`there are more than ${LIMITS.strings} libs`);
        this.libs.push({ name: '', path: '', codeId: '' });
      },
      fields: {
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
}
