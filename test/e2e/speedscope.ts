import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, launchChromium } from './chromium.js';
import { TOOLS } from './stackscope.js';

interface Frame {
  readonly name: string;
  readonly file?: string;
  readonly line?: number;
  readonly col?: number;
}

/** speedscope's own file format, as far as it exports what it imported (its file-format-schema.json). */
interface Exported {
  readonly shared: { readonly frames: readonly Frame[] };
  readonly profiles: readonly {
    readonly startValue: number;
    readonly endValue: number;
    readonly events: readonly { type: 'O' | 'C'; frame: number; at: number }[];
  }[];
}

/** What speedscope makes of a file: in microseconds, or in samples for folded stacks. */
export interface SpeedscopeTotals {
  /** While any function is open. */
  readonly busy: number;
  readonly length: number;
  /** By `name file:line:column` of the definition. */
  readonly self: ReadonlyMap<string, number>;
}

/** speedscope in Chromium, served from this machine. */
export class Speedscope {
  private constructor(
    private readonly server: Server,
    private readonly browser: Browser,
  ) {}

  static async start(): Promise<Speedscope> {
    const server = createServer((request, response) => {
      const name = /^\/([\w.-]+)/.exec(request.url ?? '')?.[1] ?? '';
      response.setHeader('content-type', CONTENT_TYPES[name.slice(name.lastIndexOf('.'))] ?? 'text/plain');
      response.end(readFileSync(join(TOOLS, 'speedscope/dist/release', name)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Speedscope(server, await launchChromium());
  }

  async open(file: string): Promise<SpeedscopeTotals> {
    const page = await this.browser.newPage();
    await page.goto(`http://127.0.0.1:${(this.server.address() as AddressInfo).port}/index.html`);
    await page.setInputFiles('input[type=file]', file);
    await page.waitForSelector('canvas');
    const download = page.waitForEvent('download');
    await page.getByText('Export').click();
    const exported = JSON.parse(readFileSync(await (await download).path(), 'utf8')) as Exported;
    await page.close();
    return totalsOf(exported);
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.server.close();
  }
}

const CONTENT_TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
};

function totalsOf({ shared, profiles: [profile] }: Exported): SpeedscopeTotals {
  const self = new Map<string, number>();
  const open: number[] = [];
  let busy = 0;
  let last = profile.startValue;
  for (const { type, frame, at } of profile.events) {
    const top = open.at(-1);
    if (top !== undefined) {
      const key = functionKey(shared.frames[top]);
      self.set(key, (self.get(key) ?? 0) + at - last);
      busy += at - last;
    }
    last = at;
    if (type === 'O') open.push(frame);
    else open.pop();
  }
  return { busy, length: profile.endValue - profile.startValue, self };
}

/** A function's identity as `stackscope report --json` tells it too. */
function functionKey({ name, file = '', line = 0, col = 0 }: Frame): string {
  return `${name} ${file.startsWith('file:') ? fileURLToPath(file) : file}:${line}:${col}`;
}
