import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { RandomStream } from '../../../src/engine/random.ts';
import { rinottConstant, rinottReplications } from '../../../src/experiment/statistics/rinott.ts';
import { knConstants, ocbaAllocation, selectBest } from '../../../src/experiment/statistics/selection.ts';
import { counts } from '../../support/counts.ts';
import { isNear, METHOD_VECTORS } from '../../support/method-vectors.ts';

const test = suite('selection of the best');

test('constants of KN as published, with common and with independent random numbers', () => {
  for (const { alpha, eta_CRN, eta_indep, h2_CRN, h2_indep, k, n0 } of METHOD_VECTORS.KN_c1.points) {
    for (const [isCommon, eta, hSquared] of [
      [true, eta_CRN, h2_CRN],
      [false, eta_indep, h2_indep],
    ] as const) {
      const received = knConstants(k, 1 - Number(alpha), n0, isCommon);
      assert.ok(isNear(received.eta, Number(eta), 1e-12), `k=${k}: ${received.eta}`);
      assert.ok(isNear(received.hSquared, Number(hSquared), 1e-12), `k=${k}: ${received.hSquared}`);
    }
  }
});

test("Rinott's constant as published", () => {
  for (const [key, expected] of Object.entries(METHOD_VECTORS.Rinott_h)) {
    const [k = 0, confidence = 0, n0 = 0] = key.split(',').map((part) => Number(part.split('=')[1]));
    const received = rinottConstant(k, confidence, n0);
    assert.ok(Math.abs(received - expected) < 6e-6, `${key}: ${received}`);
  }
  assert.is(rinottReplications(3, 2, 0.5, 20), 144);
  assert.is(rinottReplications(3, 0, 0.5, 20), 20);
  assert.throws(() => rinottConstant(2, 0.4, 20), /confidence: expected a number between 0.5 and 1/);
  assert.throws(() => rinottReplications(3, 1, 0, 20), /difference/);
});

test('OCBA divides as published, most for those near the best', () => {
  const { allocation, means, sd, total } = METHOD_VECTORS.OCBA;
  ocbaAllocation(means, sd, total).forEach((share, i) => {
    assert.ok(Math.abs(share - (allocation[i] ?? 0)) < 1e-5, `${i}: ${share}`);
  });
  assert.throws(() => ocbaAllocation([1, 1], [1, 1], 10), /tie/);
});

test('KN finds the best of five, one difference apart, at least as often as it says', () => {
  let right = 0;
  let replications = 0;
  for (let experiment = 0; experiment < counts.selections; experiment++) {
    const streams = Array.from({ length: 5 }, (_, i) => new RandomStream(`select ${experiment} ${i}`));
    const observe = (i: number): number => (i === 3 ? 0.5 : 0) + (streams[i]?.normal() ?? NaN);
    const result = selectBest(5, observe, { difference: 0.5, isCommon: false });
    assert.equal(result.survivors, [result.best]);
    if (result.best === 3) right++;
    replications += result.replications.reduce((a, b) => a + b, 0);
  }
  const share = right / counts.selections;
  assert.ok(share > 0.95 - 3 * Math.sqrt((0.05 * 0.95) / counts.selections), `${share} right`);
  assert.ok(replications / counts.selections > 50);
});

test('KN: those that are far off are dropped after the first stage, equal ones end in a choice', () => {
  const stream = new RandomStream('far');
  const { best, replications } = selectBest(3, (i) => 10 * i + stream.normal(), { difference: 1 });
  assert.equal([best, replications], [2, [10, 10, 10]]);
  assert.is(selectBest(2, (_, r) => r % 2, { difference: 1 }).survivors.length, 1);
  const cut = selectBest(2, () => stream.normal(), { difference: 1e-6, replicationsMax: 40 });
  assert.equal(cut.replications, [40, 40]);
  assert.is(cut.survivors.length, 2);
  for (const options of [{ difference: 0 }, { difference: 1, confidence: 1 }, { difference: 1, firstStage: 2 }]) {
    assert.throws(() => selectBest(2, () => 0, options), /expected/);
  }
});
test.run();
