/**
 * What a metric is in each cell of two axes of a sweep: the point that lies there, or, where several do, their mean and spread. And how
 * much of a metric's variation goes with one axis alone.
 * Source: Law, Simulation Modeling and Analysis, section 12.2 (main effects); correlation ratio, Kelley 1935 (epsilon squared, which
 * does not take the noise of small groups for an effect).
 */
import type { SweepMetric } from '../sweep-table.ts';
import type { Bins } from './sweep-axes.ts';

export interface SweepCell {
  /** Bins of the two axes. */
  readonly x: number;
  readonly z: number;
  /** Points with a value. */
  readonly n: number;
  /** Points without one: a problem, or nothing to measure. */
  readonly missing: number;
  /** Of the point, or mean of the points; null: none has a value. */
  readonly mean: number | null;
  /** Of one point its 95 % interval; of several, where the middle 80 % of them lie. */
  readonly low: number;
  readonly high: number;
}

const TAIL = 0.1;

/** Cells that have points. @param z null: one row. O(points log points). */
export function cellsOf({ halfWidth, mean }: SweepMetric, x: Bins, z: Bins | null): SweepCell[] {
  const columns = x.labels.length;
  const members = new Map<number, number[]>();
  for (let point = 0; point < mean.length; point++) {
    const key = (z?.at[point] ?? 0) * columns + (x.at[point] ?? 0);
    const known = members.get(key);
    if (known === undefined) members.set(key, [point]);
    else known.push(point);
  }
  return [...members]
    .toSorted(([a], [b]) => a - b)
    .map(([key, points]) => {
      const place = { x: key % columns, z: Math.floor(key / columns) };
      const known = points.filter((point) => !Number.isNaN(mean[point]));
      const missing = points.length - known.length;
      const [only = 0] = known;
      if (known.length === 0) return { ...place, n: 0, missing, mean: null, low: 0, high: 0 };
      if (known.length === 1) {
        const [at, half] = [mean[only] ?? 0, halfWidth[only] ?? NaN];
        const error = Number.isNaN(half) ? 0 : half;
        return { ...place, n: 1, missing, mean: at, low: at - error, high: at + error };
      }
      const values = Float64Array.from(known, (point) => mean[point] ?? 0).toSorted();
      const average = values.reduce((sum, one) => sum + one, 0) / values.length;
      return { ...place, n: known.length, missing, mean: average, ...tails(values) };
    });
}

function tails(sorted: Float64Array): { low: number; high: number } {
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  return { low: at(TAIL), high: at(1 - TAIL) };
}

/** Share of the variation of a metric over all points that goes with the bins of one axis, [0, 1]; null: too few points to tell. */
export function shareOf({ mean }: SweepMetric, bins: Bins): number | null {
  const sums = new Float64Array(bins.labels.length);
  const counts = new Float64Array(bins.labels.length);
  let [n, sum, squares] = [0, 0, 0];
  for (let point = 0; point < mean.length; point++) {
    const value = mean[point] ?? NaN;
    if (Number.isNaN(value)) continue;
    const bin = bins.at[point] ?? 0;
    sums[bin]! += value;
    counts[bin]!++;
    n++;
    sum += value;
    squares += value * value;
  }
  const groups = counts.filter((count) => count > 0).length;
  const all = squares - (sum * sum) / n;
  if (groups < 2 || n <= groups || !(all > 1e-12 * squares)) return null;
  const between = sums.reduce(
    (total, own, bin) => total + ((counts[bin] ?? 0) > 0 ? (own * own) / counts[bin]! : 0),
    0,
  );
  const within = squares - between;
  return Math.min(1, Math.max(0, 1 - within / (n - groups) / (all / (n - 1))));
}
