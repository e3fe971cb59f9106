import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { batchMeans } from '../../../src/experiment/statistics/batch-means.ts';
import { bonferroni, meanInterval, normalFactor, studentFactor } from '../../../src/experiment/statistics/interval.ts';
import { antitheticInterval, pairedDifference } from '../../../src/experiment/statistics/paired.ts';
import { poissonUpperBound, upperBoundOfNone, wilsonInterval } from '../../../src/experiment/statistics/proportion.ts';
import { quantileInterval, quantileRanks } from '../../../src/experiment/statistics/quantile-interval.ts';
import { replicateUntilPrecise } from '../../../src/experiment/statistics/sequential.ts';
import { RandomStream } from '../../../src/engine/random.ts';
import { isNear, METHOD_VECTORS } from '../../support/method-vectors.ts';

const test = suite('confidence intervals');

test("Student's quantiles as published", () => {
  for (const [key, expected] of Object.entries(METHOD_VECTORS.student_t)) {
    const [p = '', freedom = ''] = key.split('|df=');
    const received = studentFactor(Number(freedom) + 1, 2 * Number(p) - 1);
    assert.ok(isNear(received, Number(expected), 1e-10), `${key}: ${received}`);
  }
  assert.ok(isNear(normalFactor(0.95), 1.959963984540054, 1e-14));
});

test('1, 2, 3: mean 2, half-width t(2, 0.975) / sqrt(3); one value has none; equal ones 0', () => {
  const { halfWidth, mean, n } = meanInterval([1, 2, 3]);
  assert.equal([mean, n], [2, 3]);
  assert.ok(isNear(halfWidth ?? 0, 4.302652729749464 / Math.sqrt(3), 1e-12));
  assert.is(meanInterval([7]).halfWidth, null);
  assert.is(meanInterval([7, 7, 7]).halfWidth, 0);
  assert.throws(() => meanInterval([]), /received none/);
  assert.throws(() => meanInterval([1, 2], 1), /confidence: expected/);
  assert.ok(isNear(bonferroni(0.999, 10), 0.9999, 1e-12));
});

test("Wilson's interval as published; none of 1000 is at most 0.3 %, never 0", () => {
  for (const [key, [low, high]] of Object.entries(METHOD_VECTORS.Wilson95)) {
    const [count = 0, n = 0] = key.split('/').map(Number);
    const received = wilsonInterval(count, n);
    // The vector's own lower bound of none is rounding, 2e-19.
    assert.ok(count === 0 ? received.low === 0 : isNear(received.low, low, 1e-9), `${key}: ${received.low}`);
    assert.ok(isNear(received.high, high, 1e-9), `${key}: ${received.high}`);
  }
  assert.ok(isNear(upperBoundOfNone(1000), 1 - 0.05 ** (1 / 1000), 1e-10));
  assert.ok(isNear(upperBoundOfNone(1e9), 2.995732273553991e-9, 1e-8));
  assert.is(upperBoundOfNone(1), 0.95);
  assert.is(wilsonInterval(9, 9).high, 1);
  assert.throws(() => wilsonInterval(2, 1), /count: expected a number from 0 to 1, received 2/);
  assert.throws(() => wilsonInterval(0, 0), /n: expected/);
});

test('the bound of a Poisson mean is within 1 % of the exact one, and some percent high for none where errors are rare', () => {
  for (const [count, alpha, exact] of [
    [0, 0.05, 2.995732273553991],
    [0, 1e-4, 9.210340371976182],
    [1, 0.05, 4.743864518390578],
    [3, 0.01, 10.045117514831615],
    [10, 1e-4, 27.762294387852435],
    [60, 1e-4, 94.40151018107682],
  ] as const) {
    const ratio = poissonUpperBound(count, alpha) / exact;
    const isRare = count === 0 && alpha < 1e-3;
    assert.ok(ratio > 0.99 && ratio < (isRare ? 1.06 : 1.01), `${count}, ${alpha}: ${ratio}`);
  }
});

test('ranks of order statistics for quantiles as published', () => {
  for (const [key, expected] of Object.entries(METHOD_VECTORS.quantile_CI_ranks)) {
    const [n = 0, p = 0] = key.split(',').map((part) => Number(part.split('=')[1]));
    const { coverage, lower, upper } = quantileRanks(n, p);
    assert.equal([lower, upper], [expected.lower_rank, expected.upper_rank], key);
    assert.ok(isNear(coverage, expected.coverage, 1e-7), `${key}: ${coverage}`);
  }
});

test('a quantile of few values has a bound on one side, or none', () => {
  const values = Array.from({ length: 100 }, (_, i) => 100 - i);
  assert.equal(quantileInterval(values, 0.5).quantile, 50);
  assert.equal([quantileInterval(values, 0.5).low, quantileInterval(values, 0.5).high], [40, 61]);
  const tail = quantileInterval(values, 0.99);
  assert.equal([tail.quantile, tail.high], [99, null]);
  assert.ok((tail.low ?? 0) >= 96);
  assert.throws(() => quantileRanks(10, 1), /p: expected/);
});

test('replications go on until the half-width is g / (1 + g) of the mean', () => {
  const stream = new RandomStream('sequential');
  const values: number[] = [];
  const next = (replication: number): number => {
    assert.is(replication, values.length);
    values.push(10 + stream.normal());
    return values[replication] ?? NaN;
  };
  const result = replicateUntilPrecise(next, { relative: 0.02, replicationsMax: 1000 });
  assert.ok(result.isPrecise && result.n === values.length && result.n > 10, `${result.n}`);
  assert.ok((result.halfWidth ?? 9) <= (0.02 / 1.02) * result.mean);
  const before = meanInterval(values.slice(0, -1));
  assert.ok((before.halfWidth ?? 0) > (0.02 / 1.02) * before.mean);
  const few = replicateUntilPrecise((i) => i % 2, { relative: 0.001, replicationsMax: 12 });
  assert.equal([few.n, few.isPrecise], [12, false]);
  assert.throws(() => replicateUntilPrecise(() => 1, { relative: 0.1, replicationsMax: 3 }), /replicationsMax/);
});

test('batch means: independent values pass the lag-1 test, a slow process does not, and its interval is too narrow', () => {
  const stream = new RandomStream('batches');
  let passed = 0;
  for (let i = 0; i < 200; i++) {
    const { isIndependent, batchSize } = batchMeans(Array.from({ length: 2003 }, () => stream.normal()));
    assert.is(batchSize, 100);
    if (isIndependent) passed++;
  }
  assert.ok(passed >= 180 && passed < 200, `${passed} of 200 pass`);
  let level = 0;
  const slow = Array.from({ length: 2000 }, () => (level = 0.999 * level + stream.normal()));
  assert.is(batchMeans(slow).isIndependent, false);
  assert.is(batchMeans(new Float64Array(100)).halfWidth, 0);
  assert.throws(() => batchMeans([1, 2, 3]), /at least 40, received 3/);
});

test('paired differences: what is common to both goes away', () => {
  const stream = new RandomStream('pairs');
  const common = Array.from({ length: 20 }, () => 10 * stream.normal());
  const a = common.map((x) => x + 1 + 0.1 * stream.normal());
  const b = common.map((x) => x + 0.1 * stream.normal());
  const { gain, halfWidth, mean } = pairedDifference(a, b);
  assert.ok(Math.abs(mean - 1) < 0.1 && (halfWidth ?? 1) < 0.1, `${mean} ${halfWidth}`);
  assert.ok((gain ?? 0) > 1000);
  assert.is(pairedDifference([1, 2], [1, 2]).gain, null);
  assert.throws(() => pairedDifference([1], [1]), /at least 2/);
  // u and 1 - u: the mean of each pair is 1/2.
  const u = Array.from({ length: 9 }, () => stream.uniform());
  const pairs = antitheticInterval(
    u,
    u.map((x) => 1 - x),
  );
  assert.ok(Math.abs(pairs.mean - 0.5) < 1e-15 && (pairs.halfWidth ?? 1) < 1e-15);
});
test.run();
