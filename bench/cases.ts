/** All benchmarks, and how they are named and found. */
import { InputError } from '../src/engine/errors.ts';
import { acceptCases } from './listeners/accept.bench.ts';
import { eventQueueCases } from './engine/event-queue.bench.ts';
import { floodCases } from './listeners/flood.bench.ts';
import { halfOpenCostCases } from './listeners/half-open-cost.bench.ts';
import type { BenchCase, Size } from './harness.ts';
import { lanesCases } from './engine/lanes.bench.ts';
import { linkCases } from './network/link.bench.ts';
import { loopCases } from './engine/loop.bench.ts';
import { randomCases } from './engine/random.bench.ts';
import { ringBufferCases } from './engine/ring-buffer.bench.ts';
import { replicationsCases } from './experiment/replications.bench.ts';
import { scenarioCases } from './simulation/scenario.bench.ts';
import { sweepCases } from './experiment/sweep.bench.ts';
import { startUpCases } from './cli/start-up.bench.ts';

/** From the ground floor up. */
const SUITES = [
  eventQueueCases,
  lanesCases,
  loopCases,
  ringBufferCases,
  randomCases,
  linkCases,
  floodCases,
  halfOpenCostCases,
  acceptCases,
  scenarioCases,
  replicationsCases,
  sweepCases,
  startUpCases,
];

/** All cases, in order. */
export function benchCases(size: Size): BenchCase[] {
  return SUITES.flatMap((suite) => suite(size));
}

/** `event-queue/hold n=1000 delay=exponential`. */
export function titleOf({ name, parameters }: Pick<BenchCase, 'name' | 'parameters'>): string {
  return [name, ...Object.entries(parameters).map(([key, value]) => `${key}=${value}`)].join(' ');
}

/** The cases that have every part of `filter` in their title. @throws InputError when there are none: it names those that there are. */
export function casesOf(filter: readonly string[], size: Size): BenchCase[] {
  const all = benchCases(size);
  const cases = all.filter((one) => filter.every((part) => titleOf(one).includes(part)));
  if (cases.length > 0) return cases;
  const expected = `parts of the names and parameters of a benchmark (${[...new Set(all.map(({ name }) => name))].join(', ')})`;
  throw new InputError([{ where: 'FILTER', expected, received: filter.join(' ') }]);
}
