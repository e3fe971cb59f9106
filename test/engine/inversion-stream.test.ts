import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { InversionStream } from '../../src/engine/inversion-stream.ts';
import { RandomStream } from '../../src/engine/random.ts';
import { meanInterval } from '../../src/experiment/statistics/interval.ts';
import { antitheticInterval } from '../../src/experiment/statistics/paired.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { simulate } from '../../src/simulation/simulate.ts';

const test = suite('antithetic streams');

test('the first draws what a RandomStream draws, the second one less that; both stay in [0, 1)', () => {
  const [plain, first, second] = [
    new RandomStream('a'),
    new InversionStream('a', 'first'),
    new InversionStream('a', 'second'),
  ];
  for (let i = 0; i < 1000; i++) {
    const u = plain.uniform();
    assert.is(first.uniform(), u);
    assert.is(second.uniform() + u, 1 - 2 ** -53);
  }
});

test('exponentials are inverted: exp(-x) and exp(-y) of a pair add up to 1; their mean is 1', () => {
  const [first, second] = [new InversionStream('b', 'first'), new InversionStream('b', 'second')];
  let sum = 0;
  for (let i = 0; i < 20_000; i++) {
    const [x, y] = [first.exponential(), second.exponential()];
    assert.ok(Math.abs(Math.exp(-x) + Math.exp(-y) - 1) < 1e-12);
    sum += x + y;
  }
  // The correlation of a pair is 1 - pi^2 / 6, so the variance of its mean is 0.18.
  assert.ok(Math.abs(sum / 40_000 - 1) < 4 * Math.sqrt(0.1775 / 20_000), `${sum / 40_000}`);
  assert.is(second.bernoulli(1), true);
  assert.ok(second.below(6) < 6 && second.poisson(50) > 0);
});

test('pairs of runs say more of a mean wait than as many independent runs', () => {
  const text = `duration: 100s
server: { stack: classic, listen: { backlog: 9 }, accept: { service: exponential(1ms) } }
traffic: { users: { kind: clients, stack: schedule(0s; fails 1s), arrivals: poisson(500/s), speaks: false } }`;
  const scenario = parseScenario(text, 'pairs.yaml');
  const waitOf = (replication: number, antithetic?: 'first' | 'second'): number => {
    const pairing = antithetic === undefined ? {} : { antithetic };
    const { metrics } = simulate({ scenario, files: new Map(), replication, ...pairing });
    return metrics.find(({ path }) => path === 'users.response_ms.mean')?.value ?? NaN;
  };
  const runs = Array.from({ length: 10 }, (_, i) => i);
  const pairs = antitheticInterval(
    runs.map((i) => waitOf(i, 'first')),
    runs.map((i) => waitOf(i, 'second')),
  );
  const alone = meanInterval([...runs, ...runs.map((i) => i + 10)].map((i) => waitOf(i)));
  assert.ok((pairs.halfWidth ?? 1) < (alone.halfWidth ?? 0), `${pairs.halfWidth} against ${alone.halfWidth}`);
  assert.ok(Math.abs(pairs.mean - alone.mean) < (pairs.halfWidth ?? 0) + (alone.halfWidth ?? 0));
});
test.run();
