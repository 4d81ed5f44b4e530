import type { Palette } from '../../formats/svg/palettes.js';
import { refuseSameFile } from '../output-file.js';
import { tell } from '../terminal.js';
import { openTyped, refuseTerminal } from './cpuprofilify-run.js';
import { withoutInternals } from './internals.js';
import { withJitNames } from './jit-names.js';
import { writeFormat } from './write-format.js';

export interface FlamegraphOptions {
  readonly inputtype?: string;
  readonly file?: string;
  readonly output?: string;
  readonly map?: string;
  readonly titletext: string;
  readonly colors: Palette;
  readonly imagewidth: number;
  readonly frameheight: number;
  readonly fontsize: number;
  readonly fonttype: string;
  readonly fontwidth: number;
  readonly minwidth: number;
  readonly countname: string;
  readonly factor: number;
  readonly nametype: string;
  readonly bgcolor1: string;
  readonly bgcolor2: string;
  readonly inverted?: true;
  readonly internals?: true;
  readonly optimizationinfo?: true;
  readonly timemax?: string;
  readonly hash?: string | true;
  readonly removenarrows?: string | true;
}

/** Reads a recording and writes its flame graph; widths are numbers of samples, as in the old command. */
export async function flamegraph(file: string | undefined, options: FlamegraphOptions): Promise<void> {
  const input = options.file ?? file ?? '-';
  const output = options.output ?? '-';
  refuseTerminal(input, 'flamegraph');
  await refuseSameFile(input, output);
  for (const name of ['timemax', 'hash', 'removenarrows'] as const) {
    if (options[name] !== undefined) tell(`--${name} does nothing, see --help.`);
  }
  const named = await withJitNames(await openTyped(input, options.inputtype), options.map);
  const keep = options.internals === true;
  const shown = withoutInternals(
    named,
    {
      unresolveds: keep,
      sysinternals: keep,
      v8internals: keep,
      v8gc: true,
      shortStack: true,
      optimizationinfo: options.optimizationinfo === true,
    },
    false,
  );
  await writeFormat('svg', shown, output, { flameGraph: lookOf(options) });
}

function lookOf(options: FlamegraphOptions) {
  return {
    title: options.titletext,
    colors: options.colors,
    imageWidth: options.imagewidth,
    frameHeight: options.frameheight,
    fontSize: options.fontsize,
    fontFamily: options.fonttype,
    fontWidth: options.fontwidth,
    minWidth: options.minwidth,
    countName: options.countname,
    factor: options.factor,
    nameType: options.nametype,
    background: [options.bgcolor1, options.bgcolor2] as const,
    inverted: options.inverted === true,
  };
}
