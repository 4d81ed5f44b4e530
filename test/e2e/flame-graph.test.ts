import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { svg } from '../../src/formats/svg/index.js';
import type { FlameGraphOptions } from '../../src/formats/svg/options.js';
import type { Profile } from '../../src/profile/profile.js';
import { HOSTILE_NAMES } from '../hostile-names.js';
import { profileOf } from '../profiles.js';
import { type Browser, type Page, startChromium } from './chromium.js';
import { scratchDirectory } from './stackscope.js';

const scratch = scratchDirectory();
let browser: Browser;
const requests: string[] = [];
const errors: string[] = [];

beforeAll(async () => {
  browser = await startChromium();
});

afterAll(async () => {
  await browser.close();
  scratch.remove();
});

async function opened(profile: Profile, flameGraph: FlameGraphOptions = {}, name = 'graph'): Promise<Page> {
  const file = join(scratch.path, `${name}.svg`);
  writeFileSync(file, Buffer.concat([...(svg.write!(profile, { flameGraph }) as Iterable<Uint8Array>)]));
  const page = await browser.newPage({ viewport: { width: 1000, height: 600 } });
  requests.length = 0;
  errors.length = 0;
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('dialog', (dialog) => {
    errors.push('dialog');
    void dialog.dismiss();
  });
  await page.goto(pathToFileURL(file).href);
  return page;
}

/** What is drawn: name, left edge and width as parts of a thousand of the picture's, and whether it is above the zoomed one. */
const DRAWN = `[...document.querySelectorAll('.boxes > g')]
  .filter((g) => g.style.display !== 'none')
  .map((g) => {
    const rect = g.querySelector('rect');
    const room = document.documentElement.clientWidth - 20;
    const [x, w] = ['x', 'width'].map((name) => Number(rect.getAttribute(name)));
    return [g.querySelector('title').textContent.split('\\n')[0], Math.round(1000 * (x - 10) / room), Math.round(1000 * w / room)].join(' ');
  })`;
const boxAt = (name: string) => `document.querySelector('.boxes').children[${name}]`;
const clickBox = (name: string) =>
  `[...document.querySelectorAll('.boxes > g')].find((g) => g.querySelector('title').textContent.startsWith('${name}\\n')).dispatchEvent(new MouseEvent('click', { bubbles: true }))`;

const PROFILE = `
  main;left@/app/a.js:3:1;work 30
  main;right@/app/b.js:9:1;work 40
  main;right@/app/b.js:9:1 20
  other 10`;
const WHOLE = [
  'all 0 1000',
  'main 0 900',
  'left 0 300',
  'work 0 300',
  'right 300 600',
  'work 300 400',
  'other 900 100',
];

describe('a flame graph in Chromium', () => {
  it('is as wide as the window, and requests nothing', async () => {
    const page = await opened(profileOf(PROFILE));
    expect(await page.evaluate(DRAWN)).toEqual(WHOLE);
    expect(await page.evaluate('document.documentElement.getAttribute("width")')).toBe('1000');
    expect(requests.filter((url) => !url.startsWith('file:'))).toEqual([]);
    expect(requests).toHaveLength(1);
    expect(errors).toEqual([]);
    await page.close();
  });

  it('zooms to a box and back', async () => {
    const page = await opened(profileOf(PROFILE));
    await page.evaluate(clickBox('right'));
    expect(await page.evaluate(DRAWN)).toEqual(['all 0 1000', 'main 0 1000', 'right 0 1000', 'work 0 667']);
    await page.keyboard.press('Escape');
    expect(await page.evaluate(DRAWN)).toEqual(WHOLE);
    await page.evaluate(clickBox('left'));
    await page.click('.button.reset');
    expect(await page.evaluate(DRAWN)).toEqual(WHOLE);
    await page.close();
  });

  it('searches names and files, and tells the share of the matches once', async () => {
    const page = await opened(profileOf(PROFILE));
    const found = async (text: string) => {
      await page.keyboard.press('/');
      await page.keyboard.type(text);
      const words = await page.textContent('.found');
      await page.keyboard.press('Escape');
      return words;
    };
    expect(await found('work')).toBe('70.0 % in 2 matches');
    expect(await found('^main|^left')).toBe('90.0 % in 2 matches');
    expect(await found('B.JS')).toBe('60.0 % in 1 match');
    expect(await found('(')).toBe('no match');
    expect(await page.textContent('.found')).toBe('');
    await page.close();
  });

  it('tells of the box under the pointer', async () => {
    const page = await opened(profileOf(PROFILE), { nameType: 'Function:' });
    await page.evaluate(`${boxAt('4')}.dispatchEvent(new MouseEvent('mouseover', { bubbles: true }))`);
    expect(await page.textContent('.about')).toBe('Function: right  ·  /app/b.js:9:1  ·  60 ms (60.0 %)');
    await page.evaluate(`${boxAt('4')}.dispatchEvent(new MouseEvent('mouseout', { bubbles: true }))`);
    expect(await page.textContent('.about')).toBe(' ');
    await page.close();
  });

  it('is walked and turned over by keys', async () => {
    const page = await opened(profileOf(PROFILE));
    for (const key of ['ArrowUp', 'ArrowUp', 'ArrowLeft']) await page.keyboard.press(key);
    expect(await page.textContent('.about')).toMatch(/^left /);
    await page.keyboard.press('Enter');
    expect(await page.evaluate(DRAWN)).toEqual(['all 0 1000', 'main 0 1000', 'left 0 1000', 'work 0 1000']);
    const y = () =>
      page.evaluate<number[]>(
        `[...document.querySelectorAll('.boxes rect')].slice(0, 2).map((each) => Number(each.getAttribute('y')))`,
      );
    const [all, main] = await y();
    expect(main).toBeLessThan(all);
    await page.keyboard.press('i');
    const [turnedAll, turnedMain] = await y();
    expect(turnedMain).toBeGreaterThan(turnedAll);
    expect(errors).toEqual([]);
    await page.close();
  });

  it('keeps its width when one is given', async () => {
    const page = await opened(profileOf(PROFILE), { imageWidth: 640 });
    expect(await page.evaluate('document.documentElement.getAttribute("width")')).toBe('640');
    await page.close();
  });
});

test('hostile names run nothing, request nothing and are text', async () => {
  const profile = profileOf('main 1');
  const names = Object.values(HOSTILE_NAMES);
  profile.info.command = names.slice(0, 9).join(' ');
  names.forEach((name, i) => {
    const script = profile.scripts.intern(name);
    const func = profile.functions.intern({ name, script, mapping: 0, line: 1, column: 2 }, 9, '');
    const frame = profile.frames.intern({
      func,
      line: 0,
      column: 0,
      tier: 0,
      kind: 0,
      inlined: 0,
      addressLo: 0,
      addressHi: 0,
    });
    profile.series[0].add(1000 + i, profile.stacks.intern(0, frame), 1e6);
  });
  const page = await opened(profile, {}, 'hostile');
  await page.evaluate(`document.querySelectorAll('.boxes > g').forEach((g) => {
    g.dispatchEvent(new MouseEvent('mouseover', { bubbles: true }));
    g.dispatchEvent(new MouseEvent('click', { bubbles: true }));
  })`);
  await page.keyboard.press('/');
  await page.keyboard.type('<img src=x onerror=alert(1)>');
  expect(await page.textContent('.found')).toMatch(/ in 1 match$/);
  expect(
    await page.evaluate(`[...document.querySelectorAll('*')].map(({ localName }) => localName)
      .filter((name) => !['svg', 'style', 'rect', 'title', 'g', 'text', 'script', 'foreignObject', 'input'].includes(name))`),
  ).toEqual([]);
  expect(await page.evaluate(`document.querySelectorAll('script').length`)).toBe(1);
  expect(requests).toHaveLength(1);
  expect(errors).toEqual([]);
  await page.close();
});
