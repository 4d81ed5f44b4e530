import { createReadStream } from 'node:fs';
import { UserError } from '../profile/errors.js';
import { UnreadableElf } from '../symbols/elf.js';
import { isSystemError, reasonOf } from '../symbols/open-file.js';
import { RefusedMap } from '../symbols/perf-map-file.js';
import { ElfNames } from '../symbols/resolve/elf-names.js';
import { MapNames } from '../symbols/resolve/map-names.js';
import { NativeNames, openMapOf } from '../symbols/resolve/process-names.js';
import { type AddressNames, resolveText } from '../symbols/resolve/resolve-text.js';
import { EXIT } from './exit-codes.js';
import { painter, tell, visible } from './terminal.js';

export interface ResolveOptions {
  readonly map?: string;
  readonly pid?: string;
  readonly elf?: string;
}

/** Names the addresses in standard input by all that `options` name, and writes it to standard output. */
export async function resolve(options: ResolveOptions): Promise<void> {
  if (options.map === undefined && options.pid === undefined && options.elf === undefined) {
    throw new UserError(
      'USAGE',
      'resolve: say by what to name addresses: --map FILE, -p PID or --elf FILE.',
      EXIT.usage,
    );
  }
  const sources: AddressNames[] = [];
  try {
    if (options.pid !== undefined) sources.push(...namesOfProcess(pidOf(options.pid)));
    if (options.map !== undefined) sources.push(await namesOfMap(options.map));
    if (options.elf !== undefined) sources.push(namesOfElf(options.elf));
    await resolveInput(sources);
  } finally {
    for (const source of sources) source.close();
  }
}

/** Names the addresses in standard input by the sources, in order. */
export async function resolveInput(sources: readonly AddressNames[]): Promise<void> {
  const names: AddressNames = {
    nameOf: (digits) => firstOf(sources, digits),
    refresh: () => {
      for (const source of sources) source.refresh();
    },
    close: () => {},
  };
  const paint = painter(process.stdout);
  // Into a file or a pipe a name goes as it is; on a terminal it must not steer it.
  const show = (name: string) => paint('cyan', process.stdout.isTTY ? visible(name) : name);
  for await (const piece of resolveText(process.stdin, names, show)) {
    await new Promise<void>((done) => process.stdout.write(piece, () => done()));
  }
}

/** The perf map in a file that the user named. */
export async function namesOfMap(path: string): Promise<MapNames> {
  const names = new MapNames();
  try {
    for await (const chunk of createReadStream(path)) names.feed(chunk as Uint8Array);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new UserError('MAP_UNREADABLE', `${path} cannot be read: ${reasonOf(error)}.`);
  }
  if (names.isEmpty) {
    throw new UserError(
      'MAP_EMPTY',
      `${path} has no line of a perf map (START SIZE NAME, in hexadecimal): name the /tmp/perf-PID.map of the process.`,
    );
  }
  return names;
}

/** The perf map of a process by its pid, whether it lives or not. */
export function namesOfPid(pid: number): MapNames | undefined {
  try {
    return openMapOf(pid);
  } catch (error) {
    if (!(error instanceof RefusedMap)) throw error;
    throw new UserError('MAP_REFUSED', `${error.message}; name it with --map if you trust it.`);
  }
}

/** A process without a perf map: what to do. */
export function noMap(pid: number): UserError {
  return new UserError(
    'MAP_MISSING',
    `There is no perf map of process ${pid}: run it with node --perf-basic-prof --interpreted-frames-native-stack.`,
  );
}

/** A pid from the command line. */
export function pidOf(text: string): number {
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new UserError('USAGE', `resolve: '${text}' is no process id.`, EXIT.usage);
}

function namesOfProcess(pid: number): AddressNames[] {
  const native = NativeNames.of(pid);
  const map = namesOfPid(pid);
  if (native === undefined && map === undefined) throw noMap(pid);
  if (map === undefined) tell(`stackscope: ${noMap(pid).message}`);
  return [native, map].filter((source) => source !== undefined);
}

function namesOfElf(path: string): ElfNames {
  try {
    const names = ElfNames.open(path);
    if (names !== undefined) return names;
  } catch (error) {
    const why = error instanceof UnreadableElf ? error.message : undefined;
    if (why === undefined && !isSystemError(error)) throw error;
    const reason = why ?? `cannot be read: ${reasonOf(error as NodeJS.ErrnoException)}`;
    throw new UserError('ELF_UNREADABLE', `${path} ${reason}.`);
  }
  throw new UserError(
    'ELF_NO_SYMBOLS',
    `${path} has no symbols: name its debug file, or a build that has them.`,
  );
}

function firstOf(sources: readonly AddressNames[], digits: string): string | undefined {
  for (const source of sources) {
    const name = source.nameOf(digits);
    if (name !== undefined) return name;
  }
  return undefined;
}
