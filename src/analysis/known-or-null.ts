/** A number for JSON, which has no NaN: null where it is not known. */
export function knownOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
