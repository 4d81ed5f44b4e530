import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const MODULES = join(ROOT, 'node_modules');

/**
 * Makes a package `app` in `directory` that has stackscope installed as npm would publish it, and what it depends on
 * from our own node_modules: nothing is downloaded.
 */
export function installIn(directory: string): string {
  const packed = join(directory, 'packed');
  const app = join(directory, 'app');
  for (const folder of [packed, app]) mkdirSync(folder);
  const npm = (cwd: string, args: readonly string[]) =>
    execFileSync('npm', [...args, '--ignore-scripts', '--loglevel=error'], { cwd, stdio: 'pipe' });
  npm(ROOT, [
    'pack',
    '--pack-destination',
    packed,
    '.',
    ...dependencies().map((name) => `./node_modules/${name}`),
  ]);
  writeFileSync(join(app, 'package.json'), '{"name":"app","private":true,"type":"module"}');
  const files = readdirSync(packed).map((name) => join(packed, name));
  npm(app, ['install', '--offline', '--no-audit', '--no-fund', ...files]);
  return app;
}

/** Of stackscope, and of those. */
function dependencies(): string[] {
  const found = new Set<string>();
  const waiting = [ROOT];
  for (const folder of waiting) {
    const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    for (const name of Object.keys(dependencies)) {
      if (!found.has(name)) waiting.push(join(MODULES, name));
      found.add(name);
    }
  }
  return [...found];
}

/** Writes the programs of a page of docs/, each named on its first line, into `directory`; gives their names. */
export function programsOf(page: string, directory: string): string[] {
  const text = readFileSync(join(ROOT, 'docs', page), 'utf8');
  const blocks = [...text.matchAll(/^```[jt]s\n(\/\/ ([\w.-]+)\n[\s\S]*?)^```$/gm)];
  for (const [, program, name] of blocks) writeFileSync(join(directory, name), program);
  return blocks.map(([, , name]) => name);
}

/** Compiles the program at each path in `directory` beside it. @throws when there is an error in it */
export function compile(directory: string, names: readonly string[], options: object): void {
  const compilerOptions = {
    ...{ strict: true, target: 'es2023', skipLibCheck: false, typeRoots: [join(MODULES, '@types')] },
    ...options,
  };
  const config = join(directory, 'tsconfig.json');
  writeFileSync(config, JSON.stringify({ compilerOptions, files: names }));
  try {
    execFileSync(process.execPath, [join(MODULES, 'typescript/bin/tsc'), '-p', config], { stdio: 'pipe' });
  } catch (error) {
    throw new Error(String((error as { stdout: Buffer }).stdout));
  }
}
