/** Hears of what a thread of the program asks of others, and hands it over a few times a second. */
import fs = require('node:fs');
import timers = require('node:timers');
import workerThreads = require('node:worker_threads');

import type { OperationsBatch } from './batch.js' with { 'resolution-mode': 'import' };

import CallStacks = require('./call-stacks.cjs');
import Connections = require('./connections.cjs');
import Hooks = require('./hooks.cjs');
import hookHttpClient = require('./http-client.cjs');
import Ledger = require('./ledger.cjs');
import hookLookups = require('./lookups.cjs');
import hookServed = require('./served.cjs');
import hookUndici = require('./undici.cjs');

const BATCH_MS = 200;

/**
 * Begins; `write` gets the batches, and ends it all when it throws.
 * @param ownFolder of scripts whose frames are left out of stacks
 */
function startHooks(ownFolder: string, write: (batch: OperationsBatch) => void): void {
  const ledger = new Ledger(new CallStacks(ownFolder));
  const hooks = new Hooks(ledger);
  const thread = { pid: process.pid, tid: currentTid(), main: workerThreads.isMainThread };
  const { setTimeout } = timers;

  const handOver = () => {
    const drained = hooks.guard(() => ledger.drain());
    if (drained === undefined) return;
    try {
      write({ ...thread, ...drained });
    } catch {
      hooks.end();
    }
  };
  // Only when there is something: a program that asks nobody for anything has no timer of ours.
  ledger.onFirst = () => void setTimeout(handOver, BATCH_MS).unref();
  process.on('exit', handOver);

  hooks.parent = hookServed(hooks);
  hooks.connections = new Connections(hooks);
  hookHttpClient(hooks);
  hookUndici(hooks);
  hookLookups(hooks);
}

function currentTid(): number {
  try {
    return Number(fs.readlinkSync('/proc/thread-self').split('/').pop());
  } catch {
    return 0;
  }
}

export = startHooks;
