/**
 * Sweeps for programs: every point of a grid of settings, with its means and intervals, in one call and on one thread.
 * Leaves out: threads, machines and going on after a crash (`halfopen sweep`), whose points are the same.
 */
import { InputError, type Issue } from '../engine/errors.ts';
import { baseOf } from '../scenario/base.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { readCaptures } from '../simulation/simulate.ts';
import { axesOf, Grid } from './grid.ts';
import { metricIssue, metricsOf, type PointEstimates, type PrecisionTarget, runPoint } from './point.ts';

/** What a sweep varies, and how often it runs each point. */
export interface SweepInput {
  /** As parseScenario gives it, or the text of a scenario file. */
  readonly scenario: Scenario | string;
  /** Contents of its captures, by name as written. Default: none. */
  readonly files?: ReadonlyMap<string, Uint8Array>;
  /** `PATH=a,b,c`, `PATH=lo..hi:step`, `PATH=lo..hixF`, at least one. */
  readonly vary: readonly string[];
  /** Points of a latin hypercube over the paths. Default: all combinations. */
  readonly sample?: number;
  /** Runs of each point, 1 to 100 000; with `until`, at most so many. Default 10. */
  readonly replications?: number;
  /** Stop as soon as all of these are known so well: `{ metric: 'users.unserved', relative: 0.05 }`. */
  readonly until?: readonly PrecisionTarget[];
  /** Called after every point. */
  readonly onProgress?: (done: number, points: number) => void;
}

/** One point of a sweep: its settings, and the metrics of its runs with their intervals. */
export interface SweptPoint extends PointEstimates {
  /** Path → value, as a scenario writes it. */
  readonly at: Readonly<Record<string, string>>;
}

/** Every point of a sweep. */
export interface SweepAnswer {
  /** Paths, in the order in which they were given. */
  readonly varied: readonly string[];
  /** In the order of the grid: the last path varies fastest. */
  readonly points: readonly SweptPoint[];
}

const REPLICATIONS = 10;
const REPLICATIONS_MAX = 100_000;

/**
 * Runs every point of a grid, all with the same random numbers, replication by replication.
 * @throws InputError with every problem of scenario, paths, values and metrics; a value that makes no scenario is one.
 * Cost: points times replications runs.
 */
export async function sweepScenario(input: SweepInput): Promise<SweepAnswer> {
  const {
    files = new Map(),
    onProgress = () => {},
    replications = REPLICATIONS,
    sample = null,
    until = [],
    vary,
  } = input;
  const base = baseOf(input.scenario);
  const captures = readCaptures(base.scenario, files);
  const grid = new Grid(axesOf(base, vary), sample, base.scenario.seed);
  const metrics = metricsOf(base.scenario, captures);
  const issues = until.flatMap(({ metric, relative }): Issue[] => {
    const issue = metricIssue(metrics, metric, 'until');
    const isShare = relative > 0 && relative < 1;
    const share: Issue = { where: `until ${metric}`, expected: 'a share between 0 and 1', received: String(relative) };
    return [...(issue === null ? [] : [issue]), ...(isShare ? [] : [share])];
  });
  if (!(Number.isInteger(replications) && replications >= 1 && replications <= REPLICATIONS_MAX))
    issues.push({
      where: 'replications',
      expected: `a whole number from 1 to ${REPLICATIONS_MAX}`,
      received: String(replications),
    });
  if (issues.length > 0) throw new InputError(issues);
  const points: SweptPoint[] = [];
  for (let point = 0; point < grid.length; point++) {
    const settings = grid.settingsOf(point);
    const estimates = runPoint(base.with(settings), captures, { replications, until });
    points.push({ at: Object.fromEntries(settings.map(({ path, value }) => [path, value])), ...estimates });
    onProgress(point + 1, grid.length);
    // Whoever waits for the answer has a turn between two points.
    await Promise.resolve();
  }
  return { varied: grid.axes.map(({ path }) => path), points };
}
