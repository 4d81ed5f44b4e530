import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PROGRAM = join(import.meta.dirname, 'programs/bundled');
const ESBUILD = join(import.meta.dirname, 'bundlers/node_modules/.bin/esbuild');

/**
 * Puts the program in test/programs/bundled, TypeScript with a dependency, into `directory` and bundles it there as
 * `dist/bundle.cjs`, minified onto one line, or as `options` say. Returns the path of the bundle.
 */
export function bundleProgram(
  directory: string,
  options: readonly string[] = ['--minify', '--sourcemap'],
): string {
  cpSync(join(PROGRAM, 'src'), join(directory, 'src'), { recursive: true });
  const dependency = join(directory, 'node_modules/tiny-dep');
  mkdirSync(join(dependency, 'lib'), { recursive: true });
  writeFileSync(join(dependency, 'package.json'), '{"name":"tiny-dep","main":"lib/index.js"}');
  cpSync(join(PROGRAM, 'tiny-dep.cjs'), join(dependency, 'lib/index.js'));
  const bundle = join(directory, 'dist/bundle.cjs');
  execFileSync(
    ESBUILD,
    [
      'src/main.ts',
      '--bundle',
      '--platform=node',
      '--target=node20',
      '--log-level=warning',
      `--outfile=${bundle}`,
      ...options,
    ],
    { cwd: directory, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  return bundle;
}
