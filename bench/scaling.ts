/**
 * What several results say together: how much more threads do than one, and what the ends of a sweep allow on many machines.
 * Leaves out: the results themselves (run.ts).
 */
import { formatForPeople } from '../src/report/format-number.ts';
import { titleOf } from './cases.ts';
import type { BenchResult } from './harness.ts';

/** The plan of ARCHITECTURE.md. */
const PLAN_CORES = 1000;
const PLAN_POINTS = 1e7;

/** Lines on cases that were measured with one thread and with more. */
export function scalingLines(results: readonly BenchResult[]): string[] {
  return results.flatMap((result) => {
    const { threads, ...others } = result.parameters;
    if (typeof threads !== 'number' || threads === 1) return [];
    const alone = titleOf({ name: result.name, parameters: { threads: 1, ...others } });
    const one = results.find((other) => titleOf(other) === alone);
    if (one === undefined) return [];
    const ratio = result.opsPerS / one.opsPerS;
    const [many, single] = [formatForPeople(result.opsPerS), formatForPeople(one.opsPerS)];
    return [
      `${result.name}: ${many} ${result.unit}s/s on ${threads} threads, ${single} on one, ${ratio.toFixed(2)} times as many`,
    ];
  });
}

/** Lines on ten million points on a thousand cores, when both ends of a sweep were measured. */
export function planLines(results: readonly BenchResult[]): string[] {
  const coordinator = results.find(({ name }) => name === 'sweep/coordinator');
  const worker = results.find(({ name, parameters }) => name === 'sweep/points' && parameters['threads'] === 1);
  if (coordinator === undefined || worker === undefined) return [];
  const pointS = 1 / worker.opsPerS;
  const busyFromS = PLAN_CORES / coordinator.opsPerS;
  const slowestS = PLAN_POINTS / Math.min(coordinator.opsPerS, PLAN_CORES * worker.opsPerS);
  const ms = (s: number): string => `${formatForPeople(s * 1000)} ms`;
  return [
    `${formatForPeople(PLAN_POINTS)} points on ${formatForPeople(PLAN_CORES)} cores: the coordinator takes ${ms(1 / coordinator.opsPerS)} a point, ` +
      `and is what limits when a point takes a core less than ${ms(busyFromS)}; at ${ms(pointS)} they last ${formatForPeople(slowestS)} s, ` +
      `at 1 s ${formatForPeople(Math.max(PLAN_POINTS / PLAN_CORES, PLAN_POINTS / coordinator.opsPerS))} s`,
  ];
}
