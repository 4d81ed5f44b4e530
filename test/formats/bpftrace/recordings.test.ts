import { it } from 'vitest';
import { bpftrace } from '../../../src/formats/bpftrace/index.js';
import { checkRecording } from '../check-recording.js';

it.each(['map-perf.txt.gz', 'map-keys.txt.gz', 'printed.txt.gz'])('%s', async (name) => {
  await checkRecording(`bpftrace/0.17/${name}`, bpftrace);
});
