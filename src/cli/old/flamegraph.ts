#!/usr/bin/env node
/** `flamegraph`: a recording as an SVG flame graph. Options of thlorenz/flamegraph. */
import { ownVersion } from '../../own-files.js';
import { Command, InvalidArgumentError, Option } from '../commander.js';
import { runCommand } from '../run-command.js';
import type { FlamegraphOptions } from './flamegraph-run.js';

const TODAY = `
Options of the old flamegraph that are taken and do nothing:
  --timemax         it never had an effect
  --hash            colours are always by name
  --removenarrows   narrow functions are always left out

Examples:
  perf script | flamegraph > app.svg
  flamegraph -t cpuprofile -f app.cpuprofile -o app.svg

Today's way: stackscope convert FILE -f svg`;

function program(): Command {
  return new Command('flamegraph')
    .description(
      'Turn the text of perf script or DTrace, a .cpuprofile or any recording into an SVG flame graph',
    )
    .version(ownVersion(), '-V, --version')
    .argument('[file]', 'as --file')
    .addOption(
      new Option('-t, --inputtype <type>', 'of the input, else told by its content').choices([
        'perf',
        'cpuprofile',
        'dtrace',
      ]),
    )
    .option('-f, --file <file>', 'the input (default: standard input)')
    .option('-o, --output <file>', 'the SVG (default: standard output)')
    .option('-m, --map <file>', 'a perf map that names addresses (default: /tmp/perf-PID.map if it is there)')
    .option('--title, --titletext <text>', 'heading', 'Flame Graph')
    .addOption(
      new Option('--colors <palette>', 'colour theme')
        .choices(['hot', 'mem', 'io', 'js', 'layer'])
        .default('hot'),
    )
    .option('--imagewidth <pixels>', 'width', positive, 1200)
    .option('--frameheight <pixels>', 'height of a frame', positive, 16)
    .option('--fontsize <pixels>', 'base text size', positive, 12)
    .option('--fonttype <family>', 'font family', 'Verdana')
    .option('--fontwidth <share>', 'mean width of a letter as a part of its size', positive, 0.59)
    .option('--minwidth <pixels>', 'narrower functions are left out', positive, 0.1)
    .option('--countname <name>', 'what is counted', 'samples')
    .option('--factor <number>', 'scale counts by', positive, 1)
    .option('--nametype <text>', 'what stands before a name below the pointer', 'Function:')
    .option('--bgcolor1 <color>', 'background at the top', '#eeeeee')
    .option('--bgcolor2 <color>', 'background at the bottom', '#eeeeb0')
    .option('--inverted', 'roots at the top, an icicle graph')
    .option('--internals', "keep the functions of V8, the system's start and addresses without a name")
    .option('--optimizationinfo', 'put V8’s marks before names: * optimised, ~ interpreted')
    .addOption(new Option('--timemax <number>').hideHelp())
    .addOption(new Option('--hash [bool]').hideHelp())
    .addOption(new Option('--removenarrows [bool]').hideHelp())
    .addHelpText('after', TODAY)
    .action(async (file: string | undefined, options: FlamegraphOptions) => {
      const { flamegraph } = await import('./flamegraph-run.js');
      await flamegraph(file, options);
    });
}

function positive(text: string): number {
  const value = Number(text);
  if (value > 0 && value < 1e6) return value;
  throw new InvalidArgumentError('A number above 0 is needed.');
}

await runCommand(program());
