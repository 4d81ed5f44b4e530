import { sumOfSquares } from 'tiny-dep';
import { Collatz, countPrimes } from './numbers.js';

const longestChain = async (limit: number): Promise<number> => {
  let best = 0;
  for (let n = limit - 2; n < limit; n++) {
    const chain = await Collatz.make(n);
    best = Math.max(best, chain.length() + chain.doubled);
  }
  return best;
};

/** Runs for as many milliseconds as its argument says. */
async function main(): Promise<void> {
  const until = performance.now() + Number(process.argv[2]);
  let total = 0;
  while (performance.now() < until) {
    total += sumOfSquares(4e6) + countPrimes({ from: 4000, to: 5000 }) + (await longestChain(30));
  }
  console.log(total > 0);
}

void main();
