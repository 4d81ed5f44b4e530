import { readFileSync } from 'node:fs';
import { release } from 'node:os';

/** What is installed for a tool, by the distribution's `ID` or `ID_LIKE` in os-release(5). */
interface Packages {
  readonly install: string;
  readonly perf: string;
  readonly bpftrace: string;
  readonly libcSymbols: string;
  readonly utilLinux: string;
}

const DEBIAN: Packages = {
  install: 'apt-get install',
  perf: 'linux-perf',
  bpftrace: 'bpftrace',
  libcSymbols: 'libc6-dbg',
  utilLinux: 'util-linux',
};

const DISTRIBUTIONS: Readonly<Record<string, Packages>> = {
  debian: DEBIAN,
  ubuntu: { ...DEBIAN, perf: `linux-tools-${release()}` },
  fedora: { ...DEBIAN, install: 'dnf install', perf: 'perf', libcSymbols: 'glibc-debuginfo' },
  rhel: { ...DEBIAN, install: 'dnf install', perf: 'perf', libcSymbols: 'glibc-debuginfo' },
  suse: { ...DEBIAN, install: 'zypper install', perf: 'perf', libcSymbols: 'glibc-debuginfo' },
  arch: { ...DEBIAN, install: 'pacman -S', perf: 'perf', libcSymbols: 'glibc-debug' },
  alpine: { ...DEBIAN, install: 'apk add', perf: 'perf', libcSymbols: 'musl-dbg' },
};

/** The command that installs one of them here; Debian's where the distribution is not known. */
export function installCommand(what: Exclude<keyof Packages, 'install'>): string {
  const packages = packagesOf(osRelease());
  return asRoot(`${packages.install} ${packages[what]}`);
}

/** A command that root alone may run, for who we are. */
export function asRoot(command: string): string {
  return process.geteuid?.() === 0 ? command : `sudo ${command}`;
}

/** @param text of /etc/os-release */
function packagesOf(text: string): Packages {
  const names = ['ID', 'ID_LIKE'].flatMap((key) => {
    const value = new RegExp(`^${key}=["']?([^"'\\n]*)`, 'm').exec(text)?.[1] ?? '';
    return value.split(/\s+/);
  });
  const known =
    names.find((name) => Object.hasOwn(DISTRIBUTIONS, name)) ?? names.find((name) => name.includes('suse'));
  return DISTRIBUTIONS[known ?? 'debian'] ?? DISTRIBUTIONS['suse'];
}

function osRelease(): string {
  for (const path of ['/etc/os-release', '/usr/lib/os-release']) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      // The other, or none.
    }
  }
  return '';
}
