import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { outcomeOf } from '../../bench/harness.ts';
import { benchCases, titleOf } from '../../bench/run.ts';

/** Benchmark → outcome of its first call at smoke size: a change here is a change of what is measured. */
const OUTCOMES = JSON.parse(readFileSync('test/bench/outcomes.json', 'utf8')) as Record<string, string>;

const test = suite('benchmarks');

for (const one of benchCases('smoke')) {
  test(`${titleOf(one)} does what it did`, () => {
    assert.is(outcomeOf(one), OUTCOMES[titleOf(one)]);
  });
}

test('no benchmark has gone, and none has two names', () => {
  const titles = benchCases('smoke').map(titleOf);
  assert.equal(titles.toSorted(), Object.keys(OUTCOMES).toSorted());
});
test.run();
