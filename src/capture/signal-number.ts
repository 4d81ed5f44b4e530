import { constants } from 'node:os';

/** The number behind a signal's name on this system. */
export function signalNumber(signal: NodeJS.Signals): number {
  return constants.signals[signal];
}
