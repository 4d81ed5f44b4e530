const STEPS: readonly (readonly [unit: string, ms: number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
];

/** A time in its largest unit: `12 s`, `5 min`, `3 h`, `40 d`. */
export function age(ms: number): string {
  const [unit, size] = STEPS.find(([, step]) => ms >= step) ?? ['s', 1000];
  return `${Math.floor(ms / size)} ${unit}`;
}
