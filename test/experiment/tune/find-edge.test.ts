import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { describeCurve, findEdges, gridOf, type Judge } from '../../../src/experiment/tune/find-edge.ts';
import { parseScale } from '../../../src/experiment/tune/value-scale.ts';
import type { Verdict } from '../../../src/experiment/tune/verdict.ts';

/** Decides a value once it has had the runs that it takes. */
class Oracle implements Judge {
  spentShare: number;
  readonly runs: Map<number, number>;
  private readonly excess: (place: number) => number;
  private readonly budget: number;

  constructor(excess: (place: number) => number, budget = Infinity) {
    this.spentShare = 0;
    this.runs = new Map();
    this.excess = excess;
    this.budget = budget;
  }

  decide(places: readonly number[], cap: number): Promise<void> {
    for (const place of places) {
      const needs = Math.ceil(16 / (this.excess(place) * this.excess(place)));
      const runs = Math.max(this.runsAt(place), Math.min(cap, needs));
      this.spentShare += (runs - this.runsAt(place)) / this.budget;
      this.runs.set(place, runs);
    }
    return Promise.resolve();
  }

  verdictAt(place: number): Verdict {
    const needs = Math.ceil(16 / (this.excess(place) * this.excess(place)));
    if (this.runsAt(place) < needs) return 'open';
    return this.excess(place) > 0 ? 'fails' : 'meets';
  }

  runsAt(place: number): number {
    return this.runs.get(place) ?? 0;
  }

  excessAt(place: number): number {
    return this.excess(place);
  }

  deviationAt(): number {
    return 1;
  }

  runsLeftAt(): number {
    return this.budget * (1 - this.spentShare);
  }

  areAlike(places: readonly number[]): boolean {
    return places.every((place) => this.excess(place) === this.excess(places[0]!));
  }

  /** Of all values. */
  get made(): number {
    return [...this.runs.values()].reduce((a, b) => a + b, 0);
  }
}

const scale = parseScale('a.b=1..4096');
const search = async (judge: Oracle, seeks: 'smallest' | 'largest' = 'smallest') => {
  const edges = await findEdges(scale, judge, { runsMax: 20_000, alpha: 0.01, known: [], seeks });
  return describeCurve(
    [...judge.runs.keys()].toSorted((a, b) => a - b),
    judge,
    edges,
    seeks,
  );
};

const test = suite('edges');

test('a grid has both ends, and steps by factors where the ends are far apart', () => {
  const values = (text: string) => {
    const own = parseScale(text);
    return gridOf(own).map((place) => own.valueAt(place));
  };
  assert.equal(values('a=1..4096'), [1, 2, 5, 12, 28, 64, 147, 338, 776, 1783, 4096]);
  assert.equal(values('a=0..10'), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  assert.equal(values('a=7..8'), [7, 8]);
  assert.ok(values('a=0..65535').length >= 10);
});

test('every edge of a scale is found, in few values', async () => {
  for (const first of [1, 2, 3, 100, 146, 147, 148, 1000, 4094, 4095]) {
    const judge = new Oracle((place) => (place < first ? 10 : -10));
    const { edge, isMonotone, ranges } = await search(judge);
    assert.equal([edge, isMonotone], [{ fails: first - 1, meets: first }, true]);
    assert.equal(ranges, [{ from: first, to: 4095 }]);
    assert.ok(judge.runs.size < 30, String(judge.runs.size));
  }
});

test('the largest is found as well', async () => {
  const { edge, ranges } = await search(new Oracle((place) => (place > 700 ? 10 : -10)), 'largest');
  assert.equal([edge, ranges], [{ fails: 701, meets: 700 }, [{ from: 0, to: 700 }]]);
});

test('values near the edge get the runs they take, the others few', async () => {
  const judge = new Oracle((place) => (500.5 - place) / 10);
  const { edge } = await search(judge);
  assert.equal(edge, { fails: 500, meets: 501 });
  assert.ok(judge.runsAt(500) >= 6400);
  assert.ok([...judge.runs.values()].filter((runs) => runs > 1000).length <= 4);
});

test('what the budget does not decide stays undecided, and is narrowed as far as it goes', async () => {
  const flat = (place: number): number => (500.5 - place) / 1000;
  const ends = async (budget: number) => (await search(new Oracle(flat, budget))).edge!;
  const [little, much] = [await ends(5000), await ends(200_000)];
  assert.ok(little.fails < 500 && little.meets > 501);
  assert.ok(much.meets - much.fails < little.meets - little.fails);
  assert.ok(much.fails <= 500 && much.meets >= 501);
});

test('a flat curve at its bound ends soon: what the budget cannot decide is not tried until it is spent', async () => {
  const budget = 100_000;
  const flat = new Oracle(() => 1e-4, budget);
  assert.equal((await search(flat)).ranges, []);
  assert.ok(flat.made < budget / 5, String(flat.made));
  // Flat on one side alone: the end there tells no more.
  const plateau = new Oracle((place) => (place < 700 ? 10 : -1e-4), budget);
  const { edge, ranges } = await search(plateau);
  assert.equal([edge, ranges], [null, []]);
  assert.ok(plateau.made < budget / 4, String(plateau.made));
});

test('a flat curve away from its bound is decided at the end that is sought', async () => {
  assert.equal((await search(new Oracle(() => -0.1, 100_000))).ranges, [{ from: 0, to: 0 }]);
  assert.equal((await search(new Oracle(() => -0.1, 100_000), 'largest')).ranges, [{ from: 4095, to: 4095 }]);
  const { edge, ranges } = await search(new Oracle(() => 0.1, 100_000));
  assert.equal([edge, ranges], [null, []]);
});

test('a window in which the goal is met is no monotone curve: both of its ends are found', async () => {
  const judge = new Oracle((place) => (place >= 90 && place <= 400 ? -10 : 10));
  const { edge, isMonotone, ranges } = await search(judge);
  assert.equal([edge, isMonotone], [{ fails: 89, meets: 90 }, false]);
  assert.equal(ranges, [{ from: 90, to: 400 }]);
});

test('nothing meets, or everything does', async () => {
  assert.equal((await search(new Oracle(() => 1))).ranges, []);
  const { edge, ranges } = await search(new Oracle(() => -1));
  assert.equal([edge, ranges], [null, [{ from: 0, to: 4095 }]]);
});
test.run();
