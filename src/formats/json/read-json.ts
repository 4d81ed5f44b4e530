import type { Source } from '../format.js';
import { type Ending, JsonScanner } from './scanner.js';
import type { Shape } from './shape.js';
import type { Texts } from './texts.js';

/**
 * Reads a source as one JSON text into what `shape` asks for. Returns how it ended: one that was cut is read
 * up to there, its last objects and lists without their `end`.
 * @throws Malformed naming the byte of what is no JSON or not of that shape, and what the shape's functions throw
 */
export async function readJson(source: Source, shape: Shape, texts: Texts): Promise<Ending> {
  const scanner = new JsonScanner(shape, texts);
  for await (const piece of source.chunks()) scanner.push(piece);
  return scanner.end();
}
