import { Tier } from './frames.js';
import { plainUrl } from './script-url.js';

/** What a line of a perf map says about the code it names. */
export interface JitName {
  readonly kind: 'js' | 'regexp' | 'wasm' | 'v8';
  /** '' for an anonymous function. */
  readonly name: string;
  /** Plain path for `file:` urls, so that ES modules and CommonJS agree; '' when there is none. */
  readonly url: string;
  /** Place of the definition, from 1; 0 when not known. */
  readonly line: number;
  readonly column: number;
  readonly tier: Tier;
}

/** Markers of src/objects/code-kind.cc; `o` before: entered in the middle of a loop, `'` after: context-specialised. */
const TIERS = new Map([
  ['~', Tier.Interpreted],
  ['^', Tier.Baseline],
  ['+', Tier.Maglev],
  ['*', Tier.Turbofan],
]);

/** Tags of code whose name is that of a JavaScript function (src/logger/log.cc, older V8s included). */
const JS_TAG = /^(?:JS|LazyCompile|Function|Eval|Script|Callback):/;
/** Other tags of V8's log, which no symbol of a binary begins with. */
const RUN_TIME_TAG =
  /^(?:Stub|Builtin|BytecodeHandler|RegExp|CallIC|Handler|LoadIC|KeyedLoadIC|StoreIC|KeyedStoreIC|CallMiss|CallInitialize|CallMegamorphic):/;
const MARKER = /^o?([~^+*])'?/;
const PLACE = /^(.*?):(\d+)(?::(\d+))?$/s;
/** What leads from JavaScript into WebAssembly and back. */
const WASM_WRAPPER = /^(?:\w+:)?((?:js-to-wasm|wasm-to-js|c-wasm-entry)\b.*)$/s;
const WASM_NAME = /^wasm-function\[\d+\]|-(?:liftoff|turbofan|turboshaft)$/;
const WASM_TIER = /-(liftoff|turbofan|turboshaft)$/;
/** Where a url begins after a name that may itself hold spaces. */
const URL_START =
  / (?=(?:\/|[A-Za-z]:[\\/]|[a-z][a-z\d+.-]*:|internal\/|evalmachine\.|bootstrap_node\.js|native )|:\d+(?::\d+)?$|\d+(?::\d+)?$)/;

/** Whether a symbol is one of run-time code by its form alone, for texts that do not tell what memory it is from. */
export function isJitName(text: string): boolean {
  return JS_TAG.test(text) || RUN_TIME_TAG.test(text);
}

/** Reads the third field of a perf map line. Never fails: what is not understood is V8's own, under its whole text. */
export function parseJitName(text: string): JitName {
  const wrapper = WASM_WRAPPER.exec(text);
  if (wrapper !== null) return { ...NOWHERE, kind: 'v8', name: wrapper[1] };
  const tag = JS_TAG.exec(text);
  if (tag !== null) return parseJavaScript(text.slice(tag[0].length));
  if (/^RegExp[:.]/.test(text)) return { ...NOWHERE, kind: 'regexp', name: regExpName(text) };
  if (WASM_NAME.test(text)) return parseWasm(text);
  return { ...NOWHERE, kind: 'v8', name: builtinName(text) };
}

const NOWHERE = { url: '', line: 0, column: 0, tier: Tier.None } as const;

function parseJavaScript(text: string): JitName {
  const marker = MARKER.exec(text);
  const rest = marker === null ? text : text.slice(marker[0].length);
  if (marker === null && WASM_NAME.test(rest)) return parseWasm(rest);
  const tier = marker === null ? Tier.None : TIERS.get(marker[1])!;
  const place = PLACE.exec(rest);
  if (place === null) return { ...splitName(rest), kind: 'js', line: 0, column: 0, tier };
  const line = bounded(place[2]);
  return { ...splitName(place[1]), kind: 'js', line, column: bounded(place[3] ?? '0'), tier };
}

/** `NAME URL`, either of which may be empty or hold spaces. */
function splitName(text: string): { name: string; url: string } {
  const known = URL_START.exec(text);
  const afterAccessor = /^(?:get|set) \S* ?/.exec(text);
  const space = known?.index ?? (afterAccessor ? afterAccessor[0].trimEnd().length : text.indexOf(' '));
  if (space < 0 || space >= text.length) return { name: text, url: '' };
  return { name: text.slice(0, space), url: plainUrl(text.slice(space + 1)) };
}

/** `RegExp:SOURCE`, or `RegExp.> src: 'SOURCE' flags: 'g'` from V8 12 on; as `/SOURCE/g`. */
function regExpName(text: string): string {
  const quoted = /^RegExp\.[<>]? src: '(.*)' flags: '([a-z]*)'$/s.exec(text);
  if (quoted !== null) return `/${quoted[1]}/${quoted[2]}`;
  return `/${text.replace(/^RegExp[:.]/, '')}/`;
}

/** `wasm-function[3]-3-turbofan`, or the function's own name in the place of `wasm-function[3]`. */
function parseWasm(text: string): JitName {
  const suffix = WASM_TIER.exec(text)?.[1];
  const name = text.replace(/(?:-\d+)?-(?:liftoff|turbofan|turboshaft)$/, '');
  const tier = suffix === undefined ? Tier.None : suffix === 'liftoff' ? Tier.Baseline : Tier.Turbofan;
  return { ...NOWHERE, kind: 'wasm', name, tier };
}

/** Builtins and bytecode handlers under the names that node's symbol table has for them. */
function builtinName(text: string): string {
  if (text.startsWith('Builtin:')) return `Builtins_${text.slice('Builtin:'.length)}`;
  const handler = /^BytecodeHandler:(\w+?)(?:\.(Wide|ExtraWide))?$/.exec(text);
  return handler === null ? text : `Builtins_${handler[1]}${handler[2] ?? ''}Handler`;
}

/** Lines and columns are stored in 32 bits. */
function bounded(digits: string): number {
  return Math.min(Number(digits), 0xffffffff);
}
