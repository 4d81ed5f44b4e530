'use strict';

/** Stands in a node_modules folder when the program is bundled. */
exports.sumOfSquares = function sumOfSquares(limit) {
  let sum = 0;
  for (let i = 0; i < limit; i++) sum = (sum + i * i) % 1000003;
  return sum;
};
