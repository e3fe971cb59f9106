/**
 * What the runs say of every value that was tried: mean and interval of each metric of the goal, and whether the curve turns.
 * Source: A. M. Law, Simulation Modeling and Analysis, 5th ed., sections 9.4.1 (intervals) and 10.2 (differences in pairs).
 */
import { CONFIDENCE } from '../statistics/confidence.ts';
import { meanInterval } from '../statistics/interval.ts';
import { pairedDifference } from '../statistics/paired.ts';
import type { Condition, Goal } from './goal.ts';
import type { Trials } from './trials.ts';
import type { ValueScale } from './value-scale.ts';
import { excessesOf, type Sample, type Verdict } from './verdict.ts';

/** A metric at one value: its mean, or its share of what it is compared with, over the runs. */
export interface EvidenceMetric {
  readonly path: string;
  /** `fraction` of a share, else the unit of the metric. */
  readonly unit: string;
  /** Null: not defined in any run. */
  readonly mean: number | null;
  /** Of the 95 % interval; null of fewer than two runs. */
  readonly halfWidth: number | null;
}

/** One value that was tried, and what its runs gave. */
export interface Evidence {
  readonly place: number;
  readonly value: number;
  readonly text: string;
  readonly runs: number;
  readonly verdict: Verdict;
  /** One a condition of the goal, in its order. */
  readonly metrics: readonly EvidenceMetric[];
}

/** Two neighbouring values between which a metric moves away from its bound, though it came nearer before, or the other way round. */
export interface Turn {
  readonly condition: Condition;
  /** Between these two it gets better in one direction, */
  readonly better: readonly [number, number];
  /** and between these two worse, in the same direction. */
  readonly worse: readonly [number, number];
}

/** A difference that is no chance: of means, in half-widths of 99.999 %. */
const SURE = 0.99999;
/** Smaller differences than this share of the curve's height are none. */
const SHARE_MIN = 0.05;

/** All values that were tried, ascending. */
export function evidenceOf(scale: ValueScale, goal: Goal, trials: Trials): Evidence[] {
  return trials.places.flatMap((place): Evidence[] => {
    const trial = trials.at(place);
    if (trial === null || trial.runs === 0) return [];
    return [
      {
        place,
        value: scale.valueAt(place),
        text: scale.textAt(place),
        runs: trial.runs,
        verdict: trial.verdict,
        metrics: goal.conditions.map((condition, i) => metricOf(condition, trial.samples[i]!)),
      },
    ];
  });
}

/** The ratio of means, with the interval of count - share * whole, run by run. */
export function metricOf(condition: Condition, sample: Sample): EvidenceMetric {
  const { of, path } = condition;
  const unit = of.length > 0 ? 'fraction' : condition.unit;
  const kept = sample.values.flatMap((value, i): [number, number][] =>
    Number.isNaN(value) || !(sample.wholes[i]! > 0) ? [] : [[value, sample.wholes[i]!]],
  );
  if (kept.length === 0) return { path, unit, mean: null, halfWidth: null };
  const [count, whole] = kept.reduce(([a, b], [value, of]) => [a + value, b + of], [0, 0] as [number, number]);
  const mean = count / whole;
  const rests = kept.map(([value, of]) => ((value - mean * of) * kept.length) / whole);
  return { path, unit, mean, halfWidth: meanInterval(rests, CONFIDENCE).halfWidth };
}

/** Where a metric of the goal turns, beyond chance: raising the value helps here and hurts there. Null: nowhere that was tried. */
export function turnOf(goal: Goal, trials: Trials): Turn | null {
  for (const [i, condition] of goal.conditions.entries()) {
    const points = trials.places.map((place) => ({ place, excesses: excessesAt(trials, place, condition, i) }));
    const curve = points.filter(({ excesses }) => excesses.length > 0);
    const means = curve.map(({ excesses }) => excesses.reduce((a, b) => a + b, 0) / excesses.length);
    const least = SHARE_MIN * (Math.max(...means) - Math.min(...means));
    let better: [number, number] | null = null;
    let worse: [number, number] | null = null;
    for (let k = 1; k < curve.length; k++) {
      const change = changeBetween(curve[k - 1]!.excesses, curve[k]!.excesses);
      const step: [number, number] = [curve[k - 1]!.place, curve[k]!.place];
      if (change <= -least && change < 0) better ??= step;
      if (change >= least && change > 0) worse ??= step;
    }
    if (better !== null && worse !== null) return { condition, better, worse };
  }
  return null;
}

function excessesAt(trials: Trials, place: number, condition: Condition, index: number): readonly number[] {
  const sample = trials.at(place)?.samples[index];
  const excesses = sample === undefined ? [] : excessesOf(condition, sample);
  return excesses.some((one) => Number.isNaN(one)) ? [] : excesses;
}

/** By how much b is above a, as far as that is sure: 0 where it may be chance. */
function changeBetween(a: readonly number[], b: readonly number[]): number {
  const n = Math.min(a.length, b.length);
  if (n === 1) return b[0]! - a[0]!;
  const { halfWidth, mean } = pairedDifference(b.slice(0, n), a.slice(0, n), SURE);
  return Math.abs(mean) > (halfWidth ?? 0) ? mean : 0;
}
