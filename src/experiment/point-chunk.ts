/**
 * Points of a sweep that are sent elsewhere together, and what comes back: plain data, JSON included.
 * Leaves out: threads (pool.ts), other machines (cluster.ts), which points go together (sweep.ts).
 */
import { formatIssue, isCapacityError, isInputError } from '../engine/errors.ts';
import { type BaseText, ScenarioBase } from '../scenario/base.ts';
import type { Override } from '../scenario/parse.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Captures } from '../simulation/simulate.ts';
import type { Estimate } from './estimates.ts';
import { type PointPlan, runPoint } from './point.ts';

export interface PointChunk {
  readonly base: BaseText;
  readonly plan: PointPlan;
  /** Of each point, on top of the base. */
  readonly points: readonly (readonly Override[])[];
}

/** What became of one point. */
export interface PointOutcome {
  /** Empty when there is a problem. */
  readonly metrics: readonly Estimate[];
  readonly replications: number;
  /** A limit of the scenario that ended a run early, or why there are no metrics; null: all went well. */
  readonly problem: string | null;
}

/** Outcomes of the points of a chunk, in order. */
export interface PackedPoints {
  /** Path and unit of the metrics of a point; points share a few. */
  readonly shapes: readonly (readonly (readonly [path: string, unit: string])[])[];
  readonly points: readonly {
    readonly shape: number;
    /** Mean, half-width and n of each metric. */
    readonly numbers: readonly (number | null)[];
    readonly replications: number;
    readonly problem: string | null;
  }[];
  /** The time it took, where it was computed, if that is known: no result, but a measure for the next chunk. */
  readonly ms?: number;
}

/** Everybody who was given a chunk ended before it was done. */
export interface LostChunk {
  /** Why. */
  readonly lost: string;
}

/** Computes points somewhere else. */
export interface PointPool {
  /**
   * May be called as often as one likes: what finds nobody free waits.
   * @throws what is a bug of ours.
   */
  runPoints(chunk: PointChunk): Promise<PackedPoints | LostChunk>;
  /** Ends everything at once. */
  close(): Promise<void>;
}

const NUMBERS = 3; // of a metric

/** The base of the last chunk: the next one is of the same, as a rule. */
let known: { readonly key: string; readonly base: ScenarioBase } | null = null;

function baseOf(text: BaseText): ScenarioBase {
  const key = JSON.stringify(text);
  if (known?.key !== key) known = { key, base: new ScenarioBase(text) };
  return known.base;
}

/** @param onProgress called now and then with the number of points that are done, a part of the present one included. */
export function makePoints(
  { base: text, plan, points }: PointChunk,
  captures: Captures,
  onProgress: (points: number) => void = () => {},
): PackedPoints {
  const base = baseOf(text);
  const outcomes = points.map((settings, i) => {
    const onReplication = (done: number): void => onProgress(i + done / plan.replications);
    return outcomeOf(() => base.with(settings, '--vary'), captures, plan, onReplication);
  });
  return packPoints(outcomes);
}

/** A combination of values that is no scenario, or that has no room in memory, is a row that says so: the others go on. */
function outcomeOf(
  scenarioOf: () => Scenario,
  captures: Captures,
  plan: PointPlan,
  onProgress: (replications: number) => void,
): PointOutcome {
  try {
    const { metrics, replications, stoppedBy } = runPoint(scenarioOf(), captures, plan, onProgress);
    return { metrics, replications, problem: stoppedBy === null ? null : `stopped by ${stoppedBy}` };
  } catch (error) {
    if (isInputError(error)) return failedPoint(error.issues.map(formatIssue).join('; '));
    if (isCapacityError(error)) return failedPoint(`${error.limit}: ${error.message}`);
    throw error;
  }
}

/** A point without metrics. */
export function failedPoint(problem: string): PointOutcome {
  return { metrics: [], replications: 0, problem: problem.replace(/\s+/g, ' ') };
}

function packPoints(outcomes: readonly PointOutcome[]): PackedPoints {
  const shapes: (readonly (readonly [string, string])[])[] = [];
  const keys = new Map<string, number>();
  const points = outcomes.map(({ metrics, problem, replications }) => {
    const shape = metrics.map(({ path, unit }) => [path, unit] as const);
    const key = shape.join('\n');
    const at = keys.get(key) ?? shapes.push(shape) - 1;
    keys.set(key, at);
    const numbers = metrics.flatMap(({ halfWidth, mean, n }) => [mean, halfWidth, n]);
    return { shape: at, numbers, replications, problem };
  });
  return { shapes, points };
}

export function unpackPoints({ points, shapes }: PackedPoints): PointOutcome[] {
  return points.map(({ numbers, problem, replications, shape }) => ({
    metrics: (shapes[shape] ?? []).map(([path, unit], i) => ({
      path,
      unit,
      mean: numbers[NUMBERS * i] ?? null,
      halfWidth: numbers[NUMBERS * i + 1] ?? null,
      n: numbers[NUMBERS * i + 2] ?? 0,
    })),
    replications,
    problem,
  }));
}
