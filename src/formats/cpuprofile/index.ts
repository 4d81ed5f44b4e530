/**
 * The profile of V8's sampler as Node's `--cpu-prof`, Chrome and VS Code keep it: one thread's call tree, a node
 * index for each sample and the microseconds between them.
 */
import type { Format, Holding } from '../format.js';
import { readCpuprofile } from './read.js';
import { writeCpuprofile } from './write.js';

export const cpuprofile: Format = {
  name: 'cpuprofile',
  title: 'V8 CPU profile (Chrome DevTools, VS Code, speedscope, node --cpu-prof)',
  extensions: ['.cpuprofile'],
  keeps:
    'stacks, definitions, times and how often a function was at which line; threads follow each other in time, each under a root of its own; one event only (CPU time before wall time); tiers, packages and layers are lost',
  holds: new Set<Holding>(['times', 'weights', 'definitions']),
  verified:
    'Node 20 to 26 --cpu-prof, Chrome 156, trees of v8-profiler and cpuprofilify; written ones by speedscope and the model of DevTools',
  detect,
  read: readCpuprofile,
  write: writeCpuprofile,
};

/**
 * A JSON object with V8's nodes near its start: Node and Chrome write them first, others after the times. Before 2016
 * they were a tree, which begins with its head.
 */
function detect(head: Uint8Array): boolean {
  const text = new TextDecoder().decode(head);
  if (!/^\s*\{/.test(text)) return false;
  if (/"head"\s*:\s*\{\s*"(?:functionName|callUID|id|hitCount)"\s*:/.test(text)) return true;
  return /"nodes"\s*:\s*\[/.test(text) && /"callFrame"\s*:\s*\{/.test(text) && !/"snapshot"\s*:/.test(text);
}
