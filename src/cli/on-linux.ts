import { UserError } from '../profile/errors.js';
import { EXIT } from './exit-codes.js';

/** @throws UserError where there is no /proc to read */
export function onLinux(what: string): void {
  if (process.platform === 'linux') return;
  throw new UserError('LINUX_ONLY', `${what} reads /proc, which Linux alone has.`, EXIT.failed);
}
