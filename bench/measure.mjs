import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

/** Runs a command; seconds, CPU seconds, and the most memory it had in MB, as /proc last told of it. */
export async function measure(command, args, output = 'ignore') {
  const start = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', output, 'pipe'] });
  let words = '';
  child.stderr.on('data', (text) => {
    words += text;
  });
  let megabytes = 0;
  let cpu = 0;
  const watch = setInterval(() => {
    if (child.exitCode !== null) return;
    const status = readFileSync(`/proc/${child.pid}/status`, 'latin1');
    const stat = readFileSync(`/proc/${child.pid}/stat`, 'latin1').split(') ')[1].split(' ');
    // utime and stime, in hundredths of a second.
    cpu = Math.max(cpu, (Number(stat[11]) + Number(stat[12])) / 100);
    megabytes = Math.max(megabytes, Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024);
  }, 20);
  const [code] = await once(child, 'close');
  clearInterval(watch);
  assert.equal(code, 0, `${command} ${args.join(' ')}: ${words}`);
  return { seconds: (performance.now() - start) / 1000, cpu, megabytes };
}
