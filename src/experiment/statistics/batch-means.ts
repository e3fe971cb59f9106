/**
 * One long run as one experiment: its observations in a few long batches, whose means are nearly independent, and a test of
 * whether they are.
 * Source: A. M. Law, Simulation Modeling and Analysis, 5th ed., section 9.5.3; J. von Neumann, 1941 (serial correlation of independent values).
 */
import { CONFIDENCE } from './confidence.ts';
import { meanInterval, type MeanInterval, normalFactor } from './interval.ts';

/** As many batches as the variance of their means is well enough known with; more would be shorter, and less independent. */
const BATCHES = 20;
/** One-sided test at 5 %: the factor of a 90 % interval. */
const LAG_TEST = 0.9;

/** The interval of a mean from one long run, and whether its batches were long enough. */
export interface BatchMeans extends MeanInterval {
  /** Observations of a batch; those left over at the beginning are not used. */
  readonly batchSize: number;
  /** Correlation of the means of neighbouring batches. */
  readonly lag1: number;
  /** False: they are correlated, the interval is too narrow, the run too short. */
  readonly isIndependent: boolean;
}

/**
 * An interval of the mean from one run, by means of batches of it, and whether these look independent.
 * @param values of a run in its steady state, equally spaced, at least two a batch.
 * @param batches 10 to 30 as a rule.
 * @throws RangeError. Cost O(values).
 */
export function batchMeans(values: ArrayLike<number>, confidence = CONFIDENCE, batches = BATCHES): BatchMeans {
  if (!(Number.isInteger(batches) && batches >= 3))
    throw new RangeError(`batches: expected a whole number >= 3, received ${batches}`);
  const batchSize = Math.floor(values.length / batches);
  if (batchSize < 2) throw new RangeError(`values: expected at least ${2 * batches}, received ${values.length}`);
  const means = meansOf(values, batchSize, batches);
  const lag1 = lag1Of(means);
  // Of independent values lag1 is about normal, with mean -1 / n and variance 1 / n.
  const isIndependent = lag1 + 1 / batches <= normalFactor(LAG_TEST) / Math.sqrt(batches);
  return { ...meanInterval(means, confidence), batchSize, lag1, isIndependent };
}

/** Means of the last `count` batches of `size`. */
function meansOf(values: ArrayLike<number>, size: number, count: number): number[] {
  const from = values.length - size * count;
  return Array.from({ length: count }, (_, batch) => {
    let sum = 0;
    for (let i = from + batch * size; i < from + (batch + 1) * size; i++) sum += values[i]!;
    return sum / size;
  });
}

/** Serial correlation of neighbours; 0 when all are equal. */
function lag1Of(values: readonly number[]): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  let products = 0;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const gap = values[i]! - mean;
    squares += gap * gap;
    if (i > 0) products += gap * (values[i - 1]! - mean);
  }
  return squares === 0 ? 0 : products / squares;
}
