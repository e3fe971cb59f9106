import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { BenchResult, Parameters } from '../../bench/harness.ts';
import { planLines, scalingLines } from '../../bench/scaling.ts';

const result = (name: string, parameters: Parameters, opsPerS: number): BenchResult => ({
  name,
  parameters,
  unit: 'point',
  opsPerS,
  p50Ns: 1e9 / opsPerS,
  p99Ns: 1e9 / opsPerS,
  margin: 1,
  samples: 5,
  hash: '00000000',
});
const ONE = result('sweep/points', { threads: 1, points: 1000 }, 200);
const TWO = result('sweep/points', { threads: 2, points: 1000 }, 380);
const COORDINATOR = result('sweep/coordinator', { points: 20_000 }, 20_000);

const test = suite('what results say together');

test('how much more threads do than one, where both were measured with the rest the same', () => {
  assert.equal(scalingLines([ONE, TWO]), ['sweep/points: 380 points/s on 2 threads, 200 on one, 1.90 times as many']);
  assert.equal(scalingLines([TWO, COORDINATOR, result('sweep/points', { threads: 1, points: 5 }, 9)]), []);
});

test('ten million points on a thousand cores, from both ends of a sweep', () => {
  assert.equal(planLines([ONE, TWO]), []);
  // 0.05 ms of the coordinator, times a thousand cores; it is what limits at 5 ms a point, and not at 1 s.
  assert.equal(planLines([ONE, TWO, COORDINATOR]), [
    '10,000,000 points on 1,000 cores: the coordinator takes 0.05 ms a point, and is what limits when a point takes a core less than 50 ms; ' +
      'at 5 ms they last 500 s, at 1 s 10,000 s',
  ]);
});
test.run();
