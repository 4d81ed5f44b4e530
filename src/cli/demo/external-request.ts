import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { UserError } from '../../profile/errors.js';
import { EXIT } from '../exit-codes.js';
import { type DemoOptions, demosFolder, quote, recordServer, secondsOf } from './record-server.js';

/** How long the somebody else may take to listen. */
const START_LIMIT_MS = 10_000;

/**
 * Records demos/external-request under load, which for each of its own requests asks another process, outside of the
 * recording; `record` prints the report. Returns the exit code.
 */
export async function runExternalRequestDemo(options: DemoOptions): Promise<number> {
  const seconds = secondsOf(options);
  const demos = demosFolder();
  const tips = spawn(process.execPath, [join(demos, 'external-request', 'tips.mjs')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const port = await portOf(tips);
    const load = join(demos, 'load.mjs');
    process.stderr.write(
      'A server under load that makes a page of the day. It is slow; its CPU is hardly used:\n',
    );
    const code = await recordServer(options, {
      shownLoad: `node ${load} $PORT ${seconds} /`,
      load: `${quote(process.execPath)} ${quote(load)} $PORT ${seconds} / > /dev/null`,
      server: [join(demos, 'external-request', 'server.mjs'), port],
    });
    if (code === 0) process.stderr.write(nextWords(options.output));
    return code;
  } finally {
    tips.kill();
  }
}

/** The port that it prints once it listens. */
async function portOf(tips: ChildProcess): Promise<string> {
  const signal = AbortSignal.timeout(START_LIMIT_MS);
  const ended = once(tips, 'exit', { signal }).then(() => undefined);
  ended.catch(() => {});
  const told = once(tips.stdout!, 'data', { signal }).then(([text]) => String(text).trim());
  const port = await Promise.race([told, ended]).catch(() => undefined);
  if (port === undefined) {
    throw new UserError(
      'DEMO_FAILED',
      "The demo's tips.mjs did not start; run it by itself to see why.",
      EXIT.failed,
    );
  }
  return port;
}

function nextWords(file: string): string {
  return (
    `\nLook further:\n  stackscope report ${file} --operations   every call, its phases and its stack, as JSON\n` +
    `  stackscope report ${file} --egress       which package called which host\n` +
    '  stackscope demo fibonacci                a server that burns CPU\n' +
    'Then your own program:\n  stackscope record -- node server.js\n'
  );
}
