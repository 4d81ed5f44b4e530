import { Malformed } from '../../profile/malformed.js';

/** A text that is no JSON, or not the JSON that was expected: the sentence begins with its byte. */
export class JsonError extends Malformed {
  constructor(
    /** Byte of the text, from 0. */
    readonly byte: number,
    readonly what: string,
  ) {
    super(`byte ${byte}: ${what}`);
  }
}
