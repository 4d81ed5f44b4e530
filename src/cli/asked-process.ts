import type { Asked } from '../capture/find/choose-processes.js';
import { UserError } from '../profile/errors.js';
import { EXIT } from './exit-codes.js';

/** `1234` is a process, `:3000` who listens there. @throws UserError when it is neither */
export function asked(text: string): Asked {
  const [, colon, digits] = /^(:?)(\d{1,10})$/.exec(text) ?? [];
  if (digits !== undefined) return colon === '' ? { pid: Number(digits) } : { port: Number(digits) };
  const message = `${text} is no process: give its id (-p 1234) or the port it listens at (-p :3000).`;
  throw new UserError('USAGE', message, EXIT.usage);
}
