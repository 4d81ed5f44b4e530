import { type FrameId, Tier } from '../../profile/frames.js';
import { Malformed } from '../../profile/malformed.js';
import type { Profile } from '../../profile/profile.js';
import { internCodeFrame } from '../firefox/code-frames.js';
import type { StackSource } from '../firefox/stack-rows.js';
import type { Texts } from '../json/texts.js';
import type { GeckoLib, GeckoThread } from './gecko-file.js';

const UNKNOWN = 0xffffffff;
/** `function (file:line:column)`, or without a function; behind it the index of a source may stand. */
const SCRIPT = /^(.*) \((.+?):(\d{1,9})(?::(\d{1,9}))?\)(?:\[\d+\])?$/;
const SCRIPT_ALONE = /^()((?:[a-z-]+:|\/).+?):(\d{1,9})(?::(\d{1,9}))?(?:\[\d+\])?$/;
/** As it is once it has been symbolicated. */
const IN_LIBRARY = /^(.*) \(in ([^)]+)\)(?: .*)?$/;

/** The frames and stacks of a thread, whose places are told by a text each. */
export class GeckoFrames implements StackSource {
  readonly length: number;
  private readonly known: Uint32Array;
  private readonly libs: readonly GeckoLib[];

  constructor(
    private readonly profile: Profile,
    private readonly thread: GeckoThread,
    private readonly texts: Texts,
    libs: readonly GeckoLib[],
  ) {
    this.length = thread.stackTable.length;
    this.known = new Uint32Array(thread.frameTable.length).fill(UNKNOWN);
    this.libs = [...libs].sort((a, b) => a.start - b.start);
  }

  prefix(row: number): number {
    return this.thread.stackTable.get('prefix', row);
  }

  frame(row: number): FrameId {
    const frame = this.thread.stackTable.get('frame', row);
    if (!(frame >= 0 && frame < this.known.length)) {
      throw new Malformed(`stack ${row} names frame ${frame}, and there are ${this.known.length}`);
    }
    if (this.known[frame] === UNKNOWN) this.known[frame] = this.make(frame);
    return this.known[frame];
  }

  /** A text by its index in the thread's list, '' for one that is not there. */
  text(index: number): string {
    const id = this.thread.strings[index];
    return id === undefined ? '' : this.texts.get(id);
  }

  private make(frame: number): FrameId {
    const { frameTable, strings } = this.thread;
    const location = frameTable.get('location', frame);
    if (!(location >= 0 && location < strings.length)) {
      throw new Malformed(`frame ${frame} names text ${location}, and there are ${strings.length}`);
    }
    const text = this.text(location);
    const script = SCRIPT.exec(text) ?? SCRIPT_ALONE.exec(text);
    const native = script === null ? this.native(text) : { name: script[1], library: '', buildId: '' };
    return internCodeFrame(this.profile, {
      ...native,
      isScript: script !== null,
      // A script that another one loaded is named behind it.
      file: script?.[2].split(' -> ').at(-1) ?? '',
      line: Number(script?.[3] ?? 0),
      column: Number(script?.[4] ?? 0),
      atLine: place(frameTable.get('line', frame)),
      atColumn: place(frameTable.get('column', frame)),
      tier: Tier.None,
      layer: -1,
      isInlined: false,
    });
  }

  /** An address, a function of a library, or a label that Firefox puts into its stacks. */
  private native(text: string): { name: string; library: string; buildId: string } {
    const named = IN_LIBRARY.exec(text);
    const lib = /^0x[0-9a-f]+$/i.test(text)
      ? this.libAt(Number(text))
      : this.libs.find(({ name }) => name === named?.[2]);
    return {
      name: named?.[1] ?? text,
      library: lib?.path || lib?.name || named?.[2] || '',
      buildId: lib?.codeId ?? '',
    };
  }

  private libAt(address: number): GeckoLib | undefined {
    let [low, high] = [0, this.libs.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.libs[middle].start <= address) low = middle + 1;
      else high = middle;
    }
    const lib = this.libs[low - 1];
    return lib !== undefined && address < lib.end ? lib : undefined;
  }
}

/** A line or column; 0 for what is none. */
function place(value: number): number {
  return value >= 1 && value <= 0xffffffff ? Math.floor(value) : 0;
}
