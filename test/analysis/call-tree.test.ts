import { describe, expect, it } from 'vitest';
import { calleesFirst, callersFirst, mergeStacks } from '../../src/analysis/call-tree.js';
import { functionName } from '../../src/analysis/function-names.js';
import { heaviestStack } from '../../src/analysis/heaviest-stack.js';
import { select } from '../../src/analysis/selection.js';
import { profileOf } from '../profiles.js';
import { draw } from './trees.js';

const profile = profileOf(
  'main;a;c!1 10 \n main;a;c!2 5 \n main;b;c 8 \n main;b 2 \n [broken];c 3 \n [idle] 50',
);
const tree = mergeStacks(select(profile));

describe('the call tree', () => {
  it('merges stacks by function, heaviest first', () => {
    expect(draw(profile, tree, callersFirst(tree))).toBe(`
main 25
  a 15
    c 15 (15)
  b 10 (2)
    c 8 (8)
[broken] 3
  c 3 (3)
`);
  });

  it('inverted, starts at the innermost functions', () => {
    expect(draw(profile, tree, calleesFirst(tree))).toBe(`
c 26
  a 15
    main 15 (15)
  b 8
    main 8 (8)
  [broken] 3 (3)
b 2
  main 2 (2)
`);
  });

  it('of kept functions gives the others’ time to their callers', () => {
    const isA = (func: number) => functionName(profile, func) !== 'b';
    const kept = mergeStacks(select(profile), { keep: isA, dropMarkers: true });
    expect(draw(profile, kept, callersFirst(kept))).toBe(`
main 25 (2)
  a 15
    c 15 (15)
  c 8 (8)
c 3 (3)
`);
  });

  it('folds direct recursion only when asked', () => {
    const recursive = profileOf('f;f;g;f 3 \n f;f 2');
    const folded = mergeStacks(select(recursive), { foldRecursion: true });
    expect(draw(recursive, folded, callersFirst(folded))).toBe(`
f 5 (2)
  g 3
    f 3 (3)
`);
  });
});

describe('the heaviest stack', () => {
  /** As `name total`, outermost first. */
  const heaviest = (text: string) => {
    const made = profileOf(text);
    return heaviestStack(select(made))?.lines.map(({ key, total }) =>
      key < made.functions.length ? `${functionName(made, key)} ${total / 1e6}` : `marker ${total / 1e6}`,
    );
  };

  it('is the sequence of functions with the most weight', () => {
    expect(heaviest('main;a;x 10 \n main;b!1 6 \n main;b!2 6 \n main 3')).toEqual(['main 25', 'b 12']);
  });

  it('merges the depths of a recursion', () => {
    expect(heaviest('main;fib 5 \n main;fib;fib 5 \n main;fib;fib;fib 5 \n main;log 9')).toEqual([
      'main 24',
      'fib 15',
    ]);
  });

  it('keeps the marker of a stack without its root', () => {
    expect(heaviest('[broken];sha#system 9 \n main 2')).toEqual(['marker 9', 'sha 9']);
  });

  it('is none when nothing ran', () => {
    expect(heaviest('[idle] 3')).toBeUndefined();
  });
});
