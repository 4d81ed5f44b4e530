/** JSON as pieces of text. */

/** Characters after which a text is handed on. */
const PIECE = 65_536;

/** A list of `length` items, each as JSON. */
export function* list(length: number, item: (index: number) => string | number): Generator<string> {
  let text = '[';
  for (let i = 0; i < length; i++) {
    text += i === 0 ? item(i) : `,${item(i)}`;
    if (text.length < PIECE) continue;
    yield text;
    text = '';
  }
  yield `${text}]`;
}

/** An object with the pieces of each field's value. */
export function* object(fields: Readonly<Record<string, Iterable<string>>>): Generator<string> {
  let before = '{';
  for (const [name, value] of Object.entries(fields)) {
    yield `${before}${JSON.stringify(name)}:`;
    yield* value;
    before = ',';
  }
  yield before === '{' ? '{}' : '}';
}

/** A value of a size that needs no pieces. */
export function* whole(value: unknown): Generator<string> {
  yield JSON.stringify(value);
}

/** A table: its columns, and how many rows it has. */
export function table(
  length: number,
  columns: Readonly<Record<string, (row: number) => string | number>>,
): Generator<string> {
  const lists = Object.entries(columns).map(([name, item]) => [name, list(length, item)]);
  return object({ ...Object.fromEntries(lists), length: whole(length) });
}

/** Bytes of the pieces, some together. */
export function* encoded(pieces: Iterable<string>): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length < PIECE) continue;
    yield encoder.encode(text);
    text = '';
  }
  yield encoder.encode(text);
}

/** JSON of a number where 0, or what is none, is not known. */
export function orNull(value: number): string | number {
  return value > 0 ? value : 'null';
}
