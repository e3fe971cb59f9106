import { build } from 'hdr-histogram-js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { RandomStream } from '../../src/engine/random.ts';
import { Latency } from '../../src/measure/latency.ts';

const test = suite('Latency');

const PERCENTS = [0.001, 1, 25, 50, 75, 90, 99, 99.9, 99.999, 100];

/** The quantiles of HdrHistogram: middles of its buckets, within what was recorded. */
function quantilesOfHdr(values: readonly number[]): number[] {
  const histogram = build({
    bitBucketSize: 64,
    autoResize: true,
    lowestDiscernibleValue: 1,
    highestTrackableValue: 2,
    numberOfSignificantValueDigits: 3,
    useWebAssembly: false,
  }) as ReturnType<typeof build> & { medianEquivalentValue(value: number): number };
  for (const value of values) histogram.recordValue(value);
  const shortest = values.reduce((a, b) => Math.min(a, b));
  const longest = values.reduce((a, b) => Math.max(a, b));
  return PERCENTS.map((percent) => {
    const middle = histogram.medianEquivalentValue(histogram.getValueAtPercentile(percent));
    return Math.max(shortest, Math.min(middle, longest));
  });
}

function quantilesOf(values: readonly number[]): (number | null)[] {
  const latency = new Latency();
  for (const value of values) latency.record(value);
  return PERCENTS.map((percent) => latency.quantileNs(percent));
}

for (const [name, law] of [
  ['small integers', (s: RandomStream) => s.below(3000)],
  ['milliseconds', (s: RandomStream) => Math.round(2e6 * s.exponential())],
  ['up to a day', (s: RandomStream) => Math.round(1e12 * s.exponential())],
  ['every size up to 2^53', (s: RandomStream) => Math.floor(2 ** s.below(53) * (1 + s.uniform()))],
] as const) {
  test(`has the quantiles of an HDR histogram: ${name}`, () => {
    for (const count of [1, 2, 3, 10, 1000, 20_000]) {
      const stream = new RandomStream(`${name} ${count}`);
      const values = Array.from({ length: count }, () => law(stream));
      assert.equal(quantilesOf(values), quantilesOfHdr(values), `${count} values`);
    }
  });
}

test('at the edges of its buckets', () => {
  for (let power = 0; power < 47; power++) {
    for (const value of [2 ** power - 1, 2 ** power, 2 ** power + 1]) {
      // One far below and one far above (39 h; beyond, HdrHistogram rounds), so that nothing is cut off at the extremes.
      const values = [0, value, value, value, 2 ** 47];
      assert.equal(quantilesOf(values), quantilesOfHdr(values), `${value}`);
    }
  }
});

test('mean and maximum are exact, and nothing has none', () => {
  const latency = new Latency();
  assert.equal([latency.meanNs(), latency.maxNs(), latency.quantileNs(50)], [null, null, null]);
  latency.record(1_000_001);
  latency.record(2_000_002);
  assert.equal([latency.meanNs(), latency.maxNs(), latency.count], [1_500_001.5, 2_000_002, 2]);
});
test.run();
