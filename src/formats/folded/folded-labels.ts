import { CALL_FRAME, type FrameId } from '../../profile/frames.js';
import { internJitFrame } from '../../profile/jit-frames.js';
import { isJitName, parseJitName } from '../../profile/jit-name.js';
import { internMarkerFrame, MARKER_NAMES } from '../../profile/marker-frames.js';
import type { Profile } from '../../profile/profile.js';
import { CodeFrames } from '../text/code-frames.js';
import { plainLabel } from './labels.js';

/** Marks of stackcollapse-perf.pl's --all: kernel, run-time code, inlined; `w` is of who woke the thread. */
const MARK = /_\[([kjiw])\]$/;
const MARKERS = new Map(
  Object.entries(MARKER_NAMES).map(([kind, name]) => [
    name as string,
    Number(kind) as keyof typeof MARKER_NAMES,
  ]),
);
/** What stands in brackets in a process's own list of mappings. */
const NO_FILE = /^(?:kernel|vdso|vsyscall|jit|unmapped)$/;
const LIBRARY = /^\[(.+)\]$/;
/** `name file:line:column`, where the file is what JavaScript comes from. */
const PLACE =
  / (?:\/|[A-Za-z]:[\\/]|node:|internal\/|https?:|file:|webpack|evalmachine\.|[\w./-]+\.[cm]?[jt]sx?:).*:\d+$| \d+:\d+$/;

/** What the labels of folded stacks stand for. */
export class FoldedLabels {
  private readonly code: CodeFrames;

  constructor(private readonly profile: Profile) {
    this.code = new CodeFrames(profile);
  }

  frame(text: string): FrameId {
    const mark = MARK.exec(text)?.[1];
    const label = plainLabel(mark === undefined ? text : text.slice(0, -'_[k]'.length));
    const kind = MARKERS.get(label);
    if (kind !== undefined) return internMarkerFrame(this.profile, kind);
    if (mark === 'k') return this.code.frame({ ...NOWHERE, symbol: label, dso: '[kernel]' });
    if (mark === 'i') return this.inlined(label);
    if (mark === 'j' && LIBRARY.test(label))
      return this.code.frame({ ...NOWHERE, symbol: '', dso: '//anon' });
    if (mark === 'j' || isJitName(label)) return this.jit(label);
    if (PLACE.test(label)) return this.jit(`JS:${label}`);
    const library = LIBRARY.exec(label)?.[1];
    if (library === undefined || library === 'unknown') return this.code.frame({ ...NOWHERE, symbol: label });
    return this.code.frame({ ...NOWHERE, symbol: '', dso: NO_FILE.test(library) ? label : library });
  }

  private jit(name: string): FrameId {
    const code = parseJitName(name);
    return internJitFrame(this.profile, code.name === '(anonymous)' ? { ...code, name: '' } : code);
  }

  private inlined(label: string): FrameId {
    const { frames } = this.profile;
    const func = frames.func(
      PLACE.test(label) ? this.jit(`JS:${label}`) : this.code.frame({ ...NOWHERE, symbol: label }),
    );
    return frames.intern({ ...CALL_FRAME, func, inlined: 1 });
  }
}

const NOWHERE = { dso: '', low: 0, high: 0 };
