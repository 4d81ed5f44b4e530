import { it } from 'vitest';
import { dtrace } from '../../../src/formats/dtrace/index.js';
import { checkRecording } from '../check-recording.js';

it.each([
  'fibonacci.resolved.txt.gz',
  'dns_addrinfo.txt',
  'dns_addrinfo.resolved.txt',
  'tcp_connect.txt',
  'tcp_connect.resolved.txt',
])('%s', async (name) => {
  await checkRecording(`dtrace/macos-10.10/${name}`, dtrace);
});
