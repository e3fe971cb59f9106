/** Kernel runs against simulated ones: every configuration is simulated as often as it was run, and compared cell by cell. */
import { CapacityError, InputError } from '../engine/errors.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { Collected, type FileReport } from './collected.ts';
import type { Disagreement } from './compare.ts';
import { type Cell, CELL_RULES, CELLS, rangeOf } from './kernel-cells.ts';
import { playKernelRuns, scenarioOf } from './kernel-play.ts';
import { type KernelConfig, type KernelRuns, readKernelRuns } from './kernel-runs.ts';

/** @param onProgress is told the share of configurations that were simulated. @throws InputError with `file:line:col`. */
export function verifyKernelRuns(file: string, text: string, onProgress: (fraction: number) => void): FileReport {
  const all = readKernelRuns(file, text);
  const scenarios = all.map(({ config }) => refusedIn(`${file}: ${config.id}`, () => scenarioOf(config)));
  const collected = new Collected();
  all.forEach((runs, i) => {
    const where = `${file}: ${runs.config.id}`;
    refusedIn(where, () => judge(collected, runs, scenarios[i] as Scenario));
    onProgress((i + 1) / all.length);
  });
  return collected.report(file, 'kernel-runs');
}

function judge(collected: Collected, { config, counts, repeats }: KernelRuns, scenario: Scenario): void {
  const simulated = playKernelRuns(scenario, repeats);
  const found: Disagreement[] = [];
  let cells = 0;
  let zeroCells = 0;
  for (const cell of CELLS) {
    const counted = counts.get(cell) ?? [];
    if (counted.length === 0) continue;
    const received = simulated.map((run) => run[cell]);
    if ([...received, ...counted].every((count) => count === 0)) {
      zeroCells++;
      continue;
    }
    cells++;
    const difference = differenceOf(cell, config, counted, received);
    if (difference !== null) found.push({ case: `${config.id} ${config.variant}`, ...difference });
  }
  collected.add(config.family, cells, found, zeroCells);
}

/** @returns what disagrees, null: nothing. */
function differenceOf(
  cell: Cell,
  config: KernelConfig,
  counted: readonly number[],
  received: readonly number[],
): Omit<Disagreement, 'case'> | null {
  const [least, most] = rangeOf(cell, config.family, counted);
  const agrees = (count: number): boolean => count >= least && count <= most;
  const mean = received.reduce((sum, count) => sum + count, 0) / received.length;
  if (agrees(mean)) return null;
  return {
    field: cell,
    expected: `${round(least)} to ${round(most)} (kernels: ${counted.join(', ')})`,
    received: `${round(mean)} (${received.join(', ')})`,
    rule: CELL_RULES[cell],
    reason: reasonOf(config, received.some(agrees)),
  };
}

/** @param agreesOnce some simulated run by itself agrees. */
function reasonOf({ acceptDist, clientDist, family }: KernelConfig, agreesOnce: boolean): string {
  const isRandom = clientDist === 'poisson' || acceptDist === 'exp';
  if (agreesOnce && isRandom) return 'chance: arrivals are random, and single runs agree';
  if (agreesOnce) return "chance: the phase of the timer wheel is each run's own, and single runs agree";
  if (isRandom) return 'random arrivals near the limit of the server';
  if (family === 'E6') return 'which packets of a burst one processor handles before those of the other';
  return 'a retry just before or after the end of the run';
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** What a scenario refuses is refused of the file it came from. */
function refusedIn<T>(where: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof CapacityError)
      throw new InputError([{ where, expected: `a run within ${error.limit}`, received: error.message }]);
    if (!(error instanceof InputError)) throw error;
    throw new InputError(error.issues.map((issue) => ({ ...issue, where: `${where}: ${issue.where}` })));
  }
}
