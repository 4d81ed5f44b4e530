import { type Command, Option } from './commander.js';

/** What the command line says of how to look at a recording. */
export interface ViewFlags {
  readonly hide?: readonly string[];
  readonly focus?: string;
  readonly drop?: string;
  readonly collapse?: readonly string[];
  readonly onlyApp?: boolean;
  readonly verbose?: boolean;
}

/** Adds the options of views to a command. */
export function withViewOptions(command: Command): Command {
  const list = (text: string, before: readonly string[] = []) => [...before, ...text.split(',')];
  return command
    .option(
      '--hide <names>',
      'take frames out, their time is their caller’s: v8internals, v8gc, sysinternals, unresolved, node-js, dependencies, or a layer',
      list,
    )
    .option('--only-app', 'take out all that is not your code')
    .option(
      '--focus <pattern>',
      'begin stacks at the outermost function or file that matches; leave others out',
    )
    .option('--drop <pattern>', 'leave out samples with a function or file that matches')
    .addOption(
      new Option('--collapse <what>', 'make runs of frames one: package, recursion, layer').argParser(list),
    )
    .option('--verbose', 'say on stderr whose time was folded into whom');
}
