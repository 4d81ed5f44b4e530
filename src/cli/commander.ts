/**
 * commander, by `require`: its importing from an ES module takes Node a search for the names it exports, which is a
 * tenth of what `stackscope --help` takes in all.
 */
import { createRequire } from 'node:module';

const commander: typeof import('commander') = createRequire(import.meta.url)('commander');

export const { Argument, Command, CommanderError, InvalidArgumentError, Option } = commander;
export type Command = import('commander').Command;
export type CommanderError = import('commander').CommanderError;
