import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { functionName } from '../../../src/analysis/function-names.js';
import { MATCHED_LENGTH } from '../../../src/analysis/function-patterns.js';
import { HIDE_NAMES, type View, type ViewOptions, viewProfile } from '../../../src/analysis/view/index.js';
import { withFrames, withoutStacks } from '../../../src/analysis/view/restacked.js';
import { FrameKind } from '../../../src/profile/frames.js';
import type { Profile } from '../../../src/profile/profile.js';
import { Unit } from '../../../src/profile/series.js';
import { ROOT, type StackId } from '../../../src/profile/stacks.js';
import { validate } from '../../../src/profile/validate.js';
import { generatedProfile } from '../../profile/generated-profile.js';
import { plain } from '../../profile/plain-profile.js';
import { addSamples, internStack, profileOf } from '../../profiles.js';

/** The stacks of a profile with their weight in ms, outermost first, one a line. */
function stacksOf(profile: Profile): string[] {
  const lines = new Map<string, number>();
  for (const { pending, stacks, weights } of profile.series) {
    for (let i = 0; i < pending; i++) {
      const line = stackText(profile, stacks.data[i]);
      lines.set(line, (lines.get(line) ?? 0) + weights.data[i] / 1e6);
    }
  }
  return [...lines].map(([line, ms]) => `${line} ${ms}`).sort();
}

function stackText(profile: Profile, stack: StackId): string {
  const { parent, frame } = profile.stacks.columns;
  const names: string[] = [];
  for (let at = stack; at !== ROOT; at = parent.data[at]) {
    const kind = profile.frames.kind(frame.data[at]);
    const name = functionName(profile, profile.frames.func(frame.data[at]));
    names.unshift(kind === FrameKind.Call ? name : `[${FrameKind[kind].toLowerCase()}]`);
  }
  return names.join(';');
}

const foldedOf = ({ profile, folded }: View) =>
  folded.map(({ from, into, weight }) => {
    return `${functionName(profile, from)} -> ${functionName(profile, into)} ${weight / 1e6}`;
  });

const SERVER = `
  start#libc;run#node;main;handle@/app/node_modules/express/r.js:3#dependency/express;next@/app/node_modules/express/l.js:9#dependency/express;render;concat#v8;memmove#libc 40
  start#libc;run#node;main;render;render;render 10
  start#libc;run#node;main 5
  start#libc;run#node 3
  [broken];read#kernel 2
  [idle] 100`;

const view = (text: string, options: ViewOptions) => viewProfile(profileOf(text), options);

describe('hiding', () => {
  it('gives the time of what is hidden to its caller, and says so', () => {
    const seen = view(SERVER, { hide: ['v8', 'libc'] });
    expect(stacksOf(seen.profile)).toEqual([
      '[broken];read 2',
      '[idle] 100',
      'run 3',
      'run;main 5',
      'run;main;handle;next;render 40',
      'run;main;render;render;render 10',
    ]);
    expect(foldedOf(seen)).toEqual(['memmove -> render 40']);
    expect(seen.foldedWeight).toBe(40e6);
    expect(seen.leftOutSamples).toBe(0);
  });

  it('lets what has nothing left stand as (hidden)', () => {
    const seen = view(SERVER, { onlyApp: true });
    expect(stacksOf(seen.profile)).toEqual([
      '(hidden) 3',
      '[broken] 2',
      '[idle] 100',
      'main 5',
      'main;render 40',
      'main;render;render;render 10',
    ]);
    expect(foldedOf(seen)).toContain('run -> (hidden) 3');
  });

  it('knows the groups of cpuprofilify', () => {
    const text = `
      __libc_start_main#libc;node::Start(int, char**)#node;v8::Script::Run(int)#v8;main;v8::internal::Invoke#v8 1
      main;v8::internal::Heap::Scavenge()#v8 2
      main;0x36197f706425#unknown 4
      main;#unknown 8`;
    const hidden = (hide: string[]) => stacksOf(view(text, { hide }).profile);
    expect(hidden(['v8internals'])).toEqual([
      '__libc_start_main;v8::Script::Run(int);main 1',
      'main;0x36197f706425 4',
      'main;[unknown] 8',
      'main;v8::internal::Heap::Scavenge() 2',
    ]);
    expect(hidden(['v8gc'])).toContain('main 2');
    expect(hidden(['sysinternals'])[0]).toBe('main;0x36197f706425 4');
    expect(hidden(['unresolved'])).toContain('main 12');
  });

  it('refuses what it does not know', () => {
    expect(HIDE_NAMES).toContain('dependencies');
    expect(() => view(SERVER, { hide: ['everything'] })).toThrow(RangeError);
  });
});

describe('collapsing', () => {
  it('makes one frame of those of a package', () => {
    const seen = view(SERVER, { collapse: ['package'] });
    expect(stacksOf(seen.profile)).toContain('start;run;main;express;render;concat;memmove 40');
  });

  it('makes one of a function that calls itself', () => {
    const seen = view(SERVER, { collapse: ['recursion'] });
    expect(stacksOf(seen.profile)).toContain('start;run;main;render 10');
    expect(seen.foldedWeight).toBe(0);
  });

  it('makes one of those of a layer, but for the application', () => {
    const seen = view(SERVER, { collapse: ['layer'] });
    expect(stacksOf(seen.profile)).toEqual([
      '[broken];[kernel] 2',
      '[idle] 100',
      '[libc];[node] 3',
      '[libc];[node];main 5',
      '[libc];[node];main;[dependency];render;[v8];[libc] 40',
      '[libc];[node];main;render;render;render 10',
    ]);
  });
});

describe('focusing and dropping', () => {
  it('begins stacks at the outermost match and leaves others out, but for idle time', () => {
    const seen = view(SERVER, { focus: /^render / });
    expect(stacksOf(seen.profile)).toEqual([
      '[idle] 100',
      'render;concat;memmove 40',
      'render;render;render 10',
    ]);
    expect(seen).toMatchObject({ leftOutSamples: 3, leftOutWeight: 10e6 });
  });

  it('leaves out what has a match anywhere', () => {
    const seen = view(SERVER, { drop: /express/ });
    expect(stacksOf(seen.profile)).not.toContain(expect.stringContaining('handle'));
    expect(seen).toMatchObject({ leftOutSamples: 1, leftOutWeight: 40e6 });
  });

  it('tries a pattern on the beginning of a name alone', () => {
    const name = `${'a'.repeat(MATCHED_LENGTH)}b`;
    expect(view(`${name} 1`, { drop: /b@?/ }).leftOutSamples).toBe(0);
    expect(view(`${name.slice(1)} 1`, { drop: /b@?/ }).leftOutSamples).toBe(1);
  });
});

test('operations keep stacks that are there', () => {
  const profile = profileOf('main;lib#dependency/lib 1');
  const stack = internStack(profile, 'main;lib#dependency/lib;deep#libc');
  profile.operations.add({ kind: 1, thread: 0, stack, cause: profile.series[0].stacks.data[0] });
  const { profile: seen } = viewProfile(profile, { hide: ['libc', 'dependency'] });
  const { stack: did, cause } = seen.operations.columns;
  expect([did, cause].map(({ data }) => stackText(seen, data[0]))).toEqual(['main', 'main']);
  expect(profile.operations.columns.stack.data[0]).toBe(stack);
});

test('a sample keeps its CPU time beside its weight', () => {
  const profile = profileOf('main 1');
  const series = profile.addSeries(0, 'v8', Unit.WallNs, true, true);
  series.add(0, internStack(profile, 'main;concat#v8'), 5e6, 2e6);
  const { profile: seen } = viewProfile(profile, { hide: ['v8'] });
  expect(seen.series[1].totalCpu).toBe(2e6);
});

test('stacks of 50,000 frames are no deeper than others', () => {
  const profile = profileOf('main 1');
  let stack = internStack(profile, 'main');
  const frames = ['f', 'g#v8', 'f'].map(
    (name) => profile.stacks.columns.frame.data[internStack(profile, name)],
  );
  for (let i = 0; i < 50_000; i++) stack = profile.stacks.intern(stack, frames[i % 3]);
  profile.series[0].add(2000, stack, 1e6);
  const { profile: seen } = viewProfile(profile, { hide: ['v8'], collapse: ['recursion'] });
  expect(stacksOf(seen)).toEqual(['main 1', 'main;f 1']);
});

test('other frames can stand for frames, and stacks can be left out', () => {
  const profile = profileOf('a;b 2\na 1');
  const same = withFrames(profile, ({ frames }) =>
    Uint32Array.from({ length: frames.length }, (_, id) => id),
  );
  expect(stacksOf(same)).toEqual(stacksOf(profile));
  const leave = Uint8Array.from({ length: profile.stacks.length }, (_, id) =>
    stackText(profile, id) === 'a' ? 1 : 0,
  );
  expect(stacksOf(withoutStacks(profile, leave))).toEqual(['a;b 2']);
});

describe('whatever is recorded and looked at', () => {
  const options = fc.record(
    {
      hide: fc.subarray([...HIDE_NAMES]),
      onlyApp: fc.boolean(),
      collapse: fc.subarray(['package', 'recursion', 'layer'] as const),
      focus: fc.constantFrom(/a/, /^.?$/, /b/u),
      drop: fc.constantFrom(/x/, /^$/, /e/u),
    },
    { requiredKeys: [] },
  );

  it('conserves every weight, in a profile that is sound, and leaves the recording as it is', () => {
    fc.assert(
      fc.property(generatedProfile, options, (profile, chosen) => {
        const { strings: _, ...before } = plain(profile);
        const seen = viewProfile(profile, chosen as ViewOptions);
        validate(seen.profile);
        const { strings: __, ...after } = plain(profile);
        expect(after).toEqual(before);
        const samples = (of: Profile) => of.series.reduce((sum, { pending }) => sum + pending, 0);
        const isWhole = chosen.focus === undefined && chosen.drop === undefined;
        if (isWhole) {
          expect(samples(seen.profile)).toBe(samples(profile));
          expect(seen.leftOutSamples).toBe(0);
        }
        const kept = seen.measure.series.map((series) => seen.profile.series[profile.series.indexOf(series)]);
        const all = seen.measure.series.reduce((sum, { pending }) => sum + pending, 0);
        expect(kept.reduce((sum, { pending }) => sum + pending, 0) + seen.leftOutSamples).toBe(all);
        const folded = seen.folded.reduce((sum, { weight }) => sum + weight, 0);
        expect(folded).toBeCloseTo(seen.foldedWeight, 0);
      }),
      { numRuns: 150 },
    );
  });

  it('is the same when it is hidden twice', () => {
    fc.assert(
      fc.property(generatedProfile, fc.subarray([...HIDE_NAMES]), (profile, hide) => {
        // What nothing is left of is of no known layer: that would be hidden again, and be the same.
        const once = viewProfile(profile, { hide });
        const twice = viewProfile(once.profile, { hide });
        expect(stacksOf(twice.profile)).toEqual(stacksOf(once.profile));
      }),
      { numRuns: 50 },
    );
  });
});

test('two events are looked at alike, and told of one', () => {
  const profile = profileOf('main;concat#v8 4');
  addSamples(profile, 0, 'main;concat#v8 7', { unit: Unit.Count, event: 'faults' });
  const seen = viewProfile(profile, { hide: ['v8'] });
  expect(seen.profile.series.map(({ totalWeight }) => totalWeight)).toEqual([4e6, 7e6]);
  expect(seen.foldedWeight).toBe(4e6);
});
