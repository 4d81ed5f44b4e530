import { UserError } from '../../profile/errors.js';
import { EXIT } from '../exit-codes.js';
import { openProfile } from '../open-profile.js';
import { type Internals, withoutInternals } from './internals.js';
import { withJitNames } from './jit-names.js';
import { writeFormat } from './write-format.js';

type Pair<Name extends string> = { readonly [key in Name | `no${Name}`]?: true };

/** As the command line has them: `--v8gc` and `--nov8gc` are two options. */
export type CpuprofilifyOptions = Pair<keyof Internals> & {
  readonly type?: 'perf' | 'dtrace';
  readonly map?: string;
  readonly legacy?: true;
  readonly verbose?: true;
};

/** Reads `file` and writes it as a .cpuprofile on standard output. */
export async function cpuprofilify(file: string, options: CpuprofilifyOptions): Promise<void> {
  refuseTerminal(file, 'cpuprofilify');
  const profile = await openTyped(file, options.type);
  const named = await withJitNames(profile, options.map);
  const shown = withoutInternals(named, internalsOf(options), options.verbose === true);
  await writeFormat('cpuprofile', shown, '-', options.legacy === undefined ? {} : { legacy: true });
}

/** The old names of formats that are told apart by content. */
const TYPES: Readonly<Record<string, string>> = {
  perf: 'perf-script',
  dtrace: 'dtrace',
  cpuprofile: 'cpuprofile',
};

/** Reads a recording of any format, or as the one that an old option names. */
export function openTyped(file: string, type: string | undefined) {
  return openProfile(file, type === undefined ? {} : { from: TYPES[type] });
}

/** As the old command: of `--v8gc --nov8gc` the second wins. */
export function internalsOf(options: CpuprofilifyOptions): Internals {
  const flag = (name: keyof Internals, otherwise: boolean) =>
    options[`no${name}`] === true ? false : (options[name] ?? otherwise);
  return {
    unresolveds: flag('unresolveds', false),
    sysinternals: flag('sysinternals', false),
    v8internals: flag('v8internals', false),
    v8gc: flag('v8gc', true),
    shortStack: flag('shortStack', false),
    optimizationinfo: flag('optimizationinfo', false),
  };
}

/** Who starts the command by hand would wait for ever. */
export function refuseTerminal(file: string, name: string): void {
  if (file !== '-' || !process.stdin.isTTY) return;
  throw new UserError(
    'USAGE',
    `${name} reads a recording from standard input or a file; see ${name} --help.`,
    EXIT.usage,
  );
}
