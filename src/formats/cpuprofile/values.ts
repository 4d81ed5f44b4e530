import { Malformed } from '../../profile/malformed.js';

/** The model's whole microseconds fit a double. */
export const MAX_TIME = 2 ** 53;
export const MAX_LINE = 0xfffffffe;

/** A whole number within limits; `field` says for the error where it stands. */
export function integer(value: unknown, least: number, most: number, field: string): number {
  if (!Number.isInteger(value) || (value as number) < least || (value as number) > most) {
    throw new Malformed(`${field} is ${shown(value)}, not a whole number from ${least} to ${most}`);
  }
  return value as number;
}

/** A time must fit the model. `told` is what the file says, where that differs. */
export function time(value: unknown, field: string, told: unknown = value): number {
  if (typeof told !== 'number' || typeof value !== 'number' || !(value >= 0 && value <= MAX_TIME)) {
    throw new Malformed(`${field} is ${shown(told)}, which is no time in microseconds`);
  }
  return value;
}

/** An id of a node. */
export function nodeId(value: unknown, field: string): number {
  if (!Number.isSafeInteger(value)) throw new Malformed(`${field} is ${shown(value)}, not a whole number`);
  return value as number;
}

/** A value as an error message shows it. */
export function shown(value: unknown): string {
  if (typeof value === 'number' || value === undefined || value === null) return String(value);
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40));
  return Array.isArray(value) ? 'a list' : `of type ${typeof value}`;
}
