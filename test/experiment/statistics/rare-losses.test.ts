import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { binomialQuantile } from '../../../src/experiment/statistics/laws.ts';
import { assumedUpperBound, lossesShown, shownUpperBound } from '../../../src/experiment/statistics/rare-losses.ts';
import { RandomStream } from '../../../src/engine/random.ts';
import { counts } from '../../support/counts.ts';

/** Probability of at least `count` by Poisson's law, >= 1: a sum of so many exponential sizes of 1 is below `mean`. */
function atLeast(count: number, mean: number): number {
  let term = Math.exp(-mean);
  for (let k = 1; k <= count; k++) term *= mean / k;
  let sum = 0;
  for (let k = count; term > 1e-18 * sum || k < mean; k++) {
    sum += term;
    term *= mean / (k + 1);
  }
  return sum;
}

/** Probability that the bound is below the truth, of `mean` clusters of exponential size on average, some of which were seen. */
function missed(mean: number, alpha: number): number {
  let sum = 0;
  let law = Math.exp(-mean);
  for (let clusters = 1; clusters < mean + 12 * Math.sqrt(mean) + 20; clusters++) {
    law *= mean / clusters;
    const ratio = shownUpperBound({ runs: 1, losing: clusters, sum: 1, clusters }, alpha);
    sum += law * atLeast(clusters, mean / ratio);
  }
  return sum;
}

const test = suite('rare losses');

test('of Poisson clusters of exponential size the bound is below the truth less often than alpha, but for an eighth where that is tiny', () => {
  for (const alpha of [0.01, 1e-3, 1e-4, 1e-5])
    for (const mean of [0.3, 1, 2, 3, 4, 5, 7, 10, 20, 50, 100])
      assert.ok(
        missed(mean, alpha) <= (alpha < 1e-3 ? 1.15 : 1) * alpha,
        `${mean} clusters: ${missed(mean, alpha) / alpha} of ${alpha}`,
      );
});

test('the bound is where the ratio of likelihoods is as unlikely: k ln((r + 1)² / 4r) = z² / 2', () => {
  // Seven exponential sizes; z at 0.005 is 2.5758.
  const ratio = shownUpperBound({ runs: 100, losing: 7, sum: 100, clusters: 7 }, 0.01);
  assert.ok(Math.abs(7 * Math.log(((ratio + 1) * (ratio + 1)) / (4 * ratio)) - 2.5758 ** 2 / 2) < 1e-3, String(ratio));
  assert.is(shownUpperBound(lossesShown([0, 0, 0]), 0.01), Infinity);
});

test('runs that lose are clusters at most, unless most lose, much alike', () => {
  assert.equal(lossesShown([0, 0]), { runs: 2, losing: 0, sum: 0, clusters: 0 });
  const few = lossesShown([...Array.from({ length: 997 }, () => 0), 4, 4, 4]);
  assert.equal([few.runs, few.losing, few.sum], [1000, 3, 12]);
  assert.ok(few.clusters >= 3 && few.clusters < 3.02, String(few.clusters));
  const alike = lossesShown(Array.from({ length: 40 }, (_, run) => 100 + (run % 2)));
  // Two exponential ones beside 40: 2 / 41 of their variance, and nearly no run without.
  assert.ok(Math.abs(alike.clusters - 80 / (2 / 41 + 0.5 / 41)) < 1, String(alike.clusters));
  assert.ok(lossesShown([5, 5]).clusters < 7);
});

test('rare clusters, drawn: what they come to is rarely above the bound', () => {
  const experiments = 4 * counts.selections;
  const stream = new RandomStream('rare losses');
  let above = 0;
  let seen = 0;
  for (let i = 0; i < experiments; i++) {
    const values = Array.from({ length: 200 }, () => (stream.uniform() < 0.03 ? stream.geometric(20) : 0));
    const shown = lossesShown(values);
    if (shown.losing > 0) seen++;
    if (shownUpperBound(shown, 0.01) < 0.6) above++;
  }
  assert.ok(seen > 0.99 * experiments);
  assert.ok(above <= binomialQuantile(0.999, experiments, 0.01), `${above} of ${experiments}`);
});

test('of clusters whose size is assumed, so many as the law of Poisson allows', () => {
  const shown = lossesShown([...Array.from({ length: 99 }, () => 0), 5]);
  // One run of 100 lost: at 0.01 it may be 6.638 of 100, of 32 each.
  assert.ok(Math.abs(assumedUpperBound(shown, 32, 0.01) - (32 * 6.638) / 100) < 0.03);
  // Twelve of size 1/2 were lost in one run.
  assert.ok(assumedUpperBound({ ...shown, sum: 6 }, 0.5, 0.01) > 0.06);
});
test.run();
