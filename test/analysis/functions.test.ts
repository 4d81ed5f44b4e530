import { describe, expect, it } from 'vitest';
import { fileWeights } from '../../src/analysis/files.js';
import { functionName } from '../../src/analysis/function-names.js';
import { functionWeights } from '../../src/analysis/functions.js';
import { layerWeights } from '../../src/analysis/layers.js';
import { packageWeights } from '../../src/analysis/packages.js';
import { type SelectionOptions, select } from '../../src/analysis/selection.js';
import { tierShares } from '../../src/analysis/tier-shares.js';
import { LAYER_NAMES } from '../../src/profile/layers.js';
import type { Profile } from '../../src/profile/profile.js';
import { profileOf } from '../profiles.js';

/** The functions of a profile as `name self/total`, in ms. */
function functions(profile: Profile, options: SelectionOptions = {}): string[] {
  return functionWeights(select(profile, options)).map(
    ({ func, self, total }) => `${functionName(profile, func)} ${self / 1e6}/${total / 1e6}`,
  );
}

describe('weights of functions', () => {
  it('split into self and total', () => {
    expect(functions(profileOf('a;b;c 5 \n a;b 3 \n a 2'))).toEqual(['c 5/5', 'b 3/8', 'a 2/10']);
  });

  it('count recursion once, direct and indirect', () => {
    expect(functions(profileOf('f;f;f 5 \n f;g;f 3 \n f 2'))).toEqual(['f 10/10', 'g 0/3']);
  });

  it('merge the lines and tiers that ran', () => {
    const profile = profileOf('f~interpreted!3 10 \n f~turbofan!4 30');
    expect(functions(profile)).toEqual(['f 40/40']);
    expect(tierShares(functionWeights(select(profile))[0].tiers)).toEqual({
      interpreted: 0.25,
      turbofan: 0.75,
    });
  });

  it('do not take markers for functions', () => {
    expect(functions(profileOf('[truncated];a 4 \n [broken] 3 \n [idle] 9 \n [async];b 1'))).toEqual([
      'a 4/4',
      'b 1/1',
    ]);
  });

  it('give the time of a marker at the end of a stack to the function above it', () => {
    expect(functions(profileOf('a;[async] 4'))).toEqual(['a 4/4']);
  });

  it('keep functions of one name apart by their place', () => {
    expect(functions(profileOf('f@/a.js:1:5 4 \n f@/b.js:1:5 3 \n f@/a.js:9:5 2'))).toEqual([
      'f 4/4',
      'f 3/3',
      'f 2/2',
    ]);
  });

  it('survive a recursion of 100,000 frames', () => {
    const deep = Array.from({ length: 100_000 }, (_, i) => (i % 2 ? 'odd' : 'even')).join(';');
    expect(functions(profileOf(`${deep} 7`))).toEqual(['odd 7/7', 'even 0/7']);
  });
});

describe('names', () => {
  it('tell anonymous functions, top-level code and unnamed native code apart', () => {
    const profile = profileOf('()@/a.js:4:2 3 \n ()@/a.js:1:1 2 \n ()@/lib.so#system 1');
    expect(functions(profile)).toEqual(['(anonymous) 3/3', '(top level) 2/2', '[unknown] 1/1']);
  });
});

describe('weights of layers, packages and files', () => {
  const profile = profileOf(`
    main@/app/main.js;get#dependency/pg;get2#dependency/pg;send@/libc.so#libc;sys_send#kernel  40
    main@/app/main.js;get#dependency/pg                                                         10
    [broken]                                                                                     2
    [broken];memcpy@/libc.so#libc                                                                8
  `);

  it('give each sample to the layer of its innermost function', () => {
    const layers = layerWeights(select(profile)).map(
      ({ layer, self, total }) => `${LAYER_NAMES[layer]} ${self / 1e6}/${total / 1e6}`,
    );
    expect(layers).toEqual([
      'kernel 40/40',
      'dependency 10/50',
      'libc 8/48',
      'unknown 2/2',
      'application 0/50',
    ]);
  });

  it('count a package once a stack', () => {
    expect(packageWeights(select(profile))).toEqual([{ name: 'pg', self: 10e6, total: 50e6 }]);
  });

  it('count a file once a stack, scripts and binaries alike', () => {
    const files = fileWeights(select(profileOf('a@/x.js;b@/x.js;c@/l.so#libc 3 \n d@file:///x.js 1')));
    expect(files).toEqual([
      { name: '/l.so', self: 3e6, total: 3e6 },
      { name: '/x.js', self: 1e6, total: 4e6 },
    ]);
  });
});
