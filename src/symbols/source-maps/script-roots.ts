import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';

/**
 * The directories that files may be read from because a recording names them: those the user ran the program in or
 * named, and the package that a script belongs to. The whole file system is none.
 */
export class ScriptRoots {
  private readonly roots: readonly string[];

  /** @param directories that are not there are left out */
  constructor(directories: readonly string[]) {
    this.roots = directories.flatMap((path) => realPath(path) ?? []).filter((path) => path !== sep);
  }

  /** Whether the file at a real path lies in a root or in `project`. */
  holds(real: string, project: string | undefined): boolean {
    const roots = project === undefined ? this.roots : [...this.roots, project];
    return roots.some((root) => real.startsWith(root + sep));
  }

  /** The directory of the package that holds the script at a real path: the nearest one with a package.json. */
  static projectOf(real: string): string | undefined {
    for (let at = dirname(real); at !== dirname(at); at = dirname(at)) {
      if (existsSync(join(at, 'package.json'))) return at;
    }
    return undefined;
  }

  /** The root that a real path lies in, the innermost one; for a script that is in no package. */
  around(real: string): string | undefined {
    return this.roots.filter((root) => real.startsWith(root + sep)).sort((a, b) => b.length - a.length)[0];
  }
}

/** The directories that a command was run in and for: where it was started, and where the scripts it names are. */
export function commandRoots(command: readonly string[], cwd: string): string[] {
  const scripts = command.filter((word) => /\.[cm]?[jt]sx?$/.test(word));
  return [cwd, ...scripts.flatMap((script) => realPath(resolve(cwd, script)) ?? []).map(dirname)];
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
