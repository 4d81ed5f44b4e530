import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, startChromium } from './chromium.js';
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
    readonly name: string;
    readonly unit: string;
    readonly startValue: number;
    readonly endValue: number;
    readonly events: readonly { type: 'O' | 'C'; frame: number; at: number }[];
  }[];
}

/** What speedscope makes of a profile: in microseconds, in nanoseconds where the file says so, or in samples. */
export interface SpeedscopeTotals {
  readonly name: string;
  readonly unit: string;
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
    return new Speedscope(server, await startChromium());
  }

  /** What speedscope makes of the first profile in a file. */
  async open(file: string): Promise<SpeedscopeTotals> {
    return (await this.openAll(file))[0];
  }

  async openAll(file: string): Promise<SpeedscopeTotals[]> {
    const { shared, profiles } = JSON.parse(await this.export(file)) as Exported;
    return profiles.map((profile) => totalsOf(shared.frames, profile));
  }

  /** Opens a file and exports it again, in speedscope's own format. */
  async export(file: string): Promise<string> {
    const page = await this.browser.newPage();
    await page.goto(`http://127.0.0.1:${(this.server.address() as AddressInfo).port}/index.html`);
    await page.setInputFiles('input[type=file]', file);
    await page.waitForSelector('canvas');
    const download = page.waitForEvent('download');
    await page.getByText('Export').click();
    const exported = readFileSync(await (await download).path(), 'utf8');
    await page.close();
    return exported;
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

function totalsOf(frames: readonly Frame[], profile: Exported['profiles'][number]): SpeedscopeTotals {
  const self = new Map<string, number>();
  const open: number[] = [];
  let busy = 0;
  let last = profile.startValue;
  for (const { type, frame, at } of profile.events) {
    const top = open.at(-1);
    if (top !== undefined) {
      const key = functionKey(frames[top]);
      self.set(key, (self.get(key) ?? 0) + at - last);
      busy += at - last;
    }
    last = at;
    if (type === 'O') open.push(frame);
    else open.pop();
  }
  return {
    name: profile.name,
    unit: profile.unit,
    busy,
    length: profile.endValue - profile.startValue,
    self,
  };
}

/** A function's identity as `stackscope report --json` tells it too. */
function functionKey({ name, file = '', line = 0, col = 0 }: Frame): string {
  return `${name} ${file.startsWith('file:') ? fileURLToPath(file) : file}:${line}:${col}`;
}
