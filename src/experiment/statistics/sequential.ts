/**
 * Replications until the mean is known as well as asked: first a fixed number, then one by one until the half-width is a given share
 * of the mean.
 * Source: A. M. Law, Simulation Modeling and Analysis, 5th ed., section 9.4.1: for an actual relative error of at most g the estimated one
 * has to be at most g / (1 + g).
 */
import { CONFIDENCE } from './confidence.ts';
import { meanInterval, type MeanInterval } from './interval.ts';

/** Fewer replications say too little about their own variance. */
export const REPLICATIONS_MIN = 10;

/** How well a mean has to be known, and how many replications it may take. */
export interface PrecisionGoal {
  /** Half-width over mean, (0, 1): 0.05. */
  readonly relative: number;
  /** Default 0.95. */
  readonly confidence?: number;
  /** Default 10. */
  readonly replicationsMin?: number;
  /** At most so many, whatever the precision. */
  readonly replicationsMax: number;
}

/** The mean as it is known when the replications ended. */
export interface SequentialResult extends MeanInterval {
  /** Did the half-width get small enough? False: replicationsMax was reached. */
  readonly isPrecise: boolean;
}

/**
 * Adds values until the goal is met. The coverage of the interval is a little below `confidence`, as of every sequential rule.
 * @param next replication 0, 1, … → its value.
 * @throws RangeError. Cost O(replications).
 */
export function replicateUntilPrecise(next: (replication: number) => number, goal: PrecisionGoal): SequentialResult {
  const { replicationsMax } = goal;
  const replicationsMin = goal.replicationsMin ?? REPLICATIONS_MIN;
  if (!(replicationsMin >= 2 && replicationsMax >= replicationsMin))
    throw new RangeError(
      `replicationsMax: expected at least ${Math.max(2, replicationsMin)}, received ${replicationsMax}`,
    );
  const values: number[] = [];
  for (let replication = 0; replication < replicationsMax; replication++) {
    values.push(next(replication));
    if (values.length < replicationsMin) continue;
    const interval = meanInterval(values, goal.confidence ?? CONFIDENCE);
    if (isPrecise(interval, goal.relative)) return { ...interval, isPrecise: true };
  }
  return { ...meanInterval(values, goal.confidence ?? CONFIDENCE), isPrecise: false };
}

/** Is the half-width so small that the mean is within `relative` of the truth? A mean of 0 without variance is. @throws RangeError. */
export function isPrecise({ halfWidth, mean }: Pick<MeanInterval, 'halfWidth' | 'mean'>, relative: number): boolean {
  if (!(relative > 0 && relative < 1))
    throw new RangeError(`relative: expected a number between 0 and 1, received ${relative}`);
  return halfWidth !== null && halfWidth <= (relative / (1 + relative)) * Math.abs(mean);
}
