import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { functionName } from '../../analysis/function-names.js';
import { functionWeights } from '../../analysis/functions.js';
import { select } from '../../analysis/selection.js';
import { UserError } from '../../profile/errors.js';
import { EXIT } from '../exit-codes.js';
import { openProfile } from '../open-profile.js';

/** The ways the server adds two numbers: its route, and the function whose total is that route's cost. */
const WAYS = [
  { route: 'concat', handler: 'handleConcat', does: 'makes a new list for each digit' },
  { route: 'push', handler: 'handlePush', does: 'grows one list' },
  { route: 'iterator', handler: 'handleIterator', does: 'pulls digits from a generator' },
] as const;

const FIBONACCI_OF = 1000;

interface RouteLoad {
  readonly path: string;
  readonly requests: number;
}

/**
 * Records demos/fibonacci under its own load, lets `record` print the report, then compares the three ways.
 * Returns the exit code.
 */
export async function runFibonacciDemo(options: {
  duration: string;
  engine: string;
  output: string;
}): Promise<number> {
  const seconds = Number(options.duration);
  if (!(seconds > 0 && seconds <= 600)) {
    throw new UserError(
      'BAD_DURATION',
      `--duration takes seconds from 0 to 600, not '${options.duration}'.`,
      EXIT.usage,
    );
  }
  const scratch = mkdtempSync(join(tmpdir(), 'stackscope-demo-'));
  try {
    const requestsFile = join(scratch, 'requests.json');
    const code = await record(options, seconds, requestsFile);
    if (code !== 0) return code;
    const load = JSON.parse(readFileSync(requestsFile, 'utf8')) as RouteLoad[];
    process.stderr.write(await compare(options.output, load));
    return 0;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Runs `stackscope record` exactly as a user would, and shows how. */
async function record(
  options: { engine: string; output: string },
  seconds: number,
  requestsFile: string,
): Promise<number> {
  const demos = relativePath(new URL('../../../demos/', import.meta.url));
  const paths = WAYS.map(({ route }) => `/${route}/${FIBONACCI_OF}`).join(' ');
  const server = join(demos, 'fibonacci', 'server.mjs');
  const load = `${quote(process.execPath)} ${quote(join(demos, 'load.mjs'))} $PORT ${seconds} ${paths}`;
  const engine = options.engine === 'auto' ? [] : ['--engine', options.engine];
  const shown = `node ${join(demos, 'load.mjs')} $PORT ${seconds} ${paths}`;
  process.stderr.write(
    'A server that computes a Fibonacci number as a list of digits, in three ways, under load:\n' +
      `  stackscope record ${[...engine, ''].join(' ')}-o ${options.output} --on-port '${shown}' -- node ${server}\n\n`,
  );
  const args = ['record', ...engine, '-o', options.output, '--on-port', `${load} > ${quote(requestsFile)}`];
  const command = fileURLToPath(new URL('../main.js', import.meta.url));
  const child = spawn(process.execPath, [command, ...args, '--', process.execPath, server], {
    stdio: 'inherit',
  });
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  return signal === null ? (code ?? EXIT.failed) : EXIT.failed;
}

/** The recording's totals of the three handlers against the requests each answered. */
async function compare(file: string, load: readonly RouteLoad[]): Promise<string> {
  const selection = select(await openProfile(file));
  const functions = functionWeights(selection);
  const rows = WAYS.map((way) => {
    const handlers = functions.filter(({ func }) => functionName(selection.profile, func) === way.handler);
    const totalMs = handlers.reduce((sum, { total }) => sum + total, 0) / 1e6;
    const requests = load.find(({ path }) => path.startsWith(`/${way.route}/`))?.requests ?? 0;
    return { ...way, share: (totalMs * 1e6) / selection.total, requests, eachMs: totalMs / requests };
  });
  const cheapest = Math.min(...rows.map((row) => row.eachMs));
  const lines = rows.map(
    (row) =>
      `  ${row.route.padEnd(9)} ${row.eachMs.toFixed(2).padStart(6)} ms a request  ${`${(row.eachMs / cheapest).toFixed(1)}×`.padStart(6)}` +
      `  ${`${(row.share * 100).toFixed(1)} %`.padStart(7)} of all  ${String(row.requests).padStart(4)} requests  ${row.does}`,
  );
  return (
    `\nThe three ways compared, each with all it calls:\n${lines.join('\n')}\n\n` +
    `Look further:\n  stackscope report ${file} --tree\n  stackscope convert ${file} -f cpuprofile   for DevTools, VS Code, speedscope\n` +
    'Then your own program:\n  stackscope record -- node server.js\n'
  );
}

function relativePath(url: URL): string {
  const path = relative('', fileURLToPath(url));
  return path.startsWith('..') ? fileURLToPath(url) : path;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
