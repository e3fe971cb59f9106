import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { logBinomial, logHypergeometric, logPoisson } from '../../src/engine/discrete-laws.ts';

/** Of log-probabilities that are sums of a few numbers of size 10. */
const NEAR = 2e-13;

function near(value: number, expected: number, name: string): void {
  assert.ok(Math.abs(value - expected) <= NEAR * Math.max(1, Math.abs(expected)), `${name}: ${value}, not ${expected}`);
}

function choose(n: bigint, k: bigint): bigint {
  let product = 1n;
  for (let i = 1n; i <= k; i++) product = (product * (n - k + i)) / i;
  return product;
}

/** log of a whole number of any length, to double precision. */
function logOf(x: bigint): number {
  const shift = Math.max(0, x.toString(2).length - 60);
  return Math.log(Number(x >> BigInt(shift))) + shift * Math.LN2;
}

const test = suite('discrete laws');

test('logBinomial: exact numbers, for every k', () => {
  for (const n of [1, 2, 31, 32, 33, 300]) {
    for (const eighths of [1, 4, 7]) {
      for (let k = 0; k <= n; k++) {
        const [top, rest] = [BigInt(eighths) ** BigInt(k), BigInt(8 - eighths) ** BigInt(n - k)];
        const exact = logOf(choose(BigInt(n), BigInt(k)) * top * rest) - n * 3 * Math.LN2;
        near(logBinomial(k, n, eighths / 8, 1 - eighths / 8), exact, `${k} of ${n}, ${eighths}/8`);
      }
    }
  }
  assert.is(logBinomial(0, 0, 0.5, 0.5), 0);
});

test('logPoisson: exact numbers, for every k', () => {
  for (const mean of [0.5, 16, 100]) {
    let factorial = 1n;
    for (let k = 0; k < 300; k++) {
      if (k > 0) factorial *= BigInt(k);
      near(logPoisson(k, mean), k * Math.log(mean) - mean - logOf(factorial), `${k} of mean ${mean}`);
    }
  }
});

test('logHypergeometric: exact numbers, for every k', () => {
  for (const [total, marked, drawn] of [
    [100, 40, 33],
    [300, 100, 100],
    [1000, 64, 200],
  ] as const) {
    for (let k = 0; k <= Math.min(marked, drawn); k++) {
      const ways = choose(BigInt(marked), BigInt(k)) * choose(BigInt(total - marked), BigInt(drawn - k));
      const exact = logOf(ways) - logOf(choose(BigInt(total), BigInt(drawn)));
      near(logHypergeometric(k, total, marked, drawn), exact, `${k}: ${drawn} of ${total}, ${marked} marked`);
    }
  }
});

test('neighbours keep their ratio with 1e12 and 1e15 of them, where log-factorials have no digits left', () => {
  for (const size of [1e12, 1e15]) {
    const deviation = Math.sqrt(size);
    for (const k of [size - 3 * deviation, size, size + 3 * deviation].map(Math.floor)) {
      near(logPoisson(k + 1, size) - logPoisson(k, size), Math.log(size / (k + 1)), `poisson ${k}`);
      const half = Math.floor(k / 2);
      const odds = Math.log((size - half) / (half + 1));
      near(logBinomial(half + 1, size, 0.5, 0.5) - logBinomial(half, size, 0.5, 0.5), odds, `binomial ${half}`);
    }
    const [marked, drawn, k] = [size / 4, size / 2, size / 8 + Math.floor(deviation)];
    const step = logHypergeometric(k + 1, size, marked, drawn) - logHypergeometric(k, size, marked, drawn);
    const ratio = ((marked - k) / (k + 1)) * ((drawn - k) / (size - marked - drawn + k + 1));
    near(step, Math.log(ratio), `hypergeometric ${k}`);
  }
});

test('a probability of almost 0 or almost 1', () => {
  near(logBinomial(0, 10, 1e-300, 1), -1e-299, 'none of ten, nearly impossible');
  near(logBinomial(10, 10, 1, 1e-18), -1e-17, 'all of ten, nearly certain');
  near(logBinomial(0, 1e9, 1e-9, 1 - 1e-9), -1.0000000005, 'none of a billion');
});
test.run();
