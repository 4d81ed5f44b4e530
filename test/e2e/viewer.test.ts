import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Summary } from '../../src/analysis/summary.js';
import { CALL_FRAME } from '../../src/profile/frames.js';
import { Layer } from '../../src/profile/layers.js';
import { NO_PROCESS } from '../../src/profile/processes.js';
import { Profile } from '../../src/profile/profile.js';
import { Unit } from '../../src/profile/series.js';
import { ROOT } from '../../src/profile/stacks.js';
import { startViewing, type Viewing } from '../cli/view-server.js';
import { HOSTILE_NAMES } from '../hostile-names.js';
import { recordingOf } from '../profile/file/memory-file.js';
import { type Browser, type Page, startChromium } from './chromium.js';
import { scratchDirectory, stackscope } from './stackscope.js';

const FIXTURES = join(import.meta.dirname, '../fixtures');
const FIB = join(FIXTURES, 'stackscope/version-1/fib.stackscope');
const CPUPROFILE = join(FIXTURES, 'cpuprofile/node-24/shapes.cpuprofile');
const scratch = scratchDirectory();
let browser: Browser;
let report: Summary;
let file: string;

beforeAll(async () => {
  browser = await startChromium();
  file = join(scratch.path, 'fib.html');
  await written(FIB, file);
  report = JSON.parse((await stackscope(['report', FIB, '--json'])).stdout);
});
afterAll(async () => {
  await browser.close();
  scratch.remove();
});

async function written(recording: string, output: string): Promise<void> {
  const { code, stderr } = await stackscope(['view', recording, '-o', output]);
  if (code !== 0) throw new Error(stderr);
}

/** A page together with everything it asked for, every word on its console and every breach of its policy. */
interface Watched {
  readonly page: Page;
  readonly requests: string[];
  readonly complaints: string[];
}

async function watch(address: string, options = {}): Promise<Watched> {
  const page = await browser.newPage({ viewport: { width: 1200, height: 800 }, ...options });
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  await page.addInitScript({
    content: `addEventListener('securitypolicyviolation', (e) => console.error('policy', e.violatedDirective));
      globalThis.alert = () => console.error('canary');`,
  });
  await page.goto(address);
  return { page, requests, complaints };
}

async function openedPage(hash = ''): Promise<Watched> {
  const watched = await watch(`file://${file}${hash}`);
  await watched.page.waitForSelector('[data-testid=total]');
  return watched;
}

/** Waits until an expression is true in the page, which may not evaluate texts itself. */
async function until(page: Page, expression: string): Promise<void> {
  for (const deadline = Date.now() + 30_000; !(await page.evaluate<boolean>(`Boolean(${expression})`)); ) {
    if (Date.now() > deadline) throw new Error(`never true: ${expression}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const outside = (requests: readonly string[]) => requests.filter((url) => !/^(?:file|data|blob):/.test(url));
const totalMs = async (page: Page) =>
  Number(await page.locator('[data-testid=total]').getAttribute('data-weight')) / 1e6;

/** The rows of the table in sight: self and total share, and the last words. */
async function rows(page: Page): Promise<{ self: string; total: string; name: string }[]> {
  const texts = await page.locator('.table tbody tr:not(.gap)').allInnerTexts();
  return texts.map((text) => {
    const [self, total, name] = text.split('\t').map((cell) => cell.trim());
    return { self: self.split('%')[0].trim(), total: total.split('%')[0].trim(), name };
  });
}
const share = (part: number) => (part > 0 && part < 0.0005 ? '<0.1' : (part * 100).toFixed(1));

describe('the page from disk', () => {
  it('shows the whole recording, asks nobody for anything and keeps to its policy', async () => {
    const { page, requests, complaints } = await openedPage();
    expect(await totalMs(page)).toBeCloseTo(report.totals.sampledMs, 6);
    const total = page.locator('[data-testid=total]');
    expect(Number(await total.getAttribute('data-samples'))).toBe(report.totals.samples);
    expect(outside(requests)).toEqual([]);
    expect(complaints).toEqual([]);
    // And could not if it wanted to.
    await page.evaluate(`fetch('http://127.0.0.1:9/').catch(() => {})`);
    expect(complaints.join()).toContain(
      `violates the following Content Security Policy directive: "connect-src 'none'"`,
    );
    expect(outside(requests)).toEqual([]);
    await page.close();
  });

  it('has the figures of report --json in each table and in the quality bar', async () => {
    const { page, complaints } = await openedPage('#tab=functions');
    await page.waitForSelector('.table tbody tr:not(.gap)');
    const functions = (await rows(page)).slice(0, 12);
    expect(functions.map(({ self, total }) => [self, total])).toEqual(
      report.functions.slice(0, functions.length).map((row) => [share(row.selfShare), share(row.totalShare)]),
    );
    expect(functions.length).toBeGreaterThan(8);
    await page.keyboard.press('6');
    await page.waitForSelector('table[aria-label=Layers]');
    const layers = (await rows(page)).filter(({ self }) => self !== '0.0');
    expect(layers.map(({ self, name }) => [name, self])).toEqual(
      report.layers
        .map(({ layer, share: part }) => [layer, share(part)])
        .filter(([, part]) => part !== '0.0'),
    );
    await page.keyboard.press('4');
    await page.waitForSelector('table[aria-label=Packages]');
    expect((await rows(page)).map(({ name }) => name)).toEqual(report.packages.map((row) => row.package));
    const quality = await page.locator('.quality').textContent();
    expect(quality).toContain(`${share(report.quality.wholeShare)} % whole stacks`);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('follows a range that is dragged, a layer and a thread, and keeps them in its address', async () => {
    const { page, complaints } = await openedPage();
    const strip = (await page.locator('.overview canvas').boundingBox())!;
    await page.mouse.move(strip.x + strip.width * 0.25, strip.y + 30);
    await page.mouse.down();
    await page.mouse.move(strip.x + strip.width * 0.75, strip.y + 30, { steps: 4 });
    await page.mouse.up();
    await until(page, `location.hash.includes('from=')`);
    await until(page, `document.querySelector('[data-testid=total]').textContent.includes('of all')`);
    const words = new URLSearchParams(new URL(page.url()).hash.slice(1));
    const range = [
      '--from',
      `${Number(words.get('from')) / 1000}ms`,
      '--to',
      `${Number(words.get('to')) / 1000}ms`,
    ];
    const expected = async (...more: string[]) =>
      JSON.parse((await stackscope(['report', FIB, '--json', ...range, ...more])).stdout) as Summary;
    const inRange = await expected();
    expect(await totalMs(page)).toBeCloseTo(inRange.totals.sampledMs, 6);
    expect(inRange.totals.sampledMs).toBeLessThan(report.totals.sampledMs * 0.8);

    await page.getByRole('button', { name: /^v8/ }).click();
    const inLayer = await expected('--layer', 'v8');
    await until(
      page,
      `Math.abs(document.querySelector('[data-testid=total]').dataset.weight / 1e6 - ${inLayer.totals.sampledMs}) < 1e-6`,
    );
    await page.reload();
    await page.waitForSelector('[data-testid=total]');
    expect(await totalMs(page)).toBeCloseTo(inLayer.totals.sampledMs, 6);
    await page.locator('.lane').first().click();
    const inThread = await expected('--layer', 'v8', '--thread', 'main');
    await until(
      page,
      `Math.abs(document.querySelector('[data-testid=total]').dataset.weight / 1e6 - ${inThread.totals.sampledMs}) < 1e-6`,
    );
    await page.keyboard.press('x');
    await until(page, `!document.querySelector('[data-testid=total]').textContent.includes('of all')`);
    expect(await totalMs(page)).toBeCloseTo(report.totals.sampledMs, 6);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('finds by text and by pattern, with the share of time that report --grep gives', async () => {
    const { page, complaints } = await openedPage();
    await page.keyboard.press('/');
    await page.keyboard.type('fib');
    await page.locator('[data-testid=matching]').waitFor();
    const { totals } = JSON.parse(
      (await stackscope(['report', FIB, '--json', '--grep', '[fF]ib'])).stdout,
    ) as Summary;
    const expected = `${share(totals.sampledMs / report.totals.sampledMs)} %`;
    await until(page, `document.querySelector('[data-testid=matching]').textContent === '${expected}'`);
    await page.keyboard.press('Enter');
    await until(page, `/fib/i.test(document.querySelector('.chart .sr').textContent)`);
    await page.getByRole('button', { name: 'Regular expression' }).click();
    await page.locator('#find').fill('^f[i]b ');
    await page.locator('[data-testid=matching]').waitFor();
    await page.locator('#find').fill('(');
    await page.getByText('no regular expression').waitFor();
    await page.keyboard.press('Escape');
    expect(await page.locator('[data-testid=matching]').count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('is gone through by keys alone, and says where one is', async () => {
    const { page, complaints } = await openedPage();
    const said = () => page.locator('.chart .sr').textContent();
    await page.locator('.chart canvas').focus();
    await page.keyboard.press('ArrowDown');
    const first = await said();
    await page.keyboard.press('ArrowDown');
    await until(page, `document.querySelector('.chart .sr').textContent !== ${JSON.stringify(first)}`);
    await page.keyboard.press('ArrowUp');
    await until(page, `document.querySelector('.chart .sr').textContent === ${JSON.stringify(first)}`);
    for (let i = 0; i < 12; i++) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.keyboard.press('+');
    await page.getByRole('button', { name: /^showing/ }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^showing/ }).waitFor({ state: 'detached' });
    await page.keyboard.press('i');
    await until(page, `location.hash.includes('up')`);
    await page.keyboard.press('2');
    await page.waitForSelector('.chart-pane canvas');
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('zooms by click and wheel, and tells of what is pointed at', async () => {
    const { page, complaints } = await openedPage();
    const chart = (await page.locator('.chart canvas').boundingBox())!;
    await page.mouse.move(chart.x + 60, chart.y + 5 * 19 + 9);
    const card = page.locator('[data-testid=card]');
    await card.waitFor();
    expect(await card.textContent()).toMatch(/total, this path\s*[\d.]+ m?s\s*[\d.]+ %/);
    await page.mouse.wheel(0, -400);
    await page.getByRole('button', { name: /^showing/ }).waitFor();
    await page.mouse.wheel(0, 4000);
    await page.getByRole('button', { name: /^showing/ }).waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('exports what other readers read', async () => {
    const { page, complaints } = await openedPage();
    const take = async (name: string | RegExp) => {
      await page.getByRole('button', { name: 'Export' }).click();
      const download = page.waitForEvent('download');
      await page.getByRole('menuitem', { name }).click();
      return readFileSync(await (await download).path());
    };
    const folded = (await take(/folded/)).toString();
    expect(folded).toBe((await stackscope(['convert', FIB, '-f', 'folded'])).stdout);
    const profile = JSON.parse((await take(/cpuprofile/)).toString());
    expect(profile.nodes.length).toBeGreaterThan(10);
    const svg = (await take(/SVG/)).toString();
    expect(svg).toMatch(/^<svg [\s\S]*<rect [\s\S]*<\/svg>\n$/);
    expect((await take(/PNG/)).subarray(1, 4).toString()).toBe('PNG');
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('opens other files that are picked, and says what is wrong with those it cannot', async () => {
    const { page, complaints, requests } = await openedPage();
    await page.setInputFiles('input[type=file]', CPUPROFILE);
    const other = JSON.parse((await stackscope(['report', CPUPROFILE, '--json'])).stdout) as Summary;
    await until(
      page,
      `Math.abs(document.querySelector('[data-testid=total]')?.dataset.weight / 1e6 - ${other.totals.sampledMs}) < 1e-6`,
    );
    const broken = join(scratch.path, 'broken.stackscope');
    writeFileSync(broken, readFileSync(FIB).fill(7, 2000, 2600));
    await page.setInputFiles('input[type=file]', broken);
    await page.getByText('broken.stackscope is damaged at byte').waitFor();
    const perf = join(scratch.path, 'perf.data');
    writeFileSync(perf, 'PERFILE2 and more');
    await page.setInputFiles('input[type=file]', perf);
    await page.getByText('stackscope view perf.data').waitFor();
    // Dropped on the page, as a person does.
    await page.evaluate(`(() => {
      const bytes = Uint8Array.from(atob('${readFileSync(FIB).toString('base64')}'), (c) => c.charCodeAt(0));
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([bytes], 'dropped'));
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    })()`);
    await page.waitForSelector('[data-testid=total]');
    expect(await totalMs(page)).toBeCloseTo(report.totals.sampledMs, 6);
    expect(outside(requests)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });
});

describe('a recording with nothing in it', () => {
  it('says so in each pane', async () => {
    const recording = join(scratch.path, 'empty.stackscope');
    writeFileSync(recording, await recordingOf(new Profile()));
    const output = join(scratch.path, 'empty.html');
    await written(recording, output);
    const { page, complaints } = await watch(`file://${output}`);
    await page.getByText('Nothing that is selected ran').waitFor();
    await page.keyboard.press('2');
    await page.getByText('does not say when its samples were taken').waitFor();
    await page.keyboard.press('3');
    await page.getByText('Nothing of what is selected is in this table').waitFor();
    expect(complaints).toEqual([]);
    await page.close();
  });
});

describe('hostile names', () => {
  it('are text in every pane, in one line each, and start nothing', async () => {
    const names = Object.values(HOSTILE_NAMES);
    const profile = new Profile();
    const { processes, threads, functions, frames, stacks, scripts, quality } = profile;
    profile.info.command = names.slice(0, 8).join(' ');
    names.forEach((name, i) => {
      const thread = threads.add(
        processes.add({ pid: i + 1, parent: NO_PROCESS, start: 0, command: name }),
        i + 1,
        name,
        0,
      );
      const series = profile.addSeries(thread, 'cpu-clock', Unit.CpuNs);
      const func = functions.intern(
        { name, script: scripts.intern(name), mapping: 0, line: 1, column: 2 },
        Layer.Dependency,
        name,
      );
      series.add(i * 1000 + 1000, stacks.intern(ROOT, frames.intern({ ...CALL_FRAME, func })), 1e6);
      quality.note(`NOTE_${i}`, name, name);
    });
    const recording = join(scratch.path, '<img src=x onerror=alert(1)>.stackscope');
    writeFileSync(recording, await recordingOf(profile));
    const output = join(scratch.path, 'hostile.html');
    await written(recording, output);
    const { page, complaints, requests } = await watch(`file://${output}#tab=functions`);
    await page.waitForSelector('.table tbody tr:not(.gap)');
    await page.getByRole('button', { name: /notes/ }).click();
    for (const key of ['4', '5', '2', '1', '3']) await page.keyboard.press(key);
    await page.waitForSelector('table[aria-label=Functions]');
    const shown = (await rows(page)).map(({ name }) => name);
    expect(shown).toContain(HOSTILE_NAMES['image']);
    expect(shown).toContain(HOSTILE_NAMES['closing script']);
    expect(shown.join('\n')).toContain('\\u202e');
    const text = await page.evaluate<string>('document.body.innerText');
    expect(text.replace(/[\n\t]/g, '')).not.toMatch(/[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u);
    expect(
      await page.evaluate<number>(`document.querySelectorAll('img, a[href], iframe, object').length`),
    ).toBe(0);
    const tall = await page.evaluate<number>(
      `Math.max(...Array.from(document.querySelectorAll('.table tr:not(.gap), .lane'), (row) => row.offsetHeight))`,
    );
    expect(tall).toBeLessThan(34);
    expect(outside(requests)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });
});

describe('the page from the server', () => {
  let viewing: Viewing;
  beforeAll(async () => {
    viewing = await startViewing([FIB, CPUPROFILE]);
  });
  afterAll(async () => {
    viewing.child.kill('SIGTERM');
    await viewing.ended;
  });

  it('fetches its recordings from there, and asks nobody else', async () => {
    const { page, requests, complaints } = await watch(viewing.address);
    await page.waitForSelector('[data-testid=total]');
    expect(await totalMs(page)).toBeCloseTo(report.totals.sampledMs, 6);
    expect(outside(requests)).toEqual([viewing.address, `${viewing.address}recording/0`]);
    expect(await page.locator('option').allInnerTexts()).toHaveLength(2);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('is out of reach for a page of another site, also under a name that points here', async () => {
    const site = createServer((_, response) =>
      response.setHeader('content-type', 'text/html').end('<p>evil</p>'),
    );
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    const { port } = site.address() as AddressInfo;
    const rebound = await startChromium([`--host-resolver-rules=MAP evil.example 127.0.0.1`]);
    const page = await rebound.newPage();
    const { token } = viewing;
    await page.goto(`http://evil.example:${port}/`);
    const ask = (address: string, mode: string) =>
      page.evaluate<string>(
        `fetch(${JSON.stringify(address)}, { mode: '${mode}' }).then((r) => r.type + r.status, () => 'refused')`,
      );
    const secret = `:${viewing.port}/${token}/recording/0`;
    expect(await ask(`http://127.0.0.1${secret}`, 'cors')).toBe('refused');
    expect(await ask(`http://evil.example${secret}`, 'cors')).toBe('refused');
    expect(await ask(`http://127.0.0.1${secret}`, 'no-cors')).toBe('refused');
    // Rebinding: the page's own origin now is this server's address, so the browser lets it read what is answered.
    await page.goto(`http://evil.example:${viewing.port}/${token}/`);
    expect(await page.evaluate<string>('document.body.innerText')).toContain('not the host');
    expect(await ask(`http://evil.example${secret}`, 'same-origin')).toBe('basic421');
    await rebound.close();
    site.close();
  });
});
