/**
 * Values that belong together: the same replication of two alternatives, which see the same random numbers, or the two halves of an
 * antithetic pair. Only their differences, or their means, are independent of each other.
 * Source: A. M. Law, Simulation Modeling and Analysis, 5th ed., sections 10.2.1, 11.2 and 11.3.
 */
import { CONFIDENCE } from './confidence.ts';
import { meanInterval, type MeanInterval } from './interval.ts';

/** The interval of a mean difference, and what pairing has saved. */
export interface PairedDifference extends MeanInterval {
  /** Of variances: that of two independent samples over that of the pairs; above 1 the common random numbers helped. Null: no variance. */
  readonly gain: number | null;
}

/**
 * Interval of the mean of a - b, replication by replication.
 * @param a, b as long as each other, at least two. @throws RangeError. Cost O(n).
 */
export function pairedDifference(
  a: readonly number[],
  b: readonly number[],
  confidence = CONFIDENCE,
): PairedDifference {
  requirePairs(a, b);
  const interval = meanInterval(
    a.map((value, i) => value - b[i]!),
    confidence,
  );
  const width = (values: readonly number[]): number => meanInterval(values, confidence).halfWidth ?? 0;
  const [ofA, ofB, ofPairs] = [width(a), width(b), interval.halfWidth ?? 0];
  return { ...interval, gain: ofPairs === 0 ? null : (ofA * ofA + ofB * ofB) / (ofPairs * ofPairs) };
}

/**
 * Interval of the mean over antithetic pairs (`simulate` with `antithetic: 'first'` and `'second'`).
 * @param first, second as long as each other, at least two. @throws RangeError. Cost O(n).
 */
export function antitheticInterval(
  first: readonly number[],
  second: readonly number[],
  confidence = CONFIDENCE,
): MeanInterval {
  requirePairs(first, second);
  return meanInterval(
    first.map((value, i) => (value + second[i]!) / 2),
    confidence,
  );
}

function requirePairs(a: readonly number[], b: readonly number[]): void {
  if (!(a.length === b.length && a.length >= 2))
    throw new RangeError(
      `values: expected two samples of one length, at least 2, received ${a.length} and ${b.length}`,
    );
}
