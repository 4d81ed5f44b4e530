export interface Range {
  readonly from: number;
  readonly to: number;
}

export function countPrimes(range: Range): number {
  let count = 0;
  for (let n = range.from; n < range.to; n++) if (isPrime(n)) count++;
  return count;
}

const isPrime = (candidate: number): boolean => {
  for (let i = 2; i < candidate; i++) if (candidate % i === 0) return false;
  return candidate > 1;
};

export class Collatz {
  #steps = 0;

  constructor(private readonly start: number) {
    for (let i = 0; i < 2e6; i++) this.#steps = (this.#steps + i) % 97;
  }

  length(): number {
    let steps = 0;
    for (let round = 0; round < 2e4; round++) {
      for (let n = this.start; n !== 1; steps++) n = n % 2 === 0 ? n / 2 : 3 * n + 1;
    }
    return steps + this.#spin();
  }

  #spin(): number {
    let sum = this.#steps;
    for (let i = 0; i < 2e6; i++) sum = (sum + i) % 7;
    return sum;
  }

  get doubled(): number {
    let sum = 0;
    for (let i = 0; i < 2e6; i++) sum = (sum + i * 2) % 7;
    return sum;
  }

  static async make(start: number): Promise<Collatz> {
    let sum = 0;
    for (let i = 0; i < 2e6; i++) sum = (sum + i * 3) % 7;
    return new Collatz(start + sum * 0);
  }
}
