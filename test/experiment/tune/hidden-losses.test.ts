import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { shownUpperBound, lossesShown } from '../../../src/experiment/statistics/rare-losses.ts';
import { clustersIn, hiddenLosses } from '../../../src/experiment/tune/hidden-losses.ts';

const NOTHING = { size: 1, isKnown: false };
const none = (runs: number): number[] => Array.from({ length: runs }, () => 0);
/** Every `every`th of `runs` loses `size`. */
const some = (runs: number, every: number, size: number): number[] =>
  none(runs).map((_, run) => (run % every === 0 ? size : 0));

const test = suite('hidden losses');

test('where nothing was lost anywhere, clusters of 32, as soon as surely fewer than one run in ten has any', () => {
  assert.equal(hiddenLosses(none(60), NOTHING, 1e-3), { more: Infinity, assumed: null });
  const { assumed, more } = hiddenLosses(none(1000), NOTHING, 1e-3)!;
  // ln(1000) clusters.
  assert.is(assumed, 32);
  assert.ok(Math.abs(more - (32 * 6.91) / 1000) < 0.05 * more, String(more));
});

test('where others have shown many clusters, twice as large as theirs: none of few runs is enough to know', () => {
  const others = clustersIn([none(8), [9, 3, 0, 12, 5, 8, 7, 6]]);
  assert.ok(others.isKnown && others.size > 1 && others.size < 4, String(others.size));
  const { assumed, more } = hiddenLosses(none(8), others, 1e-3)!;
  assert.is(assumed, 2 * others.size);
  assert.ok(more < 8, String(more));
  assert.is(clustersIn([some(8, 4, 20)]).isKnown, false);
});

test('what was lost counts, where it says more than the assumption; enough of it is left to other tests', () => {
  const counts = some(3000, 60, 100);
  const { assumed, more } = hiddenLosses(counts, clustersIn([counts]), 1e-3)!;
  assert.is(assumed, null);
  assert.is(more, shownUpperBound(lossesShown(counts), 1e-3) - 50 / 30);
  assert.is(hiddenLosses(some(9000, 60, 100), NOTHING, 1e-3), null);
});
test.run();
