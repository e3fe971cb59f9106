/**
 * Which of several settings is best, with a guarantee: KN drops alternatives as soon as they are surely not the best, Rinott
 * says at once how many replications each needs, OCBA spends a given number where it decides most.
 * `difference` is the indifference zone: the smallest difference that matters. An alternative within it of the best counts as right.
 * Source: S.-H. Kim, B. L. Nelson, Selecting the best system, Handbooks in OR & MS 13, 2006; Y. Rinott, 1978;
 * C.-H. Chen et al., Discrete Event Dynamic Systems 10, 2000 (OCBA).
 */
import { varianceOf } from './interval.ts';

/** What difference matters, and how sure the choice has to be. */
export interface SelectionOptions {
  /** Smallest difference that matters, > 0, in the unit of the values. */
  readonly difference: number;
  /** Probability that the choice is right, in [1 / k, 1). Default 0.95. */
  readonly confidence?: number;
  /** Replications of each before the first is dropped, >= 3; 10 to 20 as a rule. Default 10. */
  readonly firstStage?: number;
  /** True: alternatives share their random numbers, replication by replication. Default true. */
  readonly isCommon?: boolean;
  /** The choice is given up after so many replications of an alternative. Default: no bound; it always ends. */
  readonly replicationsMax?: number;
}

/** Which alternative was chosen, and after how many replications. */
export interface Selection {
  /** Index of the best. With several survivors, of the one with the largest mean. */
  readonly best: number;
  /** Not dropped: one, unless replicationsMax was reached. */
  readonly survivors: readonly number[];
  /** Alternative → mean and number of its replications. */
  readonly means: readonly number[];
  readonly replications: readonly number[];
}

/** Half of the exponent in the triangular region of KN, for c = 1; and h^2 = 2 eta (n0 - 1). */
export function knConstants(
  alternatives: number,
  confidence: number,
  firstStage: number,
  isCommon = true,
): { readonly eta: number; readonly hSquared: number } {
  const alpha = 1 - confidence;
  // Independent alternatives allow a little more: 1 - (1 - alpha)^(1 / (k - 1)).
  const each = isCommon ? alpha / (alternatives - 1) : 1 - Math.exp(Math.log(1 - alpha) / (alternatives - 1));
  const eta = (Math.exp((-2 / (firstStage - 1)) * Math.log(2 * each)) - 1) / 2;
  return { eta, hSquared: 2 * eta * (firstStage - 1) };
}

/**
 * KN: the alternative with the largest mean, right with probability `confidence` if it leads by at least `difference`.
 * @param observe value of an alternative in replication 0, 1, …; of the values of one alternative each is used once, in order. To
 * minimize, negate.
 * @throws RangeError. Cost: at most a number of replications that the variances of the first stage set.
 */
export function selectBest(
  alternatives: number,
  observe: (alternative: number, replication: number) => number,
  options: SelectionOptions,
): Selection {
  const { confidence = 0.95, difference, firstStage = 10, isCommon = true, replicationsMax = Infinity } = options;
  requireOptions(alternatives, difference, confidence, firstStage);
  const { hSquared } = knConstants(alternatives, confidence, firstStage, isCommon);
  const values = Array.from({ length: alternatives }, (_, i) =>
    Array.from({ length: firstStage }, (__, replication) => observe(i, replication)),
  );
  const sums = values.map((own) => own.reduce((a, b) => a + b, 0));
  const variances = values.map((own, i) => values.map((other, l) => (i === l ? 0 : differenceVariance(own, other))));
  const counts = values.map(() => firstStage);
  let survivors = values.map((_, i) => i);
  for (let r = firstStage; ; r++) {
    survivors = survivors.filter((i) =>
      survivors.every((l) => {
        const wide = (difference / (2 * r)) * ((hSquared * variances[i]![l]!) / (difference * difference) - r);
        return i === l || sums[i]! / r >= sums[l]! / r - Math.max(0, wide);
      }),
    );
    if (survivors.length === 1 || r >= replicationsMax) break;
    // Equal means at the end of the triangle: only a tie is left, and either will do.
    if (survivors.every((i) => survivors.every((l) => (hSquared * variances[i]![l]!) / (difference * difference) <= r)))
      survivors = survivors.slice(0, 1);
    if (survivors.length === 1) break;
    for (const i of survivors) {
      sums[i]! += observe(i, r);
      counts[i] = r + 1;
    }
  }
  const means = sums.map((sum, i) => sum / counts[i]!);
  const best = survivors.reduce((most, i) => (means[i]! > means[most]! ? i : most), survivors[0]!);
  return { best, survivors, means, replications: counts };
}

function differenceVariance(a: readonly number[], b: readonly number[]): number {
  const differences = a.map((value, i) => value - b[i]!);
  return varianceOf(differences, differences.reduce((x, y) => x + y, 0) / differences.length);
}

function requireOptions(alternatives: number, difference: number, confidence: number, firstStage: number): void {
  if (!(Number.isInteger(alternatives) && alternatives >= 2))
    throw new RangeError(`alternatives: expected a whole number >= 2, received ${alternatives}`);
  if (!(difference > 0)) throw new RangeError(`difference: expected a number > 0, received ${difference}`);
  if (!(confidence >= 1 / alternatives && confidence < 1))
    throw new RangeError(`confidence: expected a number from ${1 / alternatives} to below 1, received ${confidence}`);
  if (!(Number.isInteger(firstStage) && firstStage >= 3))
    throw new RangeError(`firstStage: expected a whole number >= 3, received ${firstStage}`);
}

/**
 * OCBA: how to divide `total` replications over alternatives of which the one with the least mean is sought.
 * @param means, deviations as estimated so far; deviations > 0, and one least mean.
 * @returns alternative → replications, not rounded. @throws RangeError. Cost O(alternatives).
 */
export function ocbaAllocation(means: readonly number[], deviations: readonly number[], total: number): number[] {
  if (!(means.length >= 2 && deviations.length === means.length))
    throw new RangeError(`deviations: expected ${Math.max(2, means.length)}, received ${deviations.length}`);
  if (!(total > 0)) throw new RangeError(`total: expected a number > 0, received ${total}`);
  const best = means.reduce((least, mean, i) => (mean < means[least]! ? i : least), 0);
  const shares = means.map((mean, i) => {
    const ratio = deviations[i]! / (mean - means[best]!);
    return i === best ? 0 : ratio * ratio;
  });
  const squares = shares.reduce((sum, share, i) => sum + (share / deviations[i]!) * (share / deviations[i]!), 0);
  shares[best] = deviations[best]! * Math.sqrt(squares);
  const all = shares.reduce((a, b) => a + b, 0);
  if (!(all > 0 && all < Infinity))
    throw new RangeError('means: expected one least mean and deviations > 0, received a tie or a deviation of 0');
  return shares.map((share) => (share / all) * total);
}
