import { it } from 'vitest';
import { folded } from '../../../src/formats/folded/index.js';
import { checkRecording } from '../check-recording.js';

it.each(['titled-all.folded.gz'])('%s', async (name) => {
  await checkRecording(`folded/stackcollapse-perf/${name}`, folded);
});
