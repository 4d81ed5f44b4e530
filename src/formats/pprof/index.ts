/**
 * pprof, the profile of Go and of google/pprof: samples with several values each, as protocol buffers, mostly in
 * gzip (`profile.proto`).
 */
import type { Format, Holding } from '../format.js';
import { detectPprof } from './detect.js';
import { readPprof } from './read.js';
import { writePprof } from './write.js';

export const pprof: Format = {
  name: 'pprof',
  title: 'pprof (Go, google/pprof, Pyroscope, Parca, Datadog)',
  extensions: ['.pb.gz', '.pb', '.pprof'],
  keeps:
    'stacks, definitions, executing lines, inlining, libraries with build ids, every event with its unit, processes and threads as labels; stacks of one thread are added up, so times are lost; tiers are lost, layers and packages are told anew from names',
  holds: new Set<Holding>([
    'weights',
    'processes',
    'threads',
    'definitions',
    'executing lines',
    'layers',
    'packages',
    'inlining',
  ]),
  verified: 'profiles of Go 1.26 and of pprof 4 for Node; written ones by go tool pprof',
  detect: detectPprof,
  read: readPprof,
  write: writePprof,
};
