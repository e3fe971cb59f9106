/**
 * What a closed form predicts beside what was simulated, and whether the difference is more than chance. Several replications say
 * so by the interval of their mean; a single run by batches of its samples, after MSER-5 has cut its start, and only if the
 * batches are independent.
 * Leaves out: why they differ.
 */
import type { RunResult } from '../simulation/result.ts';
import type { FigureSource, PredictedFigure, Prediction } from './predictions.ts';
import type { RunResults } from './run-table.ts';
import { batchMeans } from './statistics/batch-means.ts';
import { CONFIDENCE } from './statistics/confidence.ts';
import { bonferroni, meanInterval, type MeanInterval, studentFactor } from './statistics/interval.ts';
import { upperBoundOfNone, wilsonInterval } from './statistics/proportion.ts';
import { mser5 } from './statistics/warm-up.ts';

/** All verdicts of a run together blame chance once in a thousand times. */
const VERDICT = 0.999;
/** Rarer than this in all, cases say too little of how they come in bunches. */
const CASES_MIN = 30;
/** Samples of a run that make batches. */
const SAMPLES_MIN = 60;
/** Of a run: many first. */
const BATCHES = [30, 20, 10] as const;
const TOO_SHORT = 'the run is too short, or its samples too few';

export interface CheckedFigure {
  readonly figure: string;
  readonly kind: FigureSource['kind'];
  /** Of the formula, and of the simulation: share, entries, or s. Null: not defined. */
  readonly predicted: number;
  readonly simulated: number | null;
  /** In which the true value lies with 95 %; null: not known. */
  readonly interval: { readonly low: number; readonly high: number } | null;
  /** Null: cannot be told. */
  readonly agrees: boolean | null;
  /** Why it cannot be told; empty when it can. */
  readonly why: string;
}

export interface PredictionCheck {
  readonly formula: string;
  readonly figures: readonly CheckedFigure[];
}

interface FewCases {
  readonly count: number;
  readonly of: number;
}

/** What the simulation says of a figure. */
interface Estimate {
  readonly simulated: number | null;
  /** Of a mean, or of a share of few cases. */
  readonly interval: MeanInterval | FewCases | null;
  readonly why: string;
}

/** @param results one, with its time series, or one per replication. Cost O(samples + replications). */
export function checkPrediction({ figures, formula }: Prediction, results: RunResults): PredictionCheck {
  const confidence = bonferroni(VERDICT, figures.length);
  const [first] = results;
  const checked = figures.map((figure): CheckedFigure => {
    const { source, value } = figure;
    const { interval, simulated, why } =
      results.length > 1 ? ofReplications(figure, results) : ofOneRun(figure, first ?? null);
    const shown = boundsOf(interval, CONFIDENCE);
    const wide = boundsOf(interval, confidence);
    const agrees = wide === null ? null : wide.low <= value && value <= wide.high;
    // Rare cases come in bunches: that they are more than Wilson's interval has says nothing.
    const isRare = interval !== null && 'count' in interval;
    return {
      figure: figure.figure,
      kind: source.kind,
      predicted: value,
      simulated,
      interval: shown,
      agrees: isRare && agrees === false ? null : agrees,
      why: isRare && agrees === false ? 'too rare' : why,
    };
  });
  return { formula, figures: checked };
}

/** With this confidence. Of none the most that the share can be is said, never 0 %. */
function boundsOf(interval: Estimate['interval'], confidence: number): CheckedFigure['interval'] {
  if (interval === null) return null;
  if ('count' in interval) {
    const { count, of } = interval;
    return count === 0 ? { low: 0, high: upperBoundOfNone(of, confidence) } : wilsonInterval(count, of, confidence);
  }
  const { halfWidth, mean, n } = interval;
  if (halfWidth === null) return null;
  const half = (halfWidth * studentFactor(n, confidence)) / studentFactor(n, interval.confidence);
  return { low: mean - half, high: mean + half };
}

function ofReplications({ source }: PredictedFigure, results: RunResults): Estimate {
  const values: number[] = [];
  const all = { count: 0, of: 0 };
  for (const result of results) {
    const read = reader(result);
    if (source.kind === 'share') {
      all.count += read.sum(source.count);
      all.of += read.sum(source.of);
    }
    const value = valueOf(source, result);
    if (value !== null) values.push(value);
  }
  if (values.length < 2) return { simulated: values[0] ?? null, interval: null, why: 'too few replications' };
  const interval = meanInterval(values);
  if (source.kind !== 'share' || all.count >= CASES_MIN) return { simulated: interval.mean, interval, why: '' };
  return rare(all.count, all.of);
}

function ofOneRun({ source }: PredictedFigure, result: RunResult | null): Estimate {
  if (result === null) return { simulated: null, interval: null, why: 'nothing was simulated' };
  const simulated = valueOf(source, result);
  const unknown = (why: string): Estimate => ({ simulated, interval: null, why });
  if (source.kind === 'share') {
    const read = reader(result);
    const [count, of] = [read.sum(source.count), read.sum(source.of)];
    if (of > 0 && count < CASES_MIN) return rare(count, of);
  }
  if (source.kind === 'time' || source.series === null) return unknown('one run does not say: use --replications');
  const rows = warmRows(result);
  if (rows.length < SAMPLES_MIN) return unknown(TOO_SHORT);
  return source.kind === 'level'
    ? ofLevels(
        rows.map((row) => sumAt(result, source.series ?? [], row)),
        simulated,
      )
    : ofShares(result, source.series, rows, simulated);
}

function ofLevels(levels: readonly number[], simulated: number | null): Estimate {
  const { isValid, observations } = mser5(levels);
  const left = levels.slice(observations);
  const means = isValid && left.length >= SAMPLES_MIN ? independentMeans(left) : null;
  return { simulated, interval: means, why: means === null ? TOO_SHORT : '' };
}

/** A share from increments of counters: as its mean is a ratio, batches of count - share * of are what varies. */
function ofShares(
  result: RunResult,
  series: { readonly count: readonly string[]; readonly of: readonly string[] },
  rows: readonly number[],
  simulated: number | null,
): Estimate {
  const increments = (columns: readonly string[]): number[] =>
    rows.slice(1).map((row, i) => sumAt(result, columns, row) - sumAt(result, columns, rows[i] ?? row));
  const [counts, ofs] = [increments(series.count), increments(series.of)];
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  const share = sum(counts) / sum(ofs);
  const means = independentMeans(counts.map((count, i) => count - share * (ofs[i] ?? 0)));
  if (means === null) return { simulated, interval: null, why: TOO_SHORT };
  const halfWidth = ((means.halfWidth ?? 0) * ofs.length) / sum(ofs);
  return { simulated, interval: { ...means, mean: share, halfWidth }, why: '' };
}

/** Batch means, of fewer and longer batches where those of many are not independent; null: none are. */
function independentMeans(values: readonly number[]): MeanInterval | null {
  for (const batches of BATCHES) {
    const means = batchMeans(values, CONFIDENCE, batches);
    if (means.isIndependent) return means;
  }
  return null;
}

function rare(count: number, of: number): Estimate {
  return { simulated: count / of, interval: { count, of }, why: '' };
}

function valueOf(source: FigureSource, result: RunResult): number | null {
  const read = reader(result);
  if (source.kind === 'share') {
    const of = read.sum(source.of);
    return of > 0 ? read.sum(source.count) / of : null;
  }
  const value = read.value(source.metric);
  return value === null || source.kind === 'level' ? value : value / 1000;
}

function reader({ metrics }: RunResult): {
  readonly value: (path: string) => number | null;
  readonly sum: (paths: readonly string[]) => number;
} {
  const values = new Map(metrics.map(({ path, value }) => [path, value]));
  const value = (path: string): number | null => values.get(path) ?? null;
  return { value, sum: (paths) => paths.reduce((total, path) => total + (value(path) ?? 0), 0) };
}

/** Rows of the time series from the end of the warm-up on. */
function warmRows({ series, warmupNs }: RunResult): number[] {
  return Array.from(series.timeNs, (_, row) => row).filter((row) => (series.timeNs[row] ?? 0) >= warmupNs);
}

function sumAt({ series }: RunResult, names: readonly string[], row: number): number {
  return names.reduce((sum, name) => sum + (series.values[series.columns.indexOf(name)]?.[row] ?? 0), 0);
}
