/**
 * Where a run has forgotten how it began: MSER-5 on one run, Welch's averages over several for the eye, and starts that
 * are stationary from the first instant, for systems whose law is known.
 * Source: K. P. White, Simulation 69(6), 1997 (MSER); P. D. Welch, 1983; for fixed holds of a full table only the stationary start
 * helps, since they keep the pattern of their start.
 */
import type { RandomStream } from '../../engine/random.ts';
import { NS_PER_S } from '../../engine/time.ts';

const BATCH = 5;
/** Batches at the end that are no place for the cut: the mean of the few behind it says nothing. */
const LAST = 5;

/** Where the warm-up of a run ends. */
export interface Truncation {
  /** Observations to leave out at the beginning. */
  readonly observations: number;
  /** Squared standard error of the mean of what is left, as the rule estimates it. */
  readonly statistic: number;
  /** Mean of what is left. */
  readonly mean: number;
  /** False: the cut is in the second half, so the run is too short to tell. */
  readonly isValid: boolean;
}

/**
 * MSER-5: the cut d that minimizes the sum over i > d of (z_i - mean)^2 over (n - d)^2, z the means of five observations each.
 * @param values of one run, equally spaced, at least 50. @throws RangeError. Cost O(values).
 */
export function mser5(values: ArrayLike<number>): Truncation {
  if (!(values.length >= 10 * BATCH)) throw new RangeError(`values: expected at least 50, received ${values.length}`);
  const n = Math.floor(values.length / BATCH);
  const batches = Array.from({ length: n }, (_, batch) => {
    let sum = 0;
    for (let i = batch * BATCH; i < (batch + 1) * BATCH; i++) sum += values[i]!;
    return sum / BATCH;
  });
  // From the end on, mean and squares by Welford's update: no differences of large sums.
  let best = { d: 0, statistic: Infinity, mean: 0 };
  let mean = 0;
  let squares = 0;
  for (let d = n - 1; d >= 0; d--) {
    const count = n - d;
    const gap = batches[d]! - mean;
    mean += gap / count;
    squares += gap * (batches[d]! - mean);
    const statistic = squares / (count * count);
    // Of equal cuts the earliest.
    if (count > LAST && statistic <= best.statistic) best = { d, statistic, mean };
  }
  let sum = 0;
  const observations = best.d * BATCH;
  for (let i = observations; i < values.length; i++) sum += values[i]!;
  return {
    observations,
    statistic: best.statistic,
    mean: sum / (values.length - observations),
    isValid: best.d <= n / 2,
  };
}

/**
 * Welch's plot: the mean over replications at each index, smoothed by a moving window; where it is flat, the warm-up is over.
 * @param runs at least one, of equal length n; 5 to 10 as a rule. @param window indices to either side, [0, n / 4]; fewer at the ends.
 * @returns one value an index, the last `window` left out. @throws RangeError. Cost O(values).
 */
export function welchAverages(runs: readonly ArrayLike<number>[], window: number): Float64Array {
  const length = runs[0]?.length ?? 0;
  if (length === 0 || runs.some((run) => run.length !== length))
    throw new RangeError(
      `runs: expected runs of one length, received ${runs.map((run) => run.length).join(', ') || 'none'}`,
    );
  if (!(Number.isInteger(window) && window >= 0 && window <= length / 4))
    throw new RangeError(`window: expected a whole number from 0 to ${Math.floor(length / 4)}, received ${window}`);
  const sums = new Float64Array(length + 1); // index → sum of the means before it
  for (let i = 0; i < length; i++) {
    let sum = 0;
    for (const run of runs) sum += run[i]!;
    sums[i + 1] = sums[i]! + sum / runs.length;
  }
  return Float64Array.from({ length: length - window }, (_, i) => {
    const w = Math.min(i, window);
    return (sums[i + w + 1]! - sums[i - w]!) / (2 * w + 1);
  });
}

/** One number of the law `probabilities`, n → P(n), which need not add up to 1. Cost O(n). */
export function drawFrom(probabilities: ArrayLike<number>, stream: RandomStream): number {
  let left = 0;
  for (let n = 0; n < probabilities.length; n++) left += probabilities[n]!;
  left *= stream.uniform();
  for (let n = 0; n < probabilities.length; n++) {
    left -= probabilities[n]!;
    if (left < 0) return n;
  }
  return probabilities.length - 1;
}

/**
 * A loss system with fixed holds that begins in its steady state: when those came that are there at the end of the first hold.
 * n is Poisson, given that it is at most `slots`; what is left of each hold is uniform. Schedule these as arrivals, begin the
 * others at holdS, and measure from there.
 * @returns instants in [0, holdS), ns, ascending. Cost O(slots).
 */
export function stationaryHoldsNs(slots: number, load: number, holdS: number, stream: RandomStream): number[] {
  const weights = new Float64Array(slots + 1);
  // Relative to the likeliest: nothing overflows.
  const mode = Math.min(slots, Math.floor(load));
  weights[mode] = 1;
  for (let n = mode; n < slots; n++) weights[n + 1] = (weights[n]! * load) / (n + 1);
  for (let n = mode; n > 0; n--) weights[n - 1] = (weights[n]! * n) / load;
  const count = drawFrom(weights, stream);
  return Array.from({ length: count }, () => Math.floor(stream.uniform() * holdS * NS_PER_S)).sort((a, b) => a - b);
}
