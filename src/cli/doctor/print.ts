import { arch, release } from 'node:os';
import { type Diagnosis, diagnose } from '../../capture/doctor/diagnose.js';
import { processesAtPort } from '../../capture/find/at-port.js';
import { asked } from '../asked-process.js';
import { EXIT } from '../exit-codes.js';
import { onLinux } from '../on-linux.js';
import { outputWidth, painter, visibleJson } from '../terminal.js';
import { diagnosisLines } from './diagnosis-text.js';

/** Writes the diagnosis to stdout; the exit code is 0 when something can be recorded, else 1. */
export async function printDiagnosis(options: { pid?: string; json?: boolean }): Promise<void> {
  onLinux('stackscope doctor');
  const diagnosis = await diagnose(options.pid === undefined ? undefined : pidOf(options.pid));
  process.exitCode = diagnosis.works ? 0 : EXIT.badInput;
  const text = options.json
    ? visibleJson({ schema: 1, ...diagnosis })
    : diagnosisLines(diagnosis, about(diagnosis), outputWidth(process.stdout), painter(process.stdout)).join(
        '\n',
      );
  process.stdout.write(`${text}\n`);
}

function pidOf(text: string): number {
  const one = asked(text);
  return 'pid' in one ? one.pid : processesAtPort(one.port)[0];
}

function about({ process: target }: Diagnosis): string {
  return target === null
    ? `stackscope on Node ${process.versions.node}, Linux ${release()} ${arch()}, ${who()}`
    : `process ${target.pid}, ${target.command}; asked by ${who()}`;
}

function who(): string {
  return process.geteuid?.() === 0 ? 'root' : `user ${process.geteuid?.()}`;
}
