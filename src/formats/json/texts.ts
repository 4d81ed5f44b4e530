import { U32Column } from '../../profile/columns.js';
import { LIMITS } from '../../profile/limits.js';
import { Malformed } from '../../profile/malformed.js';
import { decodeSurrogates } from './escapes.js';

/** Index of a text in `Texts`; 0 is the empty one. */
export type TextId = number;

/**
 * The distinct texts of a JSON file, told apart by their bytes: a name that stands a million times in the file is
 * decoded once.
 */
export class Texts {
  private bytes = new Uint8Array(65_536);
  /** Where each text ends; it begins where the one before it does. */
  private readonly ends = new U32Column();
  private slots = new Uint32Array(1024);
  private readonly decoded: string[] = [''];
  /** Texts with lone halves of a surrogate pair, which UTF-8 cannot say. */
  private readonly withSurrogates = new Set<TextId>();
  private readonly decoder = new TextDecoder('utf-8', { ignoreBOM: true });

  constructor() {
    this.ends.push(0);
  }

  get length(): number {
    return this.ends.length;
  }

  get(id: TextId): string {
    const known = this.decoded[id];
    if (known !== undefined) return known;
    const bytes = this.bytes.subarray(this.ends.data[id - 1], this.ends.data[id]);
    const text = this.withSurrogates.has(id) ? decodeSurrogates(bytes) : this.decoder.decode(bytes);
    this.decoded[id] = text;
    return text;
  }

  /** The id of a text to compare with. */
  idOf(text: string): TextId {
    const bytes = new TextEncoder().encode(text);
    return this.intern(bytes, 0, bytes.length);
  }

  /** `surrogates`: whether the bytes hold lone surrogates, each in three bytes. */
  intern(bytes: Uint8Array, from: number, to: number, surrogates = false): TextId {
    if (from === to) return 0;
    const mask = this.slots.length - 1;
    let slot = hashOf(bytes, from, to) & mask;
    for (let id = this.slots[slot]; id !== 0; id = this.slots[slot]) {
      if (this.equals(id, bytes, from, to)) return id;
      slot = (slot + 1) & mask;
    }
    const id = this.append(bytes, from, to);
    if (surrogates) this.withSurrogates.add(id);
    this.slots[slot] = id;
    if (id * 2 > this.slots.length) this.grow();
    return id;
  }

  private equals(id: TextId, bytes: Uint8Array, from: number, to: number): boolean {
    let at = this.ends.data[id - 1];
    if (this.ends.data[id] - at !== to - from) return false;
    for (let i = from; i < to; i++) if (this.bytes[at++] !== bytes[i]) return false;
    return true;
  }

  private append(bytes: Uint8Array, from: number, to: number): TextId {
    const id = this.length;
    const begin = this.ends.data[id - 1];
    const end = begin + to - from;
    if (id >= LIMITS.strings) throw new Malformed(`there are more than ${LIMITS.strings} different texts`);
    if (end > LIMITS.textBytes) {
      throw new Malformed(`its texts together have more than ${LIMITS.textBytes} bytes`);
    }
    if (end > this.bytes.length) {
      const grown = new Uint8Array(Math.max(end, this.bytes.length * 2));
      grown.set(this.bytes);
      this.bytes = grown;
    }
    this.bytes.set(bytes.subarray(from, to), begin);
    this.ends.push(end);
    return id;
  }

  private grow(): void {
    const slots = new Uint32Array(this.slots.length * 4);
    const mask = slots.length - 1;
    for (let id = 1; id < this.length; id++) {
      let slot = hashOf(this.bytes, this.ends.data[id - 1], this.ends.data[id]) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = id;
    }
    this.slots = slots;
  }
}

function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
