import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { RandomStream } from '../../../src/engine/random.ts';
import { hiddenJump, largestNear } from '../../../src/experiment/tune/hidden-jumps.ts';
import { counts } from '../../support/counts.ts';

const test = suite('hidden jumps');

test('jumps are as large as any of what is in question, and of the nearest that is not', () => {
  const near = { values: [30, 900, NaN], isOut: true };
  const far = { values: [63_000, 63_000], isOut: true };
  assert.is(largestNear([{ values: [24, 25], isOut: false }, near, far]), 900);
  assert.is(largestNear([{ values: [24, 2000], isOut: false }, near, far]), 2000);
  assert.is(largestNear([{ values: [NaN], isOut: false }]), -Infinity);
});

test('where no jump is known there is no margin; with one, none in n runs is a chance of alpha', () => {
  assert.is(hiddenJump([24, 24], '', -Infinity, 0.01), 0);
  assert.is(hiddenJump([24, 24], '', 24, 0.01), 0);
  const times = Array.from({ length: 100 }, () => 50);
  // What is known of a time is the second of a SYN.
  for (const [unit, largest] of [
    ['', 1050],
    ['ms', -Infinity],
  ] as const) {
    const margin = hiddenJump(times, unit, largest, 0.05);
    assert.ok(Math.abs(margin / ((1000 * -Math.log(0.05)) / 100) - 1) < 0.02, String(margin));
  }
});

test('the bound is below the truth less often than alpha: 50 ms, but in one run of fifty a second more', () => {
  const stream = new RandomStream('hidden jumps');
  for (const n of [5, 20, 80, 320]) {
    let below = 0;
    for (let i = 0; i < counts.tuneExperiments; i++) {
      const values = Array.from({ length: n }, () => 50 + stream.uniform() + (stream.uniform() < 0.02 ? 1000 : 0));
      const mean = values.reduce((a, b) => a + b, 0) / n;
      if (mean + hiddenJump(values, 'ms', 1051, 0.05) < 70.5) below++;
    }
    assert.ok(below <= 0.05 * counts.tuneExperiments + 6, `${n} runs: ${below} of ${counts.tuneExperiments}`);
  }
});
test.run();
