import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { RandomStream } from '../../../src/engine/random.ts';
import { NEVER_NS } from '../../../src/engine/time.ts';
import type { ArrivalProcess } from '../../../src/traffic/arrivals/arrival-process.ts';
import { ArrivalWindow } from '../../../src/traffic/arrivals/arrival-window.ts';
import { createArrivals } from '../../../src/traffic/arrivals/create.ts';
import type { ArrivalSpec } from '../../../src/traffic/specs.ts';

const LIMIT = 5; // standard deviations
const RUNS = 4000;

/** A process named one by one, or a window over it; streams of `seed`. */
function processOf(
  spec: ArrivalSpec,
  seed: string,
  untilNs = NEVER_NS,
  startNs = 0,
  countMax = Infinity,
): ArrivalProcess {
  const streams = { arrivals: new RandomStream(seed), splits: new RandomStream(`${seed} splits`) };
  return createArrivals(spec, startNs, untilNs, countMax, streams, null);
}

function windowOf(process: ArrivalProcess, seed: string, loss = 0): ArrivalWindow {
  const streams = { losses: new RandomStream(`${seed} losses`), splits: new RandomStream(`${seed} more splits`) };
  return new ArrivalWindow(process, loss, streams);
}

/** [count, lost, instants] of each share of the window up to `cuts`, the last of which is its end. */
function sharesOf(window: ArrivalWindow, cuts: readonly number[], namedNs: number, byInstant: boolean): number[][] {
  window.open(cuts.at(-1) ?? 0, namedNs, byInstant);
  return cuts.map((cutNs) => {
    window.countTo(cutNs);
    return [window.count, window.lost, window.instants];
  });
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}

function varianceOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return meanOf(values.map((x) => (x - mean) * (x - mean)));
}

/** Distance of the means of two samples, in standard errors. */
function meanDistance(a: readonly number[], b: readonly number[]): number {
  const distance = Math.abs(meanOf(a) - meanOf(b));
  return distance === 0 ? 0 : distance / Math.sqrt(varianceOf(a) / a.length + varianceOf(b) / b.length);
}

/** The same for means, second moments and products of all pairs of figures; rows are runs. */
function assertSameLaw(counted: readonly number[][], named: readonly number[][]): void {
  const width = named[0]?.length ?? 0;
  const centers = Array.from({ length: width }, (_, i) => meanOf(named.map((row) => row[i] ?? 0)));
  const column = (rows: readonly number[][], i: number): number[] =>
    rows.map((row) => (row[i] ?? 0) - (centers[i] ?? 0));
  for (let i = 0; i < width; i++) {
    assert.ok(meanDistance(column(counted, i), column(named, i)) < LIMIT, `mean of figure ${i}`);
    for (let j = i; j < width; j++) {
      const product = (rows: readonly number[][]): number[] => {
        const [a, b] = [column(rows, i), column(rows, j)];
        return a.map((x, run) => x * (b[run] ?? 0));
      };
      assert.ok(meanDistance(product(counted), product(named)) < LIMIT, `product of figures ${i} and ${j}`);
    }
  }
}

const test = suite('ArrivalWindow');

/** Processes, and spans in which they have some arrivals. */
const LISTED: readonly (readonly [ArrivalSpec, number])[] = [
  [{ kind: 'periodic', ratePerSec: 997 }, 1e10],
  [{ kind: 'periodic', ratePerSec: 1e9 / 7 }, 1e4],
  [{ kind: 'burst', count: 30 }, 1e3],
  [{ kind: 'batch', ratePerSec: 50, sizeKind: 'geometric', sizeMean: 10 }, 1e10],
  [{ kind: 'batch', ratePerSec: 5e8, sizeKind: 'constant', sizeMean: 3 }, 1e3],
  [{ kind: 'schedule', atNs: [0, 0, 1, 1, 1, 2, 500, 500, 700_000, 900_000_000] }, 1e9],
];

test('what is not random, and batches, are counted as they would be named, in every share, with their instants', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...LISTED),
      fc.nat(1e9),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 }),
      fc.boolean(),
      ([spec, spanNs], startNs, shares, startsNamed) => {
        const untilNs = startNs + Math.floor(spanNs * 0.9);
        const named = processOf(spec, 'listed', untilNs, startNs);
        const process = processOf(spec, 'listed', untilNs, startNs);
        const window = windowOf(process, 'listed');
        let [atNs, seenNs, left] = [named.nextNs(), -1, 20_000];
        const firstNs = process.nextNs();
        const firstEndNs = Math.max(startNs + spanNs, firstNs === NEVER_NS ? 0 : firstNs + 1);
        if (!startsNamed && firstNs !== NEVER_NS) {
          seenNs = atNs;
          atNs = named.nextNs();
        }
        const cuts = [...shares.map((share) => startNs + Math.floor(share * spanNs)), firstEndNs];
        cuts.sort((a, b) => a - b);
        const counted = sharesOf(window, cuts, startsNamed ? firstNs : NEVER_NS, true);
        cuts.forEach((cutNs, i) => {
          let [count, instants] = [0, 0];
          for (; atNs < cutNs && left > 0; left--) {
            count++;
            if (atNs !== seenNs) instants++;
            seenNs = atNs;
            atNs = named.nextNs();
          }
          if (left > 0) assert.equal(counted[i], [count, 0, instants], `${JSON.stringify(spec)} to ${cutNs}`);
        });
        if (left > 0) assert.is(process.nextNs(), atNs);
      },
    ),
    { seed: 5, numRuns: 1000 },
  );
});

const RANDOM: readonly (readonly [ArrivalSpec, number])[] = [
  [{ kind: 'poisson', ratePerSec: 100 }, 4e9],
  [{ kind: 'mmpp', ratesPerSec: [1000, 0], staysNs: [5e8, 5e8] }, 4e9],
  // So fast that several arrivals share a nanosecond, and stays end inside of one.
  [{ kind: 'poisson', ratePerSec: 4e8 }, 40],
  [{ kind: 'mmpp', ratesPerSec: [1e9, 1e8], staysNs: [3, 2] }, 40],
];

/** Arrivals and instants before 1/4 of the span and from there to its end, and how far the next one lies behind it. */
function namedRow(spec: ArrivalSpec, spanNs: number, seed: string): number[] {
  const process = processOf(spec, seed);
  const row = [0, 0, 0, 0];
  let seenNs = -1;
  let atNs = process.nextNs();
  const endNs = atNs + spanNs;
  for (const cutNs = atNs + spanNs / 4; atNs < endNs; atNs = process.nextNs()) {
    const share = atNs < cutNs ? 0 : 2;
    row[share]!++;
    if (atNs !== seenNs) row[share + 1]!++;
    seenNs = atNs;
  }
  return [...row, atNs - endNs];
}

function countedRow(spec: ArrivalSpec, spanNs: number, seed: string, byInstant: boolean): number[] {
  const process = processOf(spec, seed);
  const window = windowOf(process, seed);
  const firstNs = process.nextNs();
  const shares = sharesOf(window, [firstNs + spanNs / 4, firstNs + spanNs], firstNs, byInstant);
  const figures = shares.flatMap(([count = 0, , instants = 0]) => [count, instants]);
  return [...figures, process.nextNs() - firstNs - spanNs];
}

for (const [spec, spanNs] of RANDOM) {
  test(`${JSON.stringify(spec)}: counting and naming give the same law, in both shares and behind them`, () => {
    const rows = (row: (seed: string) => number[]): number[][] => Array.from({ length: RUNS }, (_, i) => row(`${i}`));
    const named = rows((seed) => namedRow(spec, spanNs, `named ${seed}`));
    assertSameLaw(
      rows((seed) => countedRow(spec, spanNs, `instants ${seed}`, true)),
      named,
    );
    const withoutInstants = (all: readonly number[][]): number[][] => all.map(([a = 0, , b = 0, , c = 0]) => [a, b, c]);
    const counted = rows((seed) => countedRow(spec, spanNs, `counted ${seed}`, false));
    assertSameLaw(withoutInstants(counted), withoutInstants(named));
  });
}

test('lost arrivals: each is lost by itself, in every share', () => {
  const loss = 0.3;
  for (const spec of [
    { kind: 'poisson', ratePerSec: 1000 },
    { kind: 'periodic', ratePerSec: 997 },
    { kind: 'batch', ratePerSec: 20, sizeKind: 'constant', sizeMean: 40 },
    { kind: 'mmpp', ratesPerSec: [2000, 100], staysNs: [1e8, 2e8] },
  ] as const) {
    const figures = ([[a = 0, aLost = 0] = [], [b = 0, bLost = 0] = []]: number[][]): number[] => [a, aLost, b, bLost];
    const counted = Array.from({ length: RUNS }, (_, i) => {
      const process = processOf(spec, `lossy ${i}`);
      return figures(sharesOf(windowOf(process, `lossy ${i}`, loss), [3e8, 1e9], process.nextNs(), false));
    });
    const named = Array.from({ length: RUNS }, (_, i) => {
      const process = processOf(spec, `named lossy ${i}`);
      const losses = new RandomStream(`losses ${i}`);
      const row = [0, 0, 0, 0];
      for (let atNs = process.nextNs(); atNs < 1e9; atNs = process.nextNs()) {
        const share = atNs < 3e8 ? 0 : 2;
        row[share]!++;
        if (losses.bernoulli(loss)) row[share + 1]!++;
      }
      return row;
    });
    assertSameLaw(counted, named);
  }
});

test('a count ends any process: the first ones count', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...LISTED.filter(([spec]) => spec.kind !== 'burst')),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }),
      fc.integer({ min: 1, max: 50 }),
      ([spec, spanNs], shares, countMax) => {
        const process = processOf(spec, 'ends', NEVER_NS, 0, countMax);
        const all = processOf(spec, 'ends');
        const instants = Array.from({ length: countMax }, () => all.nextNs());
        const cuts = [...shares.map((share) => Math.floor(share * spanNs)), Math.ceil(spanNs)];
        cuts.sort((a, b) => a - b);
        const counted = sharesOf(windowOf(process, 'ends'), cuts, process.nextNs(), false);
        counted.forEach(([count], i) => {
          const [fromNs, toNs] = [cuts[i - 1] ?? 0, cuts[i] ?? 0];
          assert.is(count, instants.filter((atNs) => atNs >= fromNs && atNs < toNs).length);
        });
        assert.is(process.nextNs(), instants.find((atNs) => atNs >= spanNs) ?? NEVER_NS);
      },
    ),
    { seed: 3, numRuns: 500 },
  );
  const limited = processOf({ kind: 'poisson', ratePerSec: 1000 }, 'ends', NEVER_NS, 0, 10);
  const window = windowOf(limited, 'ends');
  const shares = sharesOf(window, [1e6, 1e9], limited.nextNs(), false);
  assert.equal([(shares[0]?.[0] ?? 0) + (shares[1]?.[0] ?? 0), limited.nextNs()], [10, NEVER_NS]);
});

test('who looks in between changes no total, and nothing that comes behind', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...LISTED, ...RANDOM),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }),
      fc.boolean(),
      ([spec, spanNs], shares, byInstant) => {
        const totals = [[], shares].map((some) => {
          const process = processOf(spec, 'looked at', Math.ceil(spanNs * 0.9));
          const window = windowOf(process, 'looked at', byInstant ? 0 : 0.2);
          const firstNs = process.nextNs();
          const cuts = [...some.map((share) => firstNs + Math.floor(share * spanNs)), firstNs + spanNs];
          cuts.sort((a, b) => a - b);
          const counted = sharesOf(window, cuts, firstNs, byInstant);
          const total = [0, 1, ...(byInstant ? [2] : [])].map((figure) =>
            counted.reduce((sum, share) => sum + (share[figure] ?? 0), 0),
          );
          return [...total, process.nextNs()];
        });
        assert.equal(totals[1], totals[0]);
      },
    ),
    { seed: 7, numRuns: 1000 },
  );
});
test.run();
