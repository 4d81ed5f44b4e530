import { CALL_FRAME, type FrameId, FrameKind } from '../../profile/frames.js';
import { OWN_FUNCTION } from '../../profile/functions.js';
import { Layer, nativeLayer, scriptOrigin } from '../../profile/layers.js';
import { internMarkerFrame } from '../../profile/marker-frames.js';
import type { Profile } from '../../profile/profile.js';
import { plainUrl } from '../../profile/script-url.js';
import type { ScriptId } from '../../profile/scripts.js';
import { ROOT, type StackId } from '../../profile/stacks.js';
import { libraryLabel } from '../library-label.js';
import { MARKER_KINDS } from '../markers.js';
import type { V8Node } from './v8-node.js';

/** V8 keeps so many frames of a stack, the innermost (`TickSample::kMaxFramesCount`); inlined ones come on top. */
const V8_MAX_FRAMES = 255;

/** Who made a profile. What it means that a function has no script depends on it. */
export type Maker = 'v8' | 'stackscope' | 'cpuprofilify';

/**
 * Puts V8's call trees into the model's tables. One is made for each thread, since script ids are an isolate's own;
 * scripts of the same url are one script in all of them, as far as each has only one of it.
 */
export class V8Stacks {
  private readonly scripts = new Map<string, ScriptId>();
  private readonly scriptsOfUrl = new Map<string, number>();
  private nodes: readonly V8Node[] = [];
  private maker: Maker = 'v8';
  private plain = new Int32Array(0);
  private cut = new Int32Array(0);

  constructor(
    private readonly profile: Profile,
    /** The scripts of a url in the order the isolates met them, shared by the threads of a recording. */
    private readonly known: Map<string, ScriptId[]>,
    /** Scripts of ours (plain urls), all of whose functions are shown as one. */
    private readonly own: readonly string[] = [],
  ) {}

  /** Takes the nodes of the next profile. */
  load(nodes: readonly V8Node[], maker: Maker): void {
    this.nodes = nodes;
    this.maker = maker;
    this.plain = new Int32Array(nodes.length).fill(-1);
    this.cut = maker === 'v8' ? new Int32Array(nodes.length).fill(-1) : this.plain;
  }

  /** The stack whose innermost frame is node `index`, executing `line` (from 1, 0 when not known). */
  stackOf(index: number, line = 0): StackId {
    const stack = this.withoutLine(index);
    const { stacks, frames } = this.profile;
    const frame = stacks.columns.frame.data[stack];
    if (line === 0 || stack === ROOT || frames.kind(frame) !== FrameKind.Call) return stack;
    const executing = frames.intern({ ...CALL_FRAME, func: frames.func(frame), line });
    return stacks.intern(stacks.columns.parent.data[stack], executing);
  }

  private withoutLine(index: number): StackId {
    const truncated = this.nodes[index].depth >= V8_MAX_FRAMES && this.cut !== this.plain;
    return truncated
      ? this.intern(
          index,
          this.cut,
          this.profile.stacks.intern(ROOT, internMarkerFrame(this.profile, FrameKind.Truncated)),
        )
      : this.intern(index, this.plain, ROOT);
  }

  private intern(index: number, stacks: Int32Array, root: StackId): StackId {
    const path: number[] = [];
    let at = index;
    for (; at !== -1 && stacks[at] === -1; at = this.nodes[at].parent) path.push(at);
    let stack = at === -1 ? root : stacks[at];
    for (let k = path.length - 1; k >= 0; k--) {
      stack = this.child(stack, this.nodes[path[k]]);
      stacks[path[k]] = stack;
    }
    return stack;
  }

  private child(parent: StackId, node: V8Node): StackId {
    if (node.parent === -1 && (node.name === '(root)' || this.maker === 'cpuprofilify')) return parent;
    const kind = isSpecial(node) ? MARKER_KINDS.get(node.name) : undefined;
    const frame = kind === undefined ? this.frame(node) : internMarkerFrame(this.profile, kind);
    return this.profile.stacks.intern(parent, frame);
  }

  private frame(node: V8Node): FrameId {
    const { functions, frames } = this.profile;
    const place = { line: node.line + 1, column: node.column + 1 };
    const isNative =
      node.scriptId === '0' && !node.url.includes(':') && (this.maker !== 'cpuprofilify' || node.url === '');
    const func = isNative
      ? functions.intern(
          { name: nativeName(node), script: 0, mapping: this.mapping(node), ...place },
          nativeLayerOf(node, this.maker),
          '',
        )
      : this.scriptFunction(node, place);
    return frames.intern({ ...CALL_FRAME, func });
  }

  private scriptFunction(node: V8Node, place: { line: number; column: number }): number {
    const url = plainUrl(node.url);
    if (this.own.includes(url)) return this.profile.functions.intern(OWN_FUNCTION, Layer.Unknown, '');
    const { layer, packageName } = scriptOrigin(url);
    // Its ids are of its own making, and 0 for what it could not tell.
    const script = this.script(this.maker === 'cpuprofilify' ? url : node.scriptId, url);
    return this.profile.functions.intern(
      { name: node.name, script, mapping: 0, ...place },
      layer,
      packageName,
    );
  }

  /** Native functions with a url are those of files that stackscope wrote: it is the binary's path. */
  private mapping(node: V8Node): number {
    return node.url === '' ? 0 : this.profile.mappings.intern(node.url, '');
  }

  /** The n-th script of a url in this isolate is the n-th in the others; scripts without one are never shared. */
  private script(id: string, url: string): ScriptId {
    const met = this.scripts.get(id);
    if (met !== undefined) return met;
    const script = url === '' ? this.profile.scripts.add('') : this.sharedScript(url);
    this.scripts.set(id, script);
    return script;
  }

  private sharedScript(url: string): ScriptId {
    const nth = this.scriptsOfUrl.get(url) ?? 0;
    this.scriptsOfUrl.set(url, nth + 1);
    const ofUrl = this.known.get(url) ?? [];
    // The first may have been met elsewhere, on the stack of an operation.
    const { scripts } = this.profile;
    if (ofUrl.length === nth) ofUrl.push(nth === 0 ? scripts.intern(url) : scripts.add(url));
    this.known.set(url, ofUrl);
    return ofUrl[nth];
  }
}

/** Whether V8 (or we) made the node up: no function of a script has the id 0. */
function isSpecial(node: V8Node): boolean {
  return node.scriptId === '0' && node.url === '';
}

/** '' for what `CallNodes` wrote for native code without a name. */
function nativeName({ name, url }: V8Node): string {
  return name === libraryLabel(url) ? '' : name;
}

/** `(program)` is native code that V8 does not see; all else without a script is V8's own or a builtin. */
function nativeLayerOf(node: V8Node, maker: Maker): Layer {
  if (node.url !== '') return nativeLayer(node.url, node.name);
  if (maker === 'cpuprofilify') return nativeLayer('node', node.name);
  return node.name === '(program)' || node.name === OWN_FUNCTION.name ? Layer.Unknown : Layer.V8;
}
