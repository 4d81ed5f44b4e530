declare module 'tiny-dep' {
  export function sumOfSquares(limit: number): number;
}
