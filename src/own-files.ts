/**
 * Files that come with stackscope and are no modules of the program: what runs in a target or in a thread of its own,
 * and the demangler. In the one-file build (scripts/single.mjs) they are within the one file.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { inflateRawSync } from 'node:zlib';

/** By name, deflated, in base64. The one-file build puts it before the program. */
declare const STACKSCOPE_FILES: Readonly<Record<string, string>> | undefined;

const embedded =
  typeof STACKSCOPE_FILES === 'undefined' ? undefined : new Map(Object.entries(STACKSCOPE_FILES));

/** Whether this is the one-file build, of which nothing may be on disk. */
export const IS_ONE_FILE = embedded !== undefined;

/** Compiled, seen from src/ (tests) and from dist/ alike; '' in the one-file build. */
const DIST = IS_ONE_FILE ? '' : fileURLToPath(new URL('../dist', import.meta.url));

/** The folder of the agent's files as they are installed; undefined in the one-file build. */
export const AGENT_FOLDER = IS_ONE_FILE ? undefined : join(DIST, 'agent');

/** A file by its path in dist/, or the demangler. */
export function ownFile(name: string): Buffer {
  if (embedded !== undefined) return inflateRawSync(Buffer.from(embedded.get(name)!, 'base64'));
  return readFileSync(name === DEMANGLER ? demanglerPath() : join(DIST, name));
}

/** The name of gecko-profiler-demangle's WebAssembly. */
export const DEMANGLER = 'demangler.wasm';

/** The agent's files by their paths in its folder. */
export function agentFileNames(): string[] {
  if (embedded === undefined) {
    const entries = readdirSync(join(DIST, 'agent'), { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(join(DIST, 'agent'), join(entry.parentPath, entry.name)));
  }
  return [...embedded.keys()].filter((name) => name.startsWith('agent/')).map((name) => name.slice(6));
}

/** What a worker thread is started with that runs the module at this path in dist/. */
export function threadUrl(name: string): URL {
  if (embedded === undefined) return pathToFileURL(join(DIST, name));
  return new URL(`data:text/javascript;base64,${ownFile(name).toString('base64')}`);
}

/** Our version, which npm keeps in package.json. */
export function ownVersion(): string {
  const text = embedded === undefined ? readFileSync(join(DIST, '..', PACKAGE), 'utf8') : ownFile(PACKAGE);
  return (JSON.parse(String(text)) as { version: string }).version;
}

const PACKAGE = 'package.json';

function demanglerPath(): string {
  return fileURLToPath(import.meta.resolve('gecko-profiler-demangle/index_bg.wasm'));
}
