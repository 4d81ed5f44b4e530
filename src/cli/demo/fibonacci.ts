import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { functionName } from '../../analysis/function-names.js';
import { functionWeights } from '../../analysis/functions.js';
import { select } from '../../analysis/selection.js';
import { openProfile } from '../open-profile.js';
import { type DemoOptions, demosFolder, quote, recordServer, secondsOf } from './record-server.js';

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
export async function runFibonacciDemo(options: DemoOptions): Promise<number> {
  const seconds = secondsOf(options);
  const demos = demosFolder();
  const scratch = mkdtempSync(join(tmpdir(), 'stackscope-demo-'));
  try {
    const requestsFile = join(scratch, 'requests.json');
    const load = join(demos, 'load.mjs');
    const paths = WAYS.map(({ route }) => `/${route}/${FIBONACCI_OF}`).join(' ');
    process.stderr.write(
      'A server that computes a Fibonacci number as a list of digits, in three ways, under load:\n',
    );
    const code = await recordServer(options, {
      shownLoad: `node ${load} $PORT ${seconds} ${paths}`,
      load: `${quote(process.execPath)} ${quote(load)} $PORT ${seconds} ${paths} > ${quote(requestsFile)}`,
      server: [join(demos, 'fibonacci', 'server.mjs')],
    });
    if (code !== 0) return code;
    const requests = JSON.parse(readFileSync(requestsFile, 'utf8')) as RouteLoad[];
    process.stderr.write(await compare(options.output, requests));
    return 0;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
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
