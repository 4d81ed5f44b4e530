import { describe, expect, it } from 'vitest';
import { findCulprits } from '../../src/analysis/culprit.js';
import { functionName } from '../../src/analysis/function-names.js';
import { functionWeights } from '../../src/analysis/functions.js';
import { partsInstead } from '../../src/analysis/instead.js';
import { select } from '../../src/analysis/selection.js';
import { Unit } from '../../src/profile/series.js';
import { profileOf } from '../profiles.js';

/** The culprits of a hand-made profile, as `name share %`. */
function culprits(text: string): string[] {
  const selection = select(profileOf(text));
  return findCulprits(selection, functionWeights(selection)).map(
    ({ func, total }) =>
      `${functionName(selection.profile, func)} ${Math.round((100 * total) / selection.total)} %`,
  );
}

/** What is said instead of a culprit. */
function instead(text: string, unit = Unit.CpuNs): string[] {
  return partsInstead(select(profileOf(text, { unit }))).map(
    ({ what, share }) => `${Math.round(share * 100)} % ${what}`,
  );
}

describe('the culprit', () => {
  it('is the function that burns in itself, not those that call it', () => {
    expect(culprits('main;serve;burn 90 \n main;serve 4 \n main;log 6')).toEqual(['burn 90 %']);
  });

  it('is the deepest with 30 % even where its caller has more', () => {
    expect(culprits('serve;parse 35 \n serve 25 \n serve;log 20 \n idleWork 20')).toEqual(['parse 35 %']);
  });

  it('is the function that calls a dependency that burns', () => {
    expect(culprits('serve;render;escape#dependency/pug;regexp#v8 80 \n serve;other 20')).toEqual([
      'render 80 %',
    ]);
  });

  it('is the function that called OpenSSL through Node', () => {
    expect(
      culprits(
        'serve;hashPassword;pbkdf2Sync@node:crypto#node-js;node::crypto::PBKDF2#node;sha512_block#system 95 \n serve 5',
      ),
    ).toEqual(['hashPassword 95 %']);
  });

  it('is the function whose garbage is collected', () => {
    expect(
      culprits('serve;build;concat#v8;v8::internal::Heap::CollectGarbage#v8 70 \n serve;build 30'),
    ).toEqual(['build 100 %']);
  });

  it('is a recursive function, which is not its own callee', () => {
    expect(culprits('main;fib;fib;fib 50 \n main;fib;fib 30 \n main;fib 20')).toEqual(['fib 100 %']);
  });

  it('is the one of two mutually recursive functions that burns', () => {
    expect(culprits('main;walk;visit;walk;visit 60 \n main;walk;visit 35 \n main;walk 5')).toEqual([
      'visit 95 %',
    ]);
  });

  it('is one of two mutually recursive functions that burn alike', () => {
    expect(culprits('main;even;odd;even 50 \n main;even;odd 50')).toHaveLength(1);
  });

  it('is the handler behind routers and Node frames', () => {
    const path = 'onRequest;handle#dependency/express;next#dependency/express';
    expect(
      culprits(`emit#node-js;${path};getUser;query#dependency/pg 70 \n emit#node-js;${path};other 30`),
    ).toEqual(['getUser 70 %', 'other 30 %']);
  });

  it('is an anonymous function known by its place', () => {
    expect(culprits('main;()@/app/a.js:3:9 60 \n main;()@/app/a.js:8:2 10 \n main 30')).toEqual([
      '(anonymous) 60 %',
    ]);
  });

  it('is the comparator when sorting spends most in it, else the sorter', () => {
    expect(culprits('sortAll;Array.sort#v8;compare 90 \n sortAll;Array.sort#v8 10')).toEqual([
      'compare 90 %',
    ]);
    expect(culprits('sortAll;Array.sort#v8;compare 20 \n sortAll;Array.sort#v8 80')).toEqual([
      'sortAll 100 %',
    ]);
  });

  it('is the top level of a script that works there', () => {
    expect(culprits('()@/app/main.js:1:1 90 \n ()@/app/main.js:1:1;log 10')).toEqual(['(top level) 100 %']);
  });

  it('adds up what an async function did before and after its awaits', () => {
    expect(culprits('serve;handler 20 \n microtasks#v8;handler 45 \n serve;other 35')).toEqual([
      'handler 65 %',
      'other 35 %',
    ]);
  });

  it('adds up what it does in all threads and under all callers', () => {
    expect(culprits('serve;resize 20 \n work;resize 20 \n serve;a 20 \n serve;b 20 \n serve;c 20')).toEqual([
      'resize 40 %',
    ]);
  });

  it('counts stacks without their root by their named functions', () => {
    expect(culprits('[truncated];burn 60 \n [broken];burn 20 \n [broken];sha512#system 20')).toEqual([
      'burn 80 %',
    ]);
  });

  it('is none for a function that passes 80 % on to one that is itself below 30 %', () => {
    expect(culprits('wrap;work 28 \n wrap 3 \n a 23 \n b 23 \n c 23')).toEqual([]);
  });

  it('takes 30 % and refuses less', () => {
    expect(culprits('a 30 \n b 29 \n c 21 \n d 20')).toEqual(['a 30 %']);
    expect(culprits('a 29 \n b 29 \n c 22 \n d 20')).toEqual([]);
  });

  it('ignores idle time', () => {
    expect(culprits('[idle] 900 \n serve;burn 90 \n serve 10')).toEqual(['burn 90 %']);
  });

  it('is none where nothing ran', () => {
    expect(culprits('')).toEqual([]);
    expect(culprits('[idle] 10')).toEqual([]);
  });
});

describe('instead of a culprit', () => {
  it('names the three heaviest application functions', () => {
    expect(instead('m;a 25 \n m;b 24 \n m;c 20 \n m;d 16 \n m;e 15')).toEqual(['25 % a', '24 % b', '20 % c']);
  });

  it('names garbage collection', () => {
    expect(instead('(garbage collector)#v8 71 \n serve;a 15 \n serve;b 14', Unit.WallNs)).toEqual([
      '71 % garbage collection',
    ]);
  });

  it('names packages and layers when the application hardly ran', () => {
    expect(instead('transform#dependency/babel 60 \n read#kernel 30 \n main 10')).toEqual([
      '60 % babel',
      '30 % the kernel layer',
      '10 % the application layer',
    ]);
  });

  it('has nothing to say when nothing ran', () => {
    expect(instead('[idle] 10', Unit.WallNs)).toEqual([]);
  });
});
