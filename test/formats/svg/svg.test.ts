import { describe, expect, it, test } from 'vitest';
import { svg } from '../../../src/formats/svg/index.js';
import { MAX_NAME } from '../../../src/formats/svg/markup.js';
import type { FlameGraphOptions } from '../../../src/formats/svg/options.js';
import { PALETTES } from '../../../src/formats/svg/palettes.js';
import type { Profile } from '../../../src/profile/profile.js';
import { Unit } from '../../../src/profile/series.js';
import { ThreadRole } from '../../../src/profile/threads.js';
import { HOSTILE_NAMES } from '../../hostile-names.js';
import { addSamples, addThread, internStack, profileOf } from '../../profiles.js';
import { type Element, elementsOf, parseXml } from '../parsers.js';

function textOf(profile: Profile, flameGraph: FlameGraphOptions = {}): string {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const pieces = svg.write!(profile, { flameGraph }) as Iterable<Uint8Array>;
  return [...pieces].map((piece) => decoder.decode(piece)).join('');
}

interface Box {
  readonly tip: readonly string[];
  readonly label: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly fill: string;
}

function boxesOf(root: Element): Box[] {
  const holder = elementsOf(root).find(({ attributes }) => attributes['class'] === 'boxes')!;
  return holder.children.map(({ children: [title, rect, text] }) => ({
    tip: title.text.split('\n'),
    label: text?.text ?? '',
    x: Number(rect.attributes['x']),
    y: Number(rect.attributes['y']),
    width: Number(rect.attributes['width']),
    fill: rect.attributes['fill'],
  }));
}

const drawn = async (profile: Profile, options?: FlameGraphOptions) =>
  boxesOf(await parseXml(textOf(profile, options)));
const named = (boxes: readonly Box[], name: string) => boxes.find(({ tip }) => tip[0] === name)!;

const PROFILE = `
  main;left@/app/a.js:3:1 30
  main;right@/app/a.js:9:1;concat#v8 50
  main 10
  other 10
  [idle] 900`;

describe('boxes', () => {
  it('are as wide as their share, stand on their callers, and are in order of their names', async () => {
    const boxes = await drawn(profileOf(PROFILE));
    expect(boxes.map(({ tip }) => tip[0])).toEqual(['all', 'main', 'left', 'right', 'concat', 'other']);
    const widths = boxes.map(({ width }) => Math.round((1000 * width) / 1180));
    expect(widths).toEqual([1000, 900, 300, 500, 500, 100]);
    expect(boxes.map(({ x }) => Math.round((1000 * (x - 10)) / 1180))).toEqual([0, 0, 0, 300, 300, 900]);
    const [all, main, left] = boxes;
    expect(main.y).toBe(all.y - 18);
    expect(left.y).toBe(main.y - 18);
  });

  it('tell what they are', async () => {
    const boxes = await drawn(profileOf(PROFILE));
    expect(named(boxes, 'left').tip).toEqual(['left', '/app/a.js:3:1', '30 ms (30.0 %)']);
    expect(named(boxes, 'left').label).toBe('left');
    expect(named(boxes, 'concat').tip).toEqual(['concat', '50 ms (50.0 %)']);
  });

  it('stand below their callers when inverted', async () => {
    const [all, main] = await drawn(profileOf(PROFILE), { inverted: true });
    expect(main.y).toBe(all.y + 18);
  });

  it('are of processes and threads where there are several', async () => {
    const profile = profileOf('main 6');
    addSamples(profile, addThread(profile, { tid: 2, role: ThreadRole.Gc }), 'collect#v8 2');
    addSamples(profile, addThread(profile, { tid: 3, role: ThreadRole.Gc }), 'collect#v8 2');
    expect((await drawn(profile)).map(({ tip }) => tip[0])).toEqual(['all', 'gc', 'collect', 'main', 'main']);
    const process = profile.processes.add({ pid: 9, parent: 0, start: 0, command: 'node b.js' });
    addSamples(profile, addThread(profile, { tid: 9, process }), 'b 10');
    const boxes = await drawn(profile);
    expect(named(boxes, 'node b.js').width).toBeCloseTo(1180 / 2, 1);
    expect(named(boxes, 'node main.js').tip[1]).toBe('process 1');
  });

  it('that are too narrow are left out, and all below them', async () => {
    const profile = profileOf('main;wide 100000\nmain;narrow;deep 1');
    expect((await drawn(profile)).map(({ tip }) => tip[0])).toEqual(['all', 'main', 'wide']);
    expect(await drawn(profile, { minWidth: 0.001 })).toHaveLength(5);
  });

  it('are numbers of samples when they are counted', async () => {
    const boxes = await drawn(profileOf('a 1\na 1\nb 98'), { countName: 'hits & <more>', factor: 1000 });
    expect(named(boxes, 'a').tip.at(-1)).toBe('2,000 hits & <more> (66.7 %)');
  });

  it('count as many as a sample without a time stands for', async () => {
    const profile = profileOf('main 1');
    profile.series.length = 0;
    profile.addSeries(0, 'samples', Unit.Count, false).add(0, 1, 41);
    const boxes = await drawn(profile, { countName: 'samples' });
    expect(named(boxes, 'main').tip.at(-1)).toBe('41 samples (100.0 %)');
  });

  it('of another event are not mixed in', async () => {
    const profile = profileOf('main 1');
    addSamples(profile, 0, 'fault 99', { unit: Unit.Count, event: 'faults' });
    expect((await drawn(profile)).map(({ tip }) => tip[0])).toEqual(['all', 'main']);
  });
});

test.each(PALETTES)('palette %s gives a function the same colour in every picture', async (colors) => {
  const [first, second] = await Promise.all(
    ['main;concat#v8 1\nmain;read#kernel 1', 'other 5\nmain;read#kernel;concat#v8 7'].map((text) =>
      drawn(profileOf(text), { colors }),
    ),
  );
  for (const name of ['main', 'concat', 'read']) {
    expect(named(first, name).fill).toMatch(/^#[0-9a-f]{6}$/);
    expect(named(second, name).fill).toBe(named(first, name).fill);
  }
});

test('layers have a legend, palettes by name have none', async () => {
  const profile = profileOf('main;concat#v8 1');
  const texts = async (options: FlameGraphOptions) =>
    elementsOf(await parseXml(textOf(profile, options))).map(({ text }) => text);
  expect(await texts({})).toEqual(expect.arrayContaining(['application', 'v8']));
  expect(await texts({ colors: 'hot' })).not.toContain('application');
});

test('stacks of 12,000 frames are drawn', async () => {
  const profile = profileOf('main 1');
  let stack = internStack(profile, 'main');
  for (let i = 0; i < 12_000; i++)
    stack = profile.stacks.intern(stack, profile.stacks.columns.frame.data[stack]);
  profile.series[0].add(2000, stack, 1e6);
  const boxes = await drawn(profile);
  expect(boxes).toHaveLength(12_002);
  expect(boxes.at(-1)!.y).toBeLessThan(100);
});

test('an empty recording is a picture', async () => {
  const profile = profileOf('');
  expect((await drawn(profile)).map(({ tip }) => tip)).toEqual([['all', expect.stringMatching(/^0/)]]);
});

describe('hostile names', () => {
  const names = Object.values(HOSTILE_NAMES);

  function hostile(): Profile {
    const profile = profileOf('main 1');
    profile.info.command = names.slice(0, 12).join(' ');
    names.forEach((name, i) => {
      const script = profile.scripts.intern(name);
      const mapping = profile.mappings.intern(name, '');
      const at = [
        profile.functions.intern({ name, script, mapping: 0, line: 1, column: 2 }, 9, name),
        profile.functions.intern({ name, script: 0, mapping, line: 0, column: 0 }, 2, ''),
      ].map((func) =>
        profile.frames.intern({
          func,
          line: 0,
          column: 0,
          tier: 0,
          kind: 0,
          inlined: 0,
          addressLo: 0,
          addressHi: 0,
        }),
      );
      const stack = profile.stacks.intern(profile.stacks.intern(0, at[0]), at[1]);
      profile.series[0].add(i, stack, 1e6);
      const process = profile.processes.add({ pid: i + 2, parent: 0, start: 0, command: name });
      profile
        .addSeries(addThread(profile, { tid: 5 + i, process, name }), 'cpu-clock', Unit.CpuNs)
        .add(0, stack, 1e6);
    });
    return profile;
  }

  it('are text, and no more elements than a tame recording has', async () => {
    const options = {
      title: names.join(' '),
      nameType: names.join(''),
      fontFamily: `x" onload="alert(1)`,
      background: ['red"/>', '<script>'],
    } as const;
    const root = await parseXml(textOf(hostile(), options));
    const all = elementsOf(root);
    expect(all.filter(({ name }) => name === 'script')).toHaveLength(1);
    expect(new Set(all.map(({ name }) => name))).toEqual(
      new Set(['svg', 'style', 'linearGradient', 'stop', 'rect', 'title', 'g', 'text', 'script']),
    );
    for (const { attributes } of all) {
      expect(Object.keys(attributes).filter((name) => /^on|href|^src/i.test(name))).toEqual([]);
    }
    const tips = new Set(boxesOf(root).map(({ tip }) => tip[0]));
    for (const name of [
      '<img src=x onerror=alert(1)>',
      ']]>',
      '__proto__',
      '</script><script>alert(1)</script>',
      '\\x1b[2J\\x1b[H',
      'a\\ud800b',
    ]) {
      expect(tips).toContain(name);
    }
    for (const { tip } of boxesOf(root)) expect(tip[0].length).toBeLessThanOrEqual(MAX_NAME * 6);
  });

  it('bring nothing that steers into the picture', () => {
    expect(textOf(hostile()).replaceAll('\n', '')).not.toMatch(
      /[\p{Cc}\p{Cs}\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/u,
    );
  });
});

test('what tells no layers has colours by name', async () => {
  const plain = (text: string) => drawn(profileOf(text.replace(/\w+(?=[; ])/g, '$&#unknown')));
  const boxes = await plain('main;left 1\nmain;right 1');
  expect(new Set(boxes.map(({ fill }) => fill)).size).toBe(4);
  expect(named(boxes, 'left').fill).toBe(
    named(await drawn(profileOf('left 1'), { colors: 'hot' }), 'left').fill,
  );
});
