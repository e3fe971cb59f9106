import seedrandom from 'seedrandom';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Distribution, EmpiricalSampler, meanNsOf, sampler } from '../../src/engine/distributions.ts';
import { RandomStream } from '../../src/engine/random.ts';
import { RandomStreams } from '../../src/engine/random-streams.ts';
import { ZIGGURAT_EDGE, ZIGGURAT_LAYERS } from '../../src/engine/ziggurat.ts';
import { counts } from '../support/counts.ts';
import { chiSquareDeviate, kolmogorovDeviate, logFactorial, normalCdf } from '../support/goodness-of-fit.ts';

const LIMIT = 5;
const KS_LIMIT = 2;

/** Deviate of `draws` exponential numbers from their law: 4096 bins of equal probability, the tail cut once more. */
function exponentialDeviate(next: () => number, draws: number): number {
  const bins = 4096;
  const tailBins = 64; // the last bin again, whose numbers come from the ziggurat's tail
  const observed = new Array<number>(bins - 1 + tailBins).fill(0);
  for (let i = 0; i < draws; i++) {
    const above = Math.exp(-next()) * bins;
    const bin = above < 1 ? bins - 1 + Math.min(tailBins - 1, Math.floor(-Math.log2(above))) : Math.floor(bins - above);
    observed[bin]!++;
  }
  const share = draws / bins;
  const expected = observed.map((_, bin) => {
    if (bin < bins - 1) return share;
    const depth = bin - (bins - 1);
    return depth === tailBins - 1 ? share * 0.5 ** depth : share * 0.5 ** (depth + 1);
  });
  return chiSquareDeviate(observed, expected);
}

const test = suite('RandomStream');

test('the same (seed, replication, name) gives the same numbers, whatever other streams drew', () => {
  const first = new RandomStreams('1', 0);
  const again = new RandomStreams('1', 0);
  again.stream('other').uniform();
  const a = first.stream('users.arrivals');
  const b = again.stream('users.arrivals');
  for (let i = 0; i < 1000; i++) assert.is(a.uniform(), b.uniform());
});

test('another seed, replication or name gives unrelated numbers', () => {
  const draws = 20_000;
  const numbers = (seed: string, replication: number, name: string): Float64Array => {
    const stream = new RandomStreams(seed, replication).stream(name);
    return Float64Array.from({ length: draws }, () => stream.uniform() - 0.5);
  };
  const base = numbers('1', 0, 'a');
  for (const other of [numbers('2', 0, 'a'), numbers('1', 1, 'a'), numbers('1', 0, 'b')]) {
    const covariance = base.reduce((sum, x, i) => sum + x * (other[i] ?? 0), 0) / draws;
    assert.ok(Math.abs(covariance * 12 * Math.sqrt(draws)) < LIMIT);
  }
});

test('first draws of neighbouring seeds are uncorrelated', () => {
  const firsts = Float64Array.from({ length: 20_000 }, (_, i) => new RandomStreams(String(i), 0).stream('a').uniform());
  const pairs = firsts.slice(1).reduce((sum, x, i) => sum + (x - 0.5) * ((firsts[i] ?? 0) - 0.5), 0);
  assert.ok(Math.abs((pairs / firsts.length) * 12 * Math.sqrt(firsts.length)) < LIMIT);
  assert.ok(kolmogorovDeviate(firsts, (x) => x) < KS_LIMIT);
});

test('the numbers are pinned: a change of the generator changes every result', () => {
  const stream = new RandomStreams('1', 0).stream('traffic.users.arrivals');
  const pinned = [stream.uniform(), stream.exponential(), stream.normal(), stream.poisson(3), stream.poisson(1e6)];
  assert.snapshot(pinned.join(' '), PINNED);
});
const PINNED = '0.1911553072455231 2.1040006438044454 0.15773874084393605 3 1000085';

test('uniforms are those of seedrandom, draw by draw', () => {
  for (const seed of ['', 'a', '1/0/traffic.users.arrivals']) {
    const stream = new RandomStream(seed);
    const reference = seedrandom.alea(seed);
    for (let i = 0; i < 200_000; i++) assert.is(stream.uniform(), reference.double());
  }
});

test('uniforms use 53 bits: the lowest ones move', () => {
  const stream = new RandomStream('bits');
  let odd = 0;
  for (let i = 0; i < 10_000; i++) odd += (stream.uniform() * 2 ** 53) % 2;
  assert.ok(Math.abs(odd - 5000) < LIMIT * 50);
});

test('exponential: the ziggurat follows the law, in its layers and in its tail', () => {
  const stream = new RandomStream('exponential');
  const deviate = exponentialDeviate(() => stream.exponential(), counts.exponentialDraws);
  assert.ok(deviate < LIMIT, `${deviate} standard deviations`);
});

test('exponential: a ziggurat whose layer and place share bits fails the same test', () => {
  const stream = new RandomStream('flawed');
  // The layer is taken from the low bits of a 32-bit number that is also the place.
  const flawed = (): number => {
    for (;;) {
      const bits = Math.floor(stream.uniform() * 2 ** 16);
      const layer = bits % ZIGGURAT_LAYERS;
      const x = (bits / 2 ** 16) * (ZIGGURAT_EDGE[layer] ?? 0);
      if (x < (ZIGGURAT_EDGE[layer + 1] ?? 0)) return x;
      const exact = stream.exponential();
      if (exact > 0) return exact;
    }
  };
  assert.ok(exponentialDeviate(flawed, 2e6) > LIMIT);
});

test('exponential: layer and place are independent', () => {
  // Neighbouring draws and squares: mean 1, variance 1, third moment 6, no correlation.
  const stream = new RandomStream('moments');
  const n = 1e6;
  let sum = 0;
  let squares = 0;
  let products = 0;
  let last = 1;
  for (let i = 0; i < n; i++) {
    const x = stream.exponential();
    sum += x;
    squares += x * x;
    products += (x - 1) * (last - 1);
    last = x;
  }
  assert.ok(Math.abs(sum / n - 1) < LIMIT / Math.sqrt(n));
  assert.ok(Math.abs(squares / n - 2) < LIMIT * Math.sqrt(20 / n));
  assert.ok(Math.abs(products / n) < LIMIT / Math.sqrt(n));
});

test('normal: follows the law', () => {
  const stream = new RandomStream('normal');
  assert.ok(
    kolmogorovDeviate(
      Float64Array.from({ length: 200_000 }, () => stream.normal()),
      normalCdf,
    ) < KS_LIMIT,
  );
});

test('normal: the two numbers of a pair are independent, and so are neighbours of two pairs', () => {
  const stream = new RandomStream('normal pairs');
  const draws = Array.from({ length: 400_000 }, () => stream.normal());
  for (const first of [0, 1]) {
    let products = 0; // of mean 0 and variance 1
    let squares = 0; // of mean 0 and variance 4
    let count = 0;
    for (let i = first; i + 1 < draws.length; i += 2) {
      const [x, y] = [draws[i]!, draws[i + 1]!];
      products += x * y;
      squares += (x * x - 1) * (y * y - 1);
      count++;
    }
    assert.ok(Math.abs(products) < LIMIT * Math.sqrt(count), `correlation ${products / count}`);
    assert.ok(Math.abs(squares) < LIMIT * 2 * Math.sqrt(count), `correlation of squares ${squares / count / 2}`);
  }
});

for (const mean of [0.1, 1, 9.99, 10, 30, 1000, 1e6]) {
  test(`poisson: mean ${mean} follows the law`, () => {
    const stream = new RandomStream(`poisson ${mean}`);
    const draws = 200_000;
    const low = Math.max(0, Math.floor(mean - 8 * Math.sqrt(mean) - 8));
    const width = Math.max(1, Math.floor(Math.sqrt(mean) / 8));
    const bins = Math.ceil((16 * Math.sqrt(mean) + 24) / width);
    const observed = new Array<number>(bins).fill(0);
    for (let i = 0; i < draws; i++)
      observed[Math.min(bins - 1, Math.max(0, Math.floor((stream.poisson(mean) - low) / width)))]!++;
    const expected = observed.map((_, bin) => {
      let sum = 0;
      for (let k = low + bin * width; k < low + (bin + 1) * width; k++)
        sum += Math.exp(k * Math.log(mean) - mean - logFactorial(k));
      return sum * draws;
    });
    const deviate = chiSquareDeviate(observed, expected);
    assert.ok(deviate < LIMIT, `${deviate} standard deviations`);
  });
}

for (const [n, p] of [
  [1, 0.3],
  [10, 0.5],
  [25, 0.9],
  [400, 0.01],
  [1000, 0.3],
  [1e6, 0.5],
  [1e9, 1e-8],
  [1e9, 0.999],
] as const) {
  test(`binomial: ${n} trials of ${p} follow the law`, () => {
    const stream = new RandomStream(`binomial ${n} ${p}`);
    const draws = 100_000;
    const deviation = Math.sqrt(n * p * (1 - p));
    const low = Math.max(0, Math.floor(n * p - 8 * deviation - 8));
    const width = Math.max(1, Math.floor(deviation / 8));
    const bins = Math.min(Math.ceil((16 * deviation + 24) / width), Math.floor((n - low) / width) + 1);
    const observed = new Array<number>(bins).fill(0);
    for (let i = 0; i < draws; i++) {
      const k = stream.binomial(n, p);
      assert.ok(k >= 0 && k <= n && Number.isInteger(k));
      observed[Math.min(bins - 1, Math.max(0, Math.floor((k - low) / width)))]!++;
    }
    const logOf = (k: number): number =>
      logFactorial(n) - logFactorial(k) - logFactorial(n - k) + k * Math.log(p) + (n - k) * Math.log1p(-p);
    const expected = observed.map((_, bin) => {
      let sum = 0;
      for (let k = low + bin * width; k < low + (bin + 1) * width && k <= n; k++) sum += Math.exp(logOf(k));
      return sum * draws;
    });
    const deviate = chiSquareDeviate(observed, expected);
    assert.ok(deviate < LIMIT, `${deviate} standard deviations`);
  });
}

test('binomial: none and all', () => {
  const stream = new RandomStream('ends');
  assert.equal([stream.binomial(7, 0), stream.binomial(7, 1), stream.binomial(0, 0.5)], [0, 7, 0]);
});

test('geometric: at least 1, and follows the law', () => {
  for (const mean of [1, 1.5, 10, 1000]) {
    const stream = new RandomStream(`geometric ${mean}`);
    const p = 1 / mean;
    const observed = new Array<number>(Math.ceil(20 * mean)).fill(0);
    const draws = 100_000;
    for (let i = 0; i < draws; i++) observed[Math.min(observed.length, stream.geometric(mean)) - 1]!++;
    if (mean === 1) assert.is(observed[0], draws);
    else
      assert.ok(
        chiSquareDeviate(
          observed,
          observed.map((_, k) => draws * p * (1 - p) ** k),
        ) < LIMIT,
      );
  }
});

for (const [total, marked, drawn] of [
  [1, 1, 1],
  [10, 3, 5],
  [100, 31, 60],
  [100, 40, 50],
  [100, 96, 60],
  [1000, 900, 800],
  [1000, 500, 33],
  [1e6, 3e5, 5e5],
  [1e9, 1e6, 1e5],
  [1e12, 5e11, 3e11],
] as const) {
  test(`hypergeometric: ${drawn} of ${total}, ${marked} marked, follow the law`, () => {
    const stream = new RandomStream(`hypergeometric ${total} ${marked} ${drawn}`);
    const draws = 100_000;
    const mean = (drawn / total) * marked;
    const deviation = Math.sqrt(mean * (1 - marked / total) * ((total - drawn) / Math.max(1, total - 1)));
    const least = Math.max(0, drawn - (total - marked));
    const low = Math.max(least, Math.floor(mean - 8 * deviation - 8));
    const high = Math.min(marked, drawn, Math.ceil(mean + 8 * deviation + 8));
    const width = Math.max(1, Math.floor(deviation / 8));
    const bins = Math.floor((high - low) / width) + 1;
    const observed = new Array<number>(bins).fill(0);
    for (let i = 0; i < draws; i++) {
      const k = stream.hypergeometric(total, marked, drawn);
      assert.ok(k >= least && k <= Math.min(marked, drawn) && Number.isInteger(k));
      observed[Math.min(bins - 1, Math.max(0, Math.floor((k - low) / width)))]!++;
    }
    // By the ratio of neighbours, from the mode out: needs no factorials, and no digits are lost.
    const mode = Math.min(high, Math.max(low, Math.floor(((drawn + 1) / (total + 2)) * (marked + 1))));
    const weights = new Float64Array(high - low + 1);
    weights[mode - low] = 1;
    const ratio = (k: number): number =>
      (((marked - k) / (k + 1)) * (drawn - k)) / Math.max(1, total - marked - drawn + k + 1);
    for (let k = mode; k < high; k++) weights[k + 1 - low] = (weights[k - low] ?? 0) * ratio(k);
    for (let k = mode - 1; k >= low; k--) weights[k - low] = (weights[k + 1 - low] ?? 0) / ratio(k);
    const sum = weights.reduce((a, b) => a + b, 0);
    const expected = observed.map(() => 0);
    weights.forEach((weight, i) => (expected[Math.min(bins - 1, Math.floor(i / width))]! += (weight / sum) * draws));
    if (bins === 1) return;
    const deviate = chiSquareDeviate(observed, expected);
    assert.ok(Math.abs(deviate) < LIMIT, `${deviate} standard deviations`);
  });
}

test('hypergeometric: none and all', () => {
  const stream = new RandomStream('ends of the urn');
  const ends = [
    [7, 0, 3],
    [7, 7, 3],
    [7, 3, 0],
    [7, 3, 7],
    [0, 0, 0],
    [1e6, 1e6, 500],
    [1e6, 0, 5e5],
  ] as const;
  assert.equal(
    ends.map(([total, marked, drawn]) => stream.hypergeometric(total, marked, drawn)),
    [0, 3, 0, 3, 0, 500, 0],
  );
});
test.run();

const laws = suite('distributions');
const MEAN_NS = 1e6;

/** Erlang distribution function of order k. */
function erlangCdf(k: number, meanNs: number, x: number): number {
  const y = (k * x) / meanNs;
  let term = 1;
  let sum = 1;
  for (let i = 1; i < k; i++) {
    term *= y / i;
    sum += term;
  }
  return 1 - Math.exp(-y) * sum;
}

const TABLE: readonly [Distribution, (x: number) => number][] = [
  [{ kind: 'exponential', meanNs: MEAN_NS }, (x) => 1 - Math.exp(-x / MEAN_NS)],
  [{ kind: 'erlang', k: 4, meanNs: MEAN_NS }, (x) => erlangCdf(4, MEAN_NS, x)],
  [
    { kind: 'hyperexponential', p: 0.2, mean1Ns: 3e6, mean2Ns: 5e5 },
    (x) => 1 - 0.2 * Math.exp(-x / 3e6) - 0.8 * Math.exp(-x / 5e5),
  ],
  [{ kind: 'lognormal', meanNs: MEAN_NS, sigma: 0.5 }, (x) => normalCdf((Math.log(x / MEAN_NS) + 0.125) / 0.5)],
];

for (const [law, cdf] of TABLE) {
  laws(`${law.kind} follows its law, with its mean`, () => {
    const source = sampler(law, new RandomStream(law.kind));
    const values = Float64Array.from({ length: 100_000 }, () => source.next());
    assert.ok(kolmogorovDeviate(values, cdf) < KS_LIMIT);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    assert.ok(Math.abs(mean / meanNsOf(law) - 1) < 0.02);
    assert.ok(values.every((value) => Number.isSafeInteger(value) && value >= 0));
  });
}

laws('constant is constant, and draws nothing', () => {
  const stream = new RandomStream('a');
  const twin = new RandomStream('a');
  assert.is(sampler({ kind: 'constant', meanNs: 5 }, stream).next(), 5);
  assert.is(stream.uniform(), twin.uniform());
});

laws('empirical interpolates between the order statistics of what was measured', () => {
  const source = new EmpiricalSampler(Float64Array.of(30, 10, 20), new RandomStream('empirical'));
  const values = Float64Array.from({ length: 50_000 }, () => source.next());
  assert.ok(values.every((value) => value >= 10 && value <= 30));
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  assert.ok(Math.abs(mean - 20) < 0.2);
  assert.is(new EmpiricalSampler(Float64Array.of(7), new RandomStream('one')).next(), 7);
});
laws.run();
