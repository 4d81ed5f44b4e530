/**
 * Loaded by `--require` into every thread of a Node program whose outbound calls are recorded, whatever engine samples
 * it. Nothing here may throw into the program or print.
 */
import fs = require('node:fs');
import path = require('node:path');
import guard = require('./child-guard.cjs');

import type { OperationsConfig } from './io/batch.js' with { 'resolution-mode': 'import' };

import type BatchFilesClass = require('./io/batch-files.cjs');
import type startHooksFunction = require('./io/index.cjs');

/** src/capture/operations/batch.ts says it too. */
const OPERATIONS_VARIABLE = 'STACKSCOPE_IO';

function readConfig(): OperationsConfig | undefined {
  const text = process.env[OPERATIONS_VARIABLE];
  if (text === undefined) return undefined;
  const config = JSON.parse(text) as OperationsConfig;
  if (!config.children) delete process.env[OPERATIONS_VARIABLE];
  if (config.onlyChildOf !== undefined && process.ppid !== config.onlyChildOf) return undefined;
  return fs.existsSync(config.spool) ? config : undefined;
}

/** The program finds no module of ours. */
function forgetModules(): void {
  for (const file of Object.keys(require.cache)) {
    if (file === __filename || file.startsWith(path.join(__dirname, 'io') + path.sep))
      delete require.cache[file];
  }
}

try {
  const config = readConfig();
  if (config) {
    // Here, where a failure is caught.
    const BatchFiles = require('./io/batch-files.cjs') as typeof BatchFilesClass;
    const startHooks = require('./io/index.cjs') as typeof startHooksFunction;
    const own = `--require=${path.join(config.spool, 'start.cjs')}`;
    process.execArgv = process.execArgv.filter((flag) => flag !== own);
    const files = new BatchFiles(config.spool, `${process.pid}-${process.hrtime.bigint()}`);
    startHooks(__dirname, (batch) => files.write(batch));
    if (config.children) guard.guardChildren(guard.optionWords(__filename), guard.forbidsPreload);
  }
  forgetModules();
} catch {
  // The program runs as it would have, and nothing is known of its calls.
}
