/** JSON as pieces of text, or of bytes where there is much of it. */

export type Piece = string | Uint8Array;

/** Characters after which a text is handed on. */
const PIECE = 65_536;
/** Items of a list that are made into text at a time: in one go it is fast, and whole lists are large. */
const AT_ONCE = 4096;

/** What JSON can say. */
export type Value = string | number | boolean | null | object;

/** A list of `length` items. */
export function* list(length: number, item: (index: number) => Value): Generator<string> {
  yield '[';
  for (let from = 0; from < length; from += AT_ONCE) {
    const values: Value[] = [];
    const to = Math.min(from + AT_ONCE, length);
    for (let i = from; i < to; i++) values.push(item(i));
    const text = JSON.stringify(values);
    yield `${from === 0 ? '' : ','}${text.slice(1, -1)}`;
  }
  yield ']';
}

/** An object with the pieces of each field's value. */
export function* object(fields: Readonly<Record<string, Iterable<Piece>>>): Generator<Piece> {
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
  columns: Readonly<Record<string, Iterable<Piece> | ((row: number) => Value)>>,
): Generator<Piece> {
  const lists = Object.entries(columns).map(([name, column]) => [
    name,
    typeof column === 'function' ? list(length, column) : column,
  ]);
  return object({ ...Object.fromEntries(lists), length: whole(length) });
}

/** Bytes of the pieces, texts some together. */
export function* encoded(pieces: Iterable<Piece>): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  let text = '';
  for (const piece of pieces) {
    const isText = typeof piece === 'string';
    if (isText) text += piece;
    if (text !== '' && (!isText || text.length >= PIECE)) {
      yield encoder.encode(text);
      text = '';
    }
    if (!isText) yield piece;
  }
  if (text !== '') yield encoder.encode(text);
}

/** A number where 0, or what is none, is not known. */
export function orNull(value: number): number | null {
  return value > 0 ? value : null;
}
