// Adds two numbers held as lists of decimal digits, least significant first, in three ways that read alike
// and cost very differently.

/** Makes a new list for each digit. */
export function addByConcat(a, b) {
  let sum = [];
  let carry = 0;
  for (let i = 0; i < a.length || i < b.length || carry > 0; i++) {
    const digit = (a[i] ?? 0) + (b[i] ?? 0) + carry;
    sum = sum.concat([digit % 10]);
    carry = digit >= 10 ? 1 : 0;
  }
  return sum;
}

/** Grows one list in place. */
export function addByPush(a, b) {
  const sum = [];
  let carry = 0;
  for (let i = 0; i < a.length || i < b.length || carry > 0; i++) {
    const digit = (a[i] ?? 0) + (b[i] ?? 0) + carry;
    sum.push(digit % 10);
    carry = digit >= 10 ? 1 : 0;
  }
  return sum;
}

/** Pulls each digit out of a generator. */
export function addByIterator(a, b) {
  return [...sumDigits(a, b)];
}

function* sumDigits(a, b) {
  let carry = 0;
  for (let i = 0; i < a.length || i < b.length || carry > 0; i++) {
    const digit = (a[i] ?? 0) + (b[i] ?? 0) + carry;
    yield digit % 10;
    carry = digit >= 10 ? 1 : 0;
  }
}
