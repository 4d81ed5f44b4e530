import { LAYER_NAMES, Layer } from '../../profile/layers.js';
import type { Profile } from '../../profile/profile.js';
import { isUnnamed } from '../function-names.js';
import { isCollector } from '../garbage-collection.js';

type Hide = (profile: Profile, func: number) => boolean;

const layer =
  (wanted: Layer): Hide =>
  ({ functions }, func) =>
    functions.layer(func) === wanted;

/** What can be hidden by name: the groups of cpuprofilify first, then every layer. */
const HIDES: ReadonlyMap<string, Hide> = new Map<string, Hide>([
  ['v8internals', isV8Internal],
  ['v8gc', isCollector],
  ['sysinternals', isStartUp],
  ['unresolved', isUnresolved],
  ['dependencies', layer(Layer.Dependency)],
  ...LAYER_NAMES.map((name, id) => [name, layer(id)] as const),
]);

/** The names that `hiddenFunctions` knows. */
export const HIDE_NAMES: readonly string[] = [...HIDES.keys()];

/** Which functions one of the groups or layers `names` has, 1 each. */
export function hiddenFunctions(profile: Profile, names: readonly string[]): Uint8Array {
  const hides = names.map((name) => {
    const hide = HIDES.get(name);
    if (hide === undefined) throw new RangeError(`there is nothing to hide of the name '${name}'`);
    return hide;
  });
  return Uint8Array.from({ length: profile.functions.length }, (_, func) =>
    hides.some((hide) => hide(profile, func)) ? 1 : 0,
  );
}

/** V8's interface to C++, which is not internal: `v8::Script::Run`. */
const V8_INTERFACE = /^(?:non-virtual thunk to )?v8::(?!Function::(?:Call|NewInstance)\b)[A-Z]\w*::/;

/** What cpuprofilify took for V8's own by its name, wherever it is: code that V8 made, and what starts it. */
const V8_NAMES =
  /^(?:[\w.]+`)?(?:node::Start\(|node::Start$|(?:Builtin|Stub|StoreIC|LoadIC|LoadPolymorphicIC|KeyedLoadIC|BytecodeHandler):|<Unknown Address>|_platform_\w+\$VARIANT\$|DYLD-STUB\$|_os_lock_spin_lock|v8::internal::)/;

/** V8 but its garbage collector and what it offers to C++. */
function isV8Internal(profile: Profile, func: number): boolean {
  const { functions } = profile;
  if (functions.columns.script.data[func] !== 0 || isCollector(profile, func)) return false;
  const name = functions.name(func);
  if (V8_NAMES.test(name)) return true;
  return functions.layer(func) === Layer.V8 && !V8_INTERFACE.test(name);
}

/** What the system runs before a program or a thread: the loader, and C's start-up code. */
const START_UP =
  /^(?:[\w.+-]+`)?(?:_?_?libc_start\w*|_?start|start_thread|thread_start|_pthread_(?:body|start)|_?_?clone3?|_dl_\w+|dyld\w*)(?:$|[+`(@])|^\W*dyld|__libc_start/;

function isStartUp({ functions }: Profile, func: number): boolean {
  return functions.columns.script.data[func] === 0 && START_UP.test(functions.name(func));
}

/** Native code that has an address and no name. */
function isUnresolved(profile: Profile, func: number): boolean {
  if (profile.functions.columns.script.data[func] !== 0) return false;
  return (
    isUnnamed(profile, func) || /^(?:\W*0x[0-9A-Fa-f]+\W*|\[unknown\])$/.test(profile.functions.name(func))
  );
}
