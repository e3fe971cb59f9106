import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { InvariantError } from '../../../src/engine/errors.ts';
import { RandomStream } from '../../../src/engine/random.ts';
import { NEVER_NS } from '../../../src/engine/time.ts';
import type { ArrivalProcess, ArrivalStreams } from '../../../src/traffic/arrivals/arrival-process.ts';
import { createArrivals } from '../../../src/traffic/arrivals/create.ts';
import type { ArrivalSpec } from '../../../src/traffic/specs.ts';
import { chiSquareDeviate, kolmogorovDeviate } from '../../support/goodness-of-fit.ts';

const LIMIT = 5; // standard deviations
const KS_LIMIT = 2;

function arrivals(
  spec: ArrivalSpec,
  startNs = 0,
  untilNs = NEVER_NS,
  seed = 'arrivals',
  countMax = Infinity,
): ArrivalProcess {
  return createArrivals(spec, startNs, untilNs, countMax, streamsOf(seed), null);
}

function streamsOf(seed: string): ArrivalStreams {
  return { arrivals: new RandomStream(seed), splits: new RandomStream(`${seed} splits`) };
}

function take(process: ArrivalProcess, count: number): Float64Array {
  return Float64Array.from({ length: count }, () => process.nextNs());
}

/** Gaps between `instants`, the first from `startNs` on. */
function gapsOf(instants: Float64Array, startNs = 0): Float64Array {
  return instants.map((atNs, i) => atNs - (i === 0 ? startNs : (instants[i - 1] ?? 0)));
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}

function varianceOf(values: Float64Array): number {
  const mean = meanOf(values);
  return values.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / (values.length - 1);
}

/** Distance of the mean of `values` from `mean`, in standard errors of a law of variance `variance`. */
function meanDeviate(values: Float64Array, mean: number, variance: number): number {
  return Math.abs(meanOf(values) - mean) / Math.sqrt(variance / values.length);
}

/** Numbers of arrivals in `count` windows of `widthNs`. */
function countsOf(process: ArrivalProcess, widthNs: number, count: number): Float64Array {
  const counts = new Float64Array(count);
  for (let atNs = process.nextNs(); atNs < widthNs * count; atNs = process.nextNs())
    counts[Math.floor(atNs / widthNs)]!++;
  return counts;
}

const test = suite('arrivals');

// --- periodic

/** round(k * 1e9 / rate), exactly; halves up. */
function periodicNs(k: number, ratePerSec: number): number {
  const rate = BigInt(ratePerSec);
  return Number((2n * BigInt(k) * 1_000_000_000n + rate) / (2n * rate));
}

test('periodic: instant k is round(k * 1e9 / rate), for whole and for awkward rates', () => {
  for (const rate of [1, 3, 7, 400, 999_983, 14_880_952, 999_999_999]) {
    const process = arrivals({ kind: 'periodic', ratePerSec: rate });
    for (let k = 0; k < 30_000; k++) assert.is(process.nextNs(), periodicNs(k, rate), `${rate}/s, arrival ${k}`);
  }
});

test('periodic: ten million gaps of 1/3 s and of 67.2 ns end on the nanosecond, without drift', () => {
  for (const rate of [3, 14_880_952]) {
    const process = arrivals({ kind: 'periodic', ratePerSec: rate });
    let last = 0;
    let shortest = Infinity;
    let longest = 0;
    process.nextNs();
    for (let k = 1; k <= 1e7; k++) {
      const atNs = process.nextNs();
      shortest = Math.min(shortest, atNs - last);
      longest = Math.max(longest, atNs - last);
      last = atNs;
    }
    assert.is(last, periodicNs(1e7, rate));
    assert.equal([shortest, longest], [Math.floor(1e9 / rate), Math.ceil(1e9 / rate)]);
  }
});

test('periodic: rates below 1/s and starts', () => {
  assert.equal([...take(arrivals({ kind: 'periodic', ratePerSec: 1 / 10 }, 7e9), 3)], [7e9, 17e9, 27e9]);
  for (let seconds = 1; seconds <= 3600; seconds += 7) {
    const process = arrivals({ kind: 'periodic', ratePerSec: 1e9 / (seconds * 1e9) });
    for (let k = 0; k < 250; k++) assert.is(process.nextNs(), k * seconds * 1e9, `every ${seconds} s, arrival ${k}`);
  }
  const hourly = take(arrivals({ kind: 'periodic', ratePerSec: 13 / 3600 }), 100);
  hourly.forEach((atNs, k) =>
    assert.is(atNs, Number((2n * BigInt(k) * 3_600_000_000_000n + 13n) / 26n), `arrival ${k}`),
  );
});

// --- poisson

test('poisson: gaps are exponential and independent, the first one from the start on', () => {
  const startNs = 3e9;
  const instants = take(arrivals({ kind: 'poisson', ratePerSec: 400 }, startNs), 200_000);
  const gaps = gapsOf(instants, startNs);
  const meanNs = 2.5e6;
  assert.ok(meanDeviate(gaps, meanNs, meanNs * meanNs) < LIMIT);
  assert.ok(Math.abs(varianceOf(gaps) / (meanNs * meanNs) - 1) < LIMIT * Math.sqrt(8 / gaps.length));
  assert.ok(kolmogorovDeviate(gaps, (x) => 1 - Math.exp(-x / meanNs)) < KS_LIMIT);
  const pairs = gaps.slice(1).reduce((sum, gap, i) => sum + (gap - meanNs) * ((gaps[i] ?? 0) - meanNs), 0);
  assert.ok(Math.abs(pairs / (meanNs * meanNs)) < LIMIT * Math.sqrt(gaps.length));
});

test('poisson: numbers in windows of 10 ms follow the Poisson law of mean 4', () => {
  const numbers = countsOf(arrivals({ kind: 'poisson', ratePerSec: 400 }), 1e7, 50_000);
  const observed = new Array<number>(30).fill(0);
  for (const n of numbers) observed[Math.min(29, n)]!++;
  let term = Math.exp(-4) * numbers.length;
  const expected = observed.map((_, n) => {
    if (n > 0) term *= 4 / n;
    return term;
  });
  assert.ok(Math.abs(chiSquareDeviate(observed, expected)) < LIMIT);
});

test('poisson: one arrival per nanosecond keeps its rate, though every instant is rounded', () => {
  const count = 1e6;
  const last = take(arrivals({ kind: 'poisson', ratePerSec: 1e9 }), count).at(-1) ?? 0;
  assert.ok(Math.abs(last - count) < LIMIT * Math.sqrt(count), `${last}`);
});

// --- burst, schedule, capture

test('burst: that many at the start, and no more', () => {
  const process = arrivals({ kind: 'burst', count: 3 }, 5);
  assert.equal([...take(process, 6)], [5, 5, 5, NEVER_NS, NEVER_NS, NEVER_NS]);
});

test('schedule and capture: the given offsets from the start, and no more', () => {
  const listed = arrivals({ kind: 'schedule', atNs: [0, 1, 1, 1e15] }, 10);
  assert.equal([...take(listed, 6)], [10, 11, 11, 1e15 + 10, NEVER_NS, NEVER_NS]);
  const capture = { kind: 'capture', file: 'f.pcap', port: null } as const;
  const offsets = Float64Array.of(0, 123_456_789);
  const replayed = createArrivals(capture, 10, NEVER_NS, Infinity, streamsOf('x'), offsets);
  assert.equal([...take(replayed, 3)], [10, 123_456_799, NEVER_NS]);
});

test('a count ends any process', () => {
  const named = arrivals({ kind: 'poisson', ratePerSec: 1000 }, 0, NEVER_NS, 'count', 10);
  assert.equal([...take(named, 12)].filter((atNs) => atNs < NEVER_NS).length, 10);
});

// --- batch

test('batch: instants are Poisson, geometric sizes have mean m and variance m (m - 1)', () => {
  const sizeMean = 10;
  const process = arrivals({ kind: 'batch', ratePerSec: 90, sizeKind: 'geometric', sizeMean });
  const sizes: number[] = [];
  const instants: number[] = [];
  for (let i = 0; i < 400_000; i++) {
    const atNs = process.nextNs();
    if (atNs !== instants.at(-1)) {
      instants.push(atNs);
      sizes.push(0);
    }
    sizes[sizes.length - 1]!++;
  }
  sizes.pop(); // the last batch may go on
  const size = Float64Array.from(sizes);
  assert.ok(meanDeviate(size, sizeMean, sizeMean * (sizeMean - 1)) < LIMIT);
  const observed = new Array<number>(200).fill(0);
  for (const n of sizes) observed[Math.min(199, n - 1)]!++;
  const expected = observed.map((_, n) => (sizes.length / sizeMean) * (1 - 1 / sizeMean) ** n);
  assert.ok(Math.abs(chiSquareDeviate(observed, expected)) < LIMIT);
  assert.ok(kolmogorovDeviate(gapsOf(Float64Array.from(instants)), (x) => 1 - Math.exp((-x * 90) / 1e9)) < KS_LIMIT);
});

test('batch: a constant size, and a geometric one of mean 1', () => {
  for (const sizeKind of ['constant', 'geometric'] as const) {
    const size = sizeKind === 'constant' ? 4 : 1;
    const instants = take(arrivals({ kind: 'batch', ratePerSec: 5, sizeKind, sizeMean: size }), 400 * size);
    instants.forEach((atNs, i) => assert.is(atNs === instants[i - 1], i % size !== 0, `arrival ${i}`));
  }
});

// --- mmpp

/**
 * Gaps of an interrupted Poisson process are hyperexponential: Kuczura, The interrupted Poisson process as an
 * overflow process, 1973. @returns their distribution function, in seconds.
 */
function interruptedGapCdf(rate: number, onS: number, offS: number): (x: number) => number {
  const [off, on] = [1 / onS, 1 / offS];
  const sum = rate + off + on;
  const root = Math.sqrt(sum * sum - 4 * rate * on);
  const [fast, slow] = [(sum + root) / 2, (sum - root) / 2];
  const p = (rate - slow) / (fast - slow);
  return (x) => 1 - p * Math.exp(-fast * x) - (1 - p) * Math.exp(-slow * x);
}

test('mmpp: with a silent second state the gaps follow the law of the interrupted Poisson process', () => {
  const process = arrivals({ kind: 'mmpp', ratesPerSec: [2000, 0], staysNs: [10e6, 30e6] });
  const gaps = gapsOf(take(process, 100_000)).map((ns) => ns / 1e9);
  assert.ok(kolmogorovDeviate(gaps, interruptedGapCdf(2000, 0.01, 0.03)) < KS_LIMIT);
  assert.ok(kolmogorovDeviate(gaps, interruptedGapCdf(2000, 0.01, 0.02)) > KS_LIMIT, 'another stay is told apart');
});

test('mmpp: numbers in long windows have the mean and the index of dispersion of two states', () => {
  const [rate1, rate2, stay1, stay2] = [2000, 200, 0.1, 0.2];
  const [windowS, windows] = [2, 5000];
  const mean = (rate1 * stay1 + rate2 * stay2) / (stay1 + stay2);
  // Variance over mean: one, and twice the covariance of the rate integrated over the window. It decays at rate `both`.
  const both = 1 / stay1 + 1 / stay2;
  const rateVariance = ((rate1 - rate2) * (rate1 - rate2) * stay1 * stay2) / ((stay1 + stay2) * (stay1 + stay2));
  const decayed = 1 - (1 - Math.exp(-both * windowS)) / (both * windowS);
  const index = 1 + (2 * rateVariance * decayed) / (both * mean);
  const process = arrivals({ kind: 'mmpp', ratesPerSec: [rate1, rate2], staysNs: [stay1 * 1e9, stay2 * 1e9] });
  const numbers = countsOf(process, windowS * 1e9, windows);
  assert.ok(meanDeviate(numbers, mean * windowS, index * mean * windowS) < LIMIT);
  const measured = varianceOf(numbers) / meanOf(numbers);
  assert.ok(Math.abs(measured / index - 1) < LIMIT * Math.sqrt(2 / windows), `${measured} for ${index}`);
});

test('mmpp: the states follow each other in a circle, beginning with the first', () => {
  // Stays so long, and rates so far apart, that each stay shows its own.
  const ratesPerSec = [100, 10_000, 1000];
  const firsts = Float64Array.from({ length: 3000 }, (_, i) =>
    arrivals({ kind: 'mmpp', ratesPerSec, staysNs: [1e12, 1e12, 1e12] }, 0, NEVER_NS, `first ${i}`).nextNs(),
  );
  assert.ok(meanDeviate(firsts, 1e7, 1e14) < LIMIT);
  const idle = Float64Array.from({ length: 3000 }, (_, i) =>
    arrivals({ kind: 'mmpp', ratesPerSec: [0, 0, 1e6], staysNs: [1e9, 2e9, 3e9] }, 0, NEVER_NS, `idle ${i}`).nextNs(),
  );
  // Two silent stays come before the first arrival: means add, variances add.
  assert.ok(meanDeviate(idle, 3e9, 5e18) < LIMIT);
});

// --- all

test('until is strictly before, and nothing comes after it', () => {
  const at = (untilNs: number): number[] => [...take(arrivals({ kind: 'schedule', atNs: [1, 2, 3] }, 10, untilNs), 4)];
  assert.equal(at(13), [11, 12, NEVER_NS, NEVER_NS]);
  assert.equal(at(14), [11, 12, 13, NEVER_NS]);
  assert.equal(at(11), [NEVER_NS, NEVER_NS, NEVER_NS, NEVER_NS]);
  const periodic = arrivals({ kind: 'periodic', ratePerSec: 10 }, 0, 1e9);
  assert.is(take(periodic, 30).filter((ns) => ns < NEVER_NS).length, 10);
});

test('what is no arrival process, and a capture that was not read, are bugs', () => {
  const isBug = (error: unknown): boolean => error instanceof InvariantError;
  assert.throws(() => arrivals({ kind: 'closed', count: 1, thinkNs: 0 }), isBug);
  assert.throws(() => arrivals({ kind: 'capture', file: 'f', port: null }), isBug);
});

const anyRate = fc.double({ min: 1e-3, max: 1e9, noNaN: true });
const anySpec: fc.Arbitrary<ArrivalSpec> = fc.oneof(
  fc.record({ kind: fc.constant('periodic' as const), ratePerSec: anyRate }),
  fc.record({ kind: fc.constant('poisson' as const), ratePerSec: anyRate }),
  fc.record({ kind: fc.constant('burst' as const), count: fc.nat(100) }),
  fc.record({
    kind: fc.constant('batch' as const),
    ratePerSec: anyRate,
    sizeKind: fc.constantFrom('geometric' as const, 'constant' as const),
    sizeMean: fc.integer({ min: 1, max: 1000 }),
  }),
  fc.record({
    kind: fc.constant('mmpp' as const),
    ratesPerSec: fc.tuple(fc.double({ min: 1, max: 1e9, noNaN: true }), fc.constantFrom(0, 5)),
    staysNs: fc.tuple(fc.integer({ min: 1e6, max: 1e12 }), fc.integer({ min: 1e6, max: 1e12 })),
  }),
  fc.record({
    kind: fc.constant('schedule' as const),
    atNs: fc.array(fc.nat(1e9), { maxLength: 50 }).map((list) => list.toSorted((a, b) => a - b)),
  }),
);

test('every process gives whole nanoseconds that never go back, from its start up to its end, and always the same', () => {
  fc.assert(
    fc.property(anySpec, fc.nat(1e12), fc.option(fc.nat(1e12)), (spec, startNs, forNs) => {
      const untilNs = forNs === null ? NEVER_NS : startNs + forNs;
      const [process, again] = [arrivals(spec, startNs, untilNs), arrivals(spec, startNs, untilNs)];
      let last = startNs;
      for (let i = 0; i < 200; i++) {
        const atNs = process.nextNs();
        assert.is(again.nextNs(), atNs);
        if (atNs === NEVER_NS) {
          last = NEVER_NS;
          continue;
        }
        assert.ok(Number.isInteger(atNs) && atNs >= last && atNs < untilNs, `${atNs} after ${last}`);
        last = atNs;
      }
    }),
    { seed: 11, numRuns: 500 },
  );
});

test('a walk names what is named one by one, up to the first arrival at its end, and goes on by either', () => {
  const steps = fc.array(
    fc.oneof(fc.constant(null), fc.record({ forNs: fc.nat(2e9), most: fc.integer({ min: 1, max: 40 }) })),
    { minLength: 1, maxLength: 30 },
  );
  const bounds = fc.record({ forNs: fc.option(fc.nat(1e10)), countMax: fc.option(fc.nat(60), { nil: Infinity }) });
  fc.assert(
    fc.property(anySpec, fc.nat(1e12), bounds, steps, (spec, startNs, { forNs, countMax }, walks) => {
      const untilNs = forNs === null ? NEVER_NS : startNs + forNs;
      const [walked, named] = ['walk', 'walk'].map((seed) => arrivals(spec, startNs, untilNs, seed, countMax));
      if (walked === undefined || named === undefined) throw new InvariantError('two processes');
      let atNs = startNs;
      for (const step of walks) {
        const endNs = step === null || atNs === NEVER_NS ? atNs : atNs + step.forNs;
        const count = step === null ? 1 : walked.walk(endNs, step.most);
        const last = step === null ? walked.nextNs() : walked.namedNs;
        assert.ok(count >= 1 && count <= (step?.most ?? 1));
        for (let i = 1; i < count; i++) assert.ok(named.nextNs() < endNs, 'one that is not the last');
        atNs = named.nextNs();
        assert.is(last, atNs);
      }
    }),
    { seed: 12, numRuns: 2000 },
  );
});
test.run();
