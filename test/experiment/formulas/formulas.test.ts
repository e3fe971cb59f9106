import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Distribution } from '../../../src/engine/distributions.ts';
import { batchMm1k } from '../../../src/experiment/formulas/batch-arrivals.ts';
import { fluidBurst, packetsPerSec, poissonBurstLoss } from '../../../src/experiment/formulas/bursts.ts';
import { linuxCookieOdds } from '../../../src/experiment/formulas/cookie-odds.ts';
import { criticalRatePerSec, erlangB, meanFillTimeS, twoClassLoss } from '../../../src/experiment/formulas/erlang.ts';
import {
  bucketSurvival,
  oldestDropSurvival,
  randomDropSurvival,
  randomDropSurvivalPeriodic,
  successInTries,
} from '../../../src/experiment/formulas/evictions.ts';
import { kingmanWaitS, md1k, mg1, mg1k } from '../../../src/experiment/formulas/general-service.ts';
import { BandedChain } from '../../../src/experiment/formulas/markov-chain.ts';
import { mm1k, mmc, mmck, mmcWaitsLonger } from '../../../src/experiment/formulas/markov-queues.ts';
import { mmppM1k } from '../../../src/experiment/formulas/modulated-arrivals.ts';
import { dm1 } from '../../../src/experiment/formulas/periodic-arrivals.ts';
import { poissonAtLeast, poissonBelow, poissonExcess } from '../../../src/experiment/formulas/poisson.ts';
import type { QueueFigures } from '../../../src/experiment/formulas/queue-figures.ts';
import { reservedLoss } from '../../../src/experiment/formulas/reservation.ts';
import { independentRetries, retryDelayAtLeast, retryFixedPoint } from '../../../src/experiment/formulas/retries.ts';
import { isNear } from '../../support/method-vectors.ts';

const rate = fc.double({ min: 0.05, max: 20, noNaN: true });
const capacity = fc.integer({ min: 1, max: 60 });

function agree(a: QueueFigures, b: QueueFigures, relative = 1e-9): void {
  for (const key of Object.keys(b).filter((name) => name in a) as (keyof QueueFigures)[]) {
    const near = isNear(a[key], b[key], relative) || Math.abs(a[key] - b[key]) < 1e-13;
    assert.ok(near, `${key}: ${a[key]} against ${b[key]}`);
  }
}

const test = suite('closed forms');

test('special cases meet: M/M/1/K of M/M/c/K, of M/G/1/K, of single batches, and of a modulation that changes nothing', () => {
  fc.assert(
    fc.property(rate, rate, capacity, (lambda, mu, k) => {
      const exact = mm1k(lambda, mu, k);
      const service: Distribution = { kind: 'exponential', meanNs: 1e9 / mu };
      agree(mg1k(lambda, service, k), exact);
      agree(mg1k(lambda, { kind: 'erlang', k: 1, meanNs: 1e9 / mu }, k), exact);
      agree(mg1k(lambda, { kind: 'hyperexponential', p: 0.3, mean1Ns: 1e9 / mu, mean2Ns: 1e9 / mu }, k), exact);
      agree(batchMm1k(lambda, 1, mu, k), exact);
      agree(mmppM1k([lambda, lambda, lambda], [1, 2, 3], mu, k), exact);
    }),
    { seed: 1, numRuns: 200 },
  );
});

test('large rooms meet the formulas with room for all', () => {
  agree(mmck(3, 1, 4, 400), mmc(3, 1, 4));
  for (const service of [
    { kind: 'constant', meanNs: 6e8 },
    { kind: 'erlang', k: 4, meanNs: 6e8 },
    { kind: 'hyperexponential', p: 0.9, mean1Ns: 3e8, mean2Ns: 33e8 },
  ] as const)
    agree(mg1k(1, service, 600), mg1(1, service));
  assert.ok(isNear(kingmanWaitS(0.8, 1, 1, 0), mg1(0.8, { kind: 'constant', meanNs: 1e9 }).waitS, 1e-12));
  assert.ok(isNear(mg1(1, { kind: 'lognormal', meanNs: 5e8, sigma: 1 }).waitS, (0.25 * Math.E) / 2 / 0.5, 1e-12));
  assert.ok(dm1(0.8, 1).waitS < md1k(0.8, 1, 500).waitS * 2 && dm1(0.8, 1).waitS < mmc(0.8, 1, 1).waitS);
  assert.ok(isNear(mmcWaitsLonger(3, 1, 4, 0), mmc(3, 1, 4).delayed, 1e-15));
});

test('with one place there is no queue: all are Erlang B of one server', () => {
  fc.assert(
    fc.property(rate, rate, (lambda, mu) => {
      const { blocking } = erlangB(1, lambda / mu);
      for (const law of [
        { kind: 'constant', meanNs: 1e9 / mu },
        { kind: 'erlang', k: 3, meanNs: 1e9 / mu },
      ] as const)
        assert.ok(isNear(mg1k(lambda, law, 1).blocking, blocking, 1e-12));
    }),
    { seed: 2, numRuns: 100 },
  );
  assert.ok(isNear(mmck(7, 1, 8, 8).blocking, erlangB(8, 7).blocking, 1e-12));
});

test('figures keep their balance: more room loses less, shares are shares, Little holds, nothing overflows', () => {
  fc.assert(
    fc.property(rate, rate, capacity, fc.integer({ min: 1, max: 9 }), (lambda, mu, k, stages) => {
      const law: Distribution = { kind: 'erlang', k: stages, meanNs: 1e9 / mu };
      const [less, more] = [mg1k(lambda, law, k), mg1k(lambda, law, k + 1)];
      assert.ok(more.blocking <= less.blocking * (1 + 1e-12) && less.blocking > 0 && less.blocking < 1);
      assert.ok(less.occupancy <= k && less.waiting <= less.occupancy);
      assert.ok(isNear(less.sojournS, less.waitS + 1 / mu, 1e-9));
      // What is served keeps the server busy.
      assert.ok(isNear(less.throughputPerSec / mu, 1 - less.empty, 1e-9));
    }),
    { seed: 3, numRuns: 200 },
  );
  for (const figures of [
    mm1k(1e6, 1, 100_000),
    mm1k(1, 1e6, 100_000),
    mg1k(1e3, { kind: 'constant', meanNs: 1e9 }, 2000),
    mg1k(1e12, { kind: 'constant', meanNs: 1e9 }, 2000),
    mg1k(1e12, { kind: 'exponential', meanNs: 1e9 }, 200),
    batchMm1k(1e5, 1e3, 1, 100_000),
    mmppM1k([1e5, 0], [1, 1], 1, 5000),
  ])
    for (const value of Object.values(figures)) assert.ok(value >= 0 && value < Infinity, `${value}`);
  // So much load that nothing is left to compute meets what is computed below it.
  const [high, higher] = [300, 400].map((load) => mg1k(load, { kind: 'constant', meanNs: 1e9 }, 9));
  assert.ok(isNear(high?.blocking ?? 0, 1 - 1 / 300, 1e-12) && isNear(higher?.occupancy ?? 0, 9 - 1 / 400, 1e-12));
  assert.ok(isNear(high?.occupancy ?? 0, 9 - 1 / 300, 1e-12));
  assert.ok(mg1k(0.1, { kind: 'constant', meanNs: 1e9 }, 20).blocking < 1e-20);
});

test('Poisson tails add up, and keep their digits where they are small', () => {
  for (const mean of [1e-9, 0.5, 30, 1000, 1e6]) {
    for (const bound of [0, 1, Math.floor(mean), Math.ceil(mean) + 1, 2 * Math.ceil(mean) + 40]) {
      assert.ok(isNear(poissonBelow(bound, mean) + poissonAtLeast(bound, mean), 1, 1e-12), `${mean} ${bound}`);
      // E[(N - b)+] - E[(b - N)+] = mean - b.
      assert.ok(poissonExcess(bound, mean) >= Math.max(0, mean - bound) * (1 - 1e-12));
    }
  }
  assert.ok(isNear(poissonAtLeast(2, 1e-9), 5e-19, 1e-8));
  assert.ok(isNear(poissonBelow(1, 300), Math.exp(-300), 1e-12));
  assert.is(poissonBelow(0, 5), 0);
  assert.is(poissonExcess(0, 5), 5);
});

test('a chain of two states, and one whose order of elimination matters', () => {
  const chain = new BandedChain(2, 1);
  chain.add(0, 1, 1);
  chain.add(1, 0, 3);
  assert.equal([...chain.stationary()], [0.75, 0.25]);
  // A ring: every state as likely as its rate out is low.
  const ring = new BandedChain(4, 3);
  for (let i = 0; i < 4; i++) ring.add(i, (i + 1) % 4, i + 1);
  const law = ring.stationary();
  for (let i = 0; i < 4; i++) assert.ok(isNear(law[i] ?? 0, 1 / (i + 1) / (25 / 12), 1e-14));
  assert.throws(() => new BandedChain(1e9, 1), /states: expected a whole number/);
});

test('classes, reservations, retries and evictions in their limits', () => {
  const loads = [10, 240] as const;
  assert.is(twoClassLoss(256, loads).blocking[0], erlangB(256, 250).blocking);
  const [first, second] = [
    { arrivalsPerSec: 2, holdS: 0.1 },
    { arrivalsPerSec: 1, holdS: 8 },
  ];
  // Without a reservation both meet Erlang B.
  const shared = reservedLoss(12, 12, first, second);
  for (const blocking of shared.blocking) assert.ok(isNear(blocking, erlangB(12, 8.2).blocking, 1e-12));
  const none = independentRetries([0, 1, 3], 0);
  assert.equal([none.success, none.syns, none.delayS], [1, 1, 0]);
  assert.equal(independentRetries([0, 1], 1), { success: 0, syns: 2, delayS: null });
  assert.is(retryDelayAtLeast([0, 1], 1, 1), null);
  assert.ok(isNear(retryFixedPoint(256, 100, 0.1, 240, 1).blocking, erlangB(256, 250).blocking, 1e-15));
  assert.is(randomDropSurvival(5, 0, 1), 1);
  assert.equal([randomDropSurvivalPeriodic(1, 5, 1), randomDropSurvivalPeriodic(1, 0, 1)], [0, 1]);
  assert.ok(isNear(randomDropSurvivalPeriodic(1e7, 1e7, 1), 1 / Math.E, 1e-7));
  assert.is(oldestDropSurvival(128, 0, 1), 1);
  assert.ok(isNear(bucketSurvival(1, 30, 29.296875, 1), bucketSurvival(512, 30, 15_000, 1), 1e-15));
  assert.is(successInTries(0.5, 2), 0.75);
  assert.ok(isNear(criticalRatePerSec(8, 75), 8 / 75, 1e-15));
  assert.ok(isNear(meanFillTimeS(1, 4, 63), 0.25, 1e-15));
  assert.is(linuxCookieOdds(2, 4, 32).guesses, 2 ** 29);
  assert.ok(isNear(packetsPerSec(1e9, 84), 1_488_095.238095238, 1e-15));
  assert.is(poissonBurstLoss(9, 0).lost, 9);
  assert.equal(fluidBurst(129, { arrivalsPerSec: 2000, servicesPerSec: 0, durationS: 0.1, waiting: 129 }).fillS, 0);
});

test('what is out of range is named, with what was expected', () => {
  const law = { kind: 'constant', meanNs: 1e9 } as const;
  for (const [call, message] of [
    [() => mm1k(NaN, 1, 1), 'arrivalsPerSec: expected a number > 0, received NaN'],
    [() => mm1k(1, 1, 0.5), 'capacity: expected a whole number from 1 to 16777216, received 0.5'],
    [() => mmck(1, 1, 3, 2), 'servers: expected a whole number from 1 to 2, received 3'],
    [() => mmc(4, 1, 4), 'servers: expected more than 4, received 4'],
    [() => mg1(2, law), 'arrivalsPerSec: expected less than 1, received 2'],
    [() => mg1k(1, law, 20_001), 'capacity: expected a whole number from 1 to 20000, received 20001'],
    [
      () => mg1k(1e9, { kind: 'erlang', k: 2, meanNs: 1e9 }, 9),
      'service: expected a load of at most 1000000, received 1000000000',
    ],
    [() => dm1(2, 1), 'arrivalsPerSec: expected less than 1, received 2'],
    [() => mmppM1k([1], [1], 1, 1), 'ratesPerSec.length: expected a whole number from 2 to 64, received 1'],
    [() => batchMm1k(1, 0.5, 1, 1), 'batchMean: expected a number >= 1, received 0.5'],
    [() => erlangB(-1, 1), 'slots: expected a whole number from 0 to 16777216, received -1'],
    [() => reservedLoss(4, 5, { arrivalsPerSec: 1, holdS: 1 }, { arrivalsPerSec: 1, holdS: 1 }), 'threshold: expected'],
    [() => independentRetries([0, 1], 1.1), 'blocking: expected a number from 0 to 1, received 1.1'],
    [() => independentRetries([3, 1], 0.1), 'synAtS: expected a number >= 0, received -2'],
    [() => kingmanWaitS(2, 1, 1, 1), 'arrivalsPerSec: expected less than 1, received 2'],
    [
      () => fluidBurst(1, { arrivalsPerSec: 1, servicesPerSec: 1, durationS: 1, waiting: 0 }),
      'servicesPerSec: expected less than 1, received 1',
    ],
  ] as const)
    assert.throws(call, (error: unknown) => error instanceof RangeError && error.message.startsWith(message), message);
});
test.run();
