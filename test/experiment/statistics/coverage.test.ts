import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { RandomStream } from '../../../src/engine/random.ts';
import { batchMeans } from '../../../src/experiment/statistics/batch-means.ts';
import { meanInterval } from '../../../src/experiment/statistics/interval.ts';
import { parseScenario } from '../../../src/scenario/parse.ts';
import { simulate } from '../../../src/simulation/simulate.ts';
import { type FormulaPlan, Measured } from '../../../src/verify/formula-plan.ts';
import { figuresOfFormula, Parameters } from '../../../src/verify/formula-values.ts';
import { LOSS_PLANS } from '../../../src/verify/loss-plans.ts';
import { QUEUE_PLANS } from '../../../src/verify/queue-plans.ts';
import { counts } from '../../support/counts.ts';

const REPLICATIONS = 10;
/** 93 to 97 % of 2000 experiments; of fewer, four standard errors. */
const TOLERANCE = Math.max(0.02, 4 * Math.sqrt((0.95 * 0.05) / counts.coverageExperiments));

function plansOf(id: string, parameters: Parameters, arrivals: number): readonly FormulaPlan[] {
  const effort = { arrivals, replications: REPLICATIONS };
  const queue = QUEUE_PLANS[id]?.(parameters, effort) ?? null;
  return queue === null ? (LOSS_PLANS[id]?.(parameters, effort) ?? []) : [queue];
}

/** Share of experiments whose interval for `field` holds what the formula says. */
function coverage({ readings, scenario: text }: FormulaPlan, field: string, exact: number, hasStart: boolean): number {
  const reading = readings[field];
  if (reading?.kind !== 'mean') throw new RangeError(`no reading of ${field}`);
  const plain = parseScenario(text(0), 'coverage.yaml');
  let covered = 0;
  for (let experiment = 0; experiment < counts.coverageExperiments; experiment++) {
    const values = Array.from({ length: REPLICATIONS }, (_, replication) => {
      // A stationary start is part of the scenario.
      const number = experiment * REPLICATIONS + replication;
      const scenario = hasStart ? parseScenario(text(number), 'coverage.yaml') : plain;
      const seed = `coverage ${experiment}`;
      return reading.read(new Measured(simulate({ scenario: { ...scenario, seed }, files: new Map(), replication })));
    });
    const { halfWidth, mean } = meanInterval(values);
    if (Math.abs(mean - exact) <= (halfWidth ?? 0)) covered++;
  }
  return covered / counts.coverageExperiments;
}

const test = suite('coverage of 95 % intervals');

for (const [id, params, field, arrivals] of [
  ['F1', { lambda_: 4, mu: 5, K: 6 }, 'L', 500],
  ['F2', { lambda_: 3, mu: 1, c: 4 }, 'Wq', 3000],
  ['F3', { lambda_: 900, D: 0.001, K: 10 }, 'L', 1000],
  ['F4', { lambda_: 800, service: 'deterministic 1 ms' }, 'Wq', 3000],
  ['F5', { lambda_: 0.1, T_hold: 75, c: 8 }, 'mean_occupancy', 300],
] as const) {
  const parameters = new Parameters(params);
  for (const plan of plansOf(id, parameters, arrivals)) {
    test(`${id} ${JSON.stringify(params)} ${plan.variant}: ${field} is covered 95 times in 100`, () => {
      const share = coverage(plan, field, figuresOfFormula(id, parameters)[field] ?? NaN, id === 'F5');
      assert.ok(Math.abs(share - 0.95) <= TOLERANCE, `${share} of ${counts.coverageExperiments}`);
    });
  }
}

test('batch means of one run whose values depend on each other, where the lag-1 test lets them pass', () => {
  const stream = new RandomStream('coverage of batch means');
  let passed = 0;
  let covered = 0;
  for (let experiment = 0; experiment < counts.coverageExperiments; experiment++) {
    let level = stream.normal() / Math.sqrt(1 - 0.8 * 0.8);
    const { halfWidth, isIndependent, mean } = batchMeans(
      Array.from({ length: 4000 }, () => (level = 0.8 * level + stream.normal())),
    );
    if (!isIndependent) continue;
    passed++;
    if (Math.abs(mean) <= (halfWidth ?? 0)) covered++;
  }
  assert.ok(passed > 0.85 * counts.coverageExperiments, `${passed} passed`);
  assert.ok(Math.abs(covered / passed - 0.95) <= TOLERANCE, `${covered} of ${passed}`);
});
test.run();
