import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { RandomStream } from '../../../src/engine/random.ts';
import { erlangB } from '../../../src/experiment/formulas/erlang.ts';
import { drawFrom, mser5, stationaryHoldsNs, welchAverages } from '../../../src/experiment/statistics/warm-up.ts';
import { isNear, METHOD_VECTORS } from '../../support/method-vectors.ts';

const MASK = (1n << 64n) - 1n;

/** The generator of the vectors: splitmix64 from `state` on, as uniforms of 53 bits. */
function* splitmix64(seed: bigint): Generator<bigint, never> {
  for (let state = seed; ;) {
    state = (state + 0x9e3779b97f4a7c15n) & MASK;
    let z = state;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK;
    yield z ^ (z >> 31n);
  }
}

/** An autoregressive series with a transient. */
function transient(): number[] {
  const words = splitmix64(splitmix64(7n).next().value);
  let x = 0;
  return Array.from({ length: 2000 }, (_, i) => {
    x = 0.9 * x + (Number(words.next().value >> 11n) / 2 ** 53 - 0.5);
    return x + 8 * Math.exp(-i / 60);
  });
}

const test = suite('warm-up');

test('MSER-5 cuts the transient of the published series where it should', () => {
  const { result, untruncated_mean: untruncated } = METHOD_VECTORS.MSER5;
  const series = transient();
  assert.ok(isNear(series.reduce((a, b) => a + b, 0) / series.length, untruncated, 1e-9));
  const { isValid, mean, observations, statistic } = mser5(series);
  assert.equal([observations, isValid], [result.truncate_obs, true]);
  assert.ok(isNear(mean, result.mean, 1e-9), `${mean}`);
  assert.ok(isNear(statistic, result.stat, 1e-9), `${statistic}`);
});

test('MSER-5: a constant series loses nothing, one that never settles is rejected', () => {
  assert.equal(mser5(new Float64Array(100)), { observations: 0, statistic: 0, mean: 0, isValid: true });
  assert.is(mser5(Array.from({ length: 200 }, (_, i) => i)).isValid, false);
  assert.throws(() => mser5([1, 2]), /at least 50, received 2/);
});

test("Welch's averages: over replications, then over a window that grows from the start", () => {
  const plot = welchAverages(
    [
      [0, 2, 4, 6, 8, 10, 12, 14],
      [2, 4, 6, 8, 10, 12, 14, 16],
    ],
    2,
  );
  assert.equal([...plot], [1, 3, 5, 7, 9, 11]);
  assert.equal([...welchAverages([[3, 0, 0, 3]], 1)], [3, 1, 1]);
  assert.throws(() => welchAverages([[1, 2], [1]], 0), /runs of one length/);
  assert.throws(() => welchAverages([[1, 2, 3, 4]], 2), /window: expected a whole number from 0 to 1/);
});

test('a stationary start has as many holds as the law of the loss system says, of uniform rests', () => {
  const stream = new RandomStream('stationary');
  const n = 4000;
  let sum = 0;
  let full = 0;
  let rests = 0;
  for (let i = 0; i < n; i++) {
    const atNs = stationaryHoldsNs(8, 7.5, 75, stream);
    sum += atNs.length;
    if (atNs.length === 8) full++;
    for (const ns of atNs) rests += ns / 75e9;
    assert.equal(
      atNs,
      atNs.toSorted((a, b) => a - b),
    );
  }
  const { blocking, occupancy } = erlangB(8, 7.5);
  assert.ok(Math.abs(sum / n - occupancy) < 4 * Math.sqrt(2 / n), `${sum / n}`);
  assert.ok(Math.abs(full / n - blocking) < 4 * Math.sqrt((blocking * (1 - blocking)) / n), `${full / n}`);
  assert.ok(Math.abs(rests / sum - 0.5) < 4 * Math.sqrt(1 / 12 / sum));
  assert.is(stationaryHoldsNs(4096, 1e-9, 1, stream).length, 0);
  assert.is(drawFrom([0, 0, 5], stream), 2);
});
test.run();
