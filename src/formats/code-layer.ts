import { Layer, nativeLayer } from '../profile/layers.js';

/** Where other tools say that code is which was made at run time. */
const JIT =
  /^(?:\[jit\]|.*\/(?:jit-\d+\.dump|perf-\d+\.map|jitted-\d+-\d+\.so)|(?:jit-\d+\.dump|perf-\d+\.map))$/;

/** The layer of native code by its library, as other tools write the kernel's and that of run-time code. */
export function codeLayer(library: string, name: string): Layer {
  if (/^\[kernel|^\[guest\.kernel|\.ko(?:\.\w+)?$/.test(library)) return Layer.Kernel;
  return JIT.test(library) ? Layer.V8 : nativeLayer(library, name);
}
