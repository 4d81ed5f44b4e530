import type { Shape } from './shape.js';
import type { Texts } from './texts.js';

/** A number that is put into a field of the object at hand; `convert` may check it. */
export function numberInto<K extends string>(
  owner: () => Record<K, number | undefined>,
  key: K,
  convert: (value: number) => number = (value) => value,
): Shape {
  return {
    number: (value) => {
      owner()[key] = convert(value);
    },
  };
}

/** A text that is put into a field of the object at hand. */
export function textInto<K extends string>(
  texts: Texts,
  owner: () => Record<K, string | undefined>,
  key: K,
): Shape {
  return {
    text: (id) => {
      owner()[key] = texts.get(id);
    },
  };
}
