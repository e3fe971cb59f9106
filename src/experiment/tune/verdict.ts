/**
 * Do runs with chance in them meet a condition? A sequential test: it looks after 2, 3, 5, 8, … runs, and says meets or fails only where
 * the other is less likely than `alpha`; else it stays open, and more runs may decide.
 *
 * - A mean, or a share of counts (as count - bound * whole, so that no ratio is biased), by Student's t. Losses are rare and come in
 *   clusters: a few lucky runs look better than they are, and too even. So a verdict is corrected for skewness (Johnson), the
 *   variance of a count is at least that of a Poisson process at the bound, and of a count that has shown few clusters as much more is
 *   expected as may be hidden (hidden-losses.ts); of all else it may be that few runs have had its jumps (hidden-jumps.ts).
 * - `== V`, `<= 0` and a share of all: run by run. It meets where it holds in at least `quorum` of all runs (exact binomial test).
 *
 * Source: statistics/skewed-mean.ts; C. J. Clopper and E. S. Pearson, Biometrika 26, 1934 (binomial); Bonferroni over looks.
 */
import { binomialTails } from '../statistics/proportion.ts';
import { normalQuantileOf, varianceOf } from '../statistics/interval.ts';
import { skewedMargins } from '../statistics/skewed-mean.ts';
import { COUNTS } from './goal-bound.ts';
import { hiddenJump } from './hidden-jumps.ts';
import type { Condition } from './goal.ts';
import { type Clusters, clustersIn, hiddenLosses } from './hidden-losses.ts';

/** Whether a value meets the goal, as far as its runs tell. */
export type Verdict = 'meets' | 'fails' | 'open';

/** What a condition reads from the runs at one value: one number each. */
export interface Sample {
  /** The metric; NaN where it is not defined. */
  readonly values: number[];
  /** What it is a share of; ones where it is none. */
  readonly wholes: number[];
}

export interface TestOptions {
  /** Of either error, at this look. */
  readonly alpha: number;
  /** Share of runs in which a condition without exceptions holds, (0, 1). */
  readonly quorum: number;
  /** Of counted losses, seen at any value. */
  readonly clusters: Clusters;
  /** The largest excess of any run that is near (hidden-jumps.ts); -Infinity of a count. */
  readonly largest: number;
}

/** Equal values of so many runs are believed, where nothing is counted and no time jumps: an assumption, which has no `alpha`. */
const EQUAL_RUNS = 64;

/** Does one value meet the condition, with no chance in it? */
export function holds({ bound, operator }: Pick<Condition, 'bound' | 'operator'>, value: number, whole = 1): boolean {
  const limit = bound * whole;
  switch (operator) {
    case '<=':
      return value <= limit;
    case '<':
      return value < limit;
    case '>=':
      return value >= limit;
    case '>':
      return value > limit;
    case '==':
      return value === limit;
  }
}

/** Of runs that all give the same. */
export function certainVerdict(condition: Condition, { values, wholes }: Sample): Verdict {
  const [value = NaN, whole = 0] = [values[0], wholes[0]];
  return whole > 0 && holds(condition, value, whole) ? 'meets' : 'fails';
}

/** @returns open for fewer than two runs. O(runs). */
export function verdictOf(condition: Condition, sample: Sample, options: TestOptions): Verdict {
  const { values, wholes } = sample;
  const isDefined = values.map((value, i) => !Number.isNaN(value) && wholes[i]! > 0);
  const defined = isDefined.filter(Boolean).length;
  // A quantile of nothing meets no bound: nobody connected.
  if (values.length >= 2 && defined * 2 < values.length) return 'fails';
  if (defined < 2) return 'open';
  const kept = { values: values.filter((_, i) => isDefined[i]), wholes: wholes.filter((_, i) => isDefined[i]) };
  return condition.judgement === 'every-run' ? everyRun(condition, kept, options) : onAverage(condition, kept, options);
}

function everyRun(condition: Condition, { values, wholes }: Sample, { alpha, quorum }: TestOptions): Verdict {
  const n = values.length;
  const good = values.filter((value, i) => holds(condition, value, wholes[i])).length;
  const { atLeast, atMost } = binomialTails(good, n, quorum);
  if (atLeast <= alpha) return 'meets';
  return atMost <= alpha ? 'fails' : 'open';
}

function onAverage(condition: Condition, sample: Sample, { alpha, clusters, largest }: TestOptions): Verdict {
  const excesses = excessesOf(condition, sample);
  const n = excesses.length;
  const { above, below, mean, variance } = skewedMargins(excesses, alpha);
  const counts = countsOf(condition, sample);
  const least = counts === null ? 0 : leastVariance(condition, sample, counts);
  const jump = counts === null ? hiddenJump(excesses, condition.unit, largest, alpha) : 0;
  if (variance === 0 && least === 0 && jump === 0) {
    if (n < EQUAL_RUNS) return 'open';
    return holds(condition, sample.values[0]!, sample.wholes[0]) ? 'meets' : 'fails';
  }
  const usual = Math.sqrt(least / n) * normalQuantileOf(1 - alpha);
  const hidden = (counts === null ? null : hiddenLosses(counts, clusters, alpha)?.more) ?? 0;
  // What may be counted yet makes a value worse, or, where much is wanted and not the rest is counted, better.
  const isWanted = condition.operator.startsWith('>') && !isRest(condition);
  if (mean + Math.max(above, jump, usual, isWanted ? 0 : hidden) <= 0) return 'meets';
  return mean - Math.max(below, usual, isWanted ? hidden : 0) > 0 ? 'fails' : 'open';
}

/** By how much each run misses the bound: negative where it meets it. */
export function excessesOf({ bound, operator }: Condition, { values, wholes }: Sample): number[] {
  const sign = operator.startsWith('>') ? -1 : 1;
  return values.map((value, i) => sign * (value - bound * wholes[i]!));
}

/** By how much runs miss a condition, as a share of its bound; of one without exceptions, of the quorum. For guesses, not verdicts. */
export interface Miss {
  readonly mean: number;
  /** Of one run. */
  readonly deviation: number;
}

/** @param sample of at least one run. O(runs). */
export function missOf(condition: Condition, sample: Sample, quorum: number): Miss {
  const { values, wholes } = sample;
  const n = values.length;
  if (condition.judgement === 'every-run') {
    const good = values.filter((value, i) => holds(condition, value, wholes[i])).length;
    return { mean: quorum - good / n, deviation: Math.sqrt(quorum * (1 - quorum)) };
  }
  const excesses = excessesOf(condition, sample);
  const mean = excesses.reduce((a, b) => a + b, 0) / n;
  if (Number.isNaN(mean)) return { mean: Infinity, deviation: 0 };
  const scale = (condition.bound * wholes.reduce((a, b) => a + b, 0)) / n || 1;
  return { mean: mean / scale, deviation: n < 2 ? 0 : Math.sqrt(varianceOf(excesses, mean)) / scale };
}

/** Of a Poisson count at the bound, or one as clustered as `counts` are seen to be. */
function leastVariance(condition: Condition, sample: Sample, counts: readonly number[]): number {
  const wholes = sample.wholes.reduce((a, b) => a + b, 0) / sample.wholes.length;
  return (isRest(condition) ? 1 - condition.bound : condition.bound) * wholes * clustersIn([counts]).size;
}

/** Of `served >= 99%` what counts is the rest. */
export function isRest({ of, operator }: Condition): boolean {
  return of.length > 0 && operator.startsWith('>');
}

/** What is counted, run by run: losses, as a rule; null of what is no count. O(runs). */
export function countsOf(condition: Condition, { values, wholes }: Sample): readonly number[] | null {
  if (!COUNTS.has(condition.unit)) return null;
  return isRest(condition) ? values.map((value, i) => wholes[i]! - value) : values;
}
