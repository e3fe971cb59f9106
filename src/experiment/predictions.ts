/**
 * Recognises a scenario for which there is a closed form, and says what that predicts, and where the run shows it.
 * Leaves out: approximations; scenarios in which losses change what comes later (clients that send their SYN again), unless losses are
 * too rare to matter; whatever is not in its steady state.
 */
import type { Scenario } from '../scenario/scenario.ts';
import { predictLink } from './predict-link.ts';
import { predictLoss } from './predict-loss.ts';
import { predictQueue } from './predict-queue.ts';

/** Where a run shows a figure: by metric, and, where samples tell how it varies, by columns of the time series. */
export type FigureSource =
  /** A share of counts. */
  | {
      readonly kind: 'share';
      readonly count: readonly string[];
      readonly of: readonly string[];
      /** Cumulative counters; null: the series has none. */
      readonly series: { readonly count: readonly string[]; readonly of: readonly string[] } | null;
    }
  /** A mean level. */
  | { readonly kind: 'level'; readonly metric: string; readonly series: readonly string[] | null }
  /** A mean time; of one run it is not known how it varies. */
  | { readonly kind: 'time'; readonly metric: string };

export interface PredictedFigure {
  /** For people: `SYNs refused`. */
  readonly figure: string;
  /** Share, entries, or s, by the kind of source. */
  readonly value: number;
  readonly source: FigureSource;
}

export interface Prediction {
  /** `M/M/1/K with K = 130 (F1)`. */
  readonly formula: string;
  readonly figures: readonly PredictedFigure[];
}

/** Losses below this share are too rare to change anything. */
export const NEGLIGIBLE = 1e-9;

/** @returns null when no closed form fits. Cost: that of the formula, milliseconds. */
export function predict(scenario: Scenario): Prediction | null {
  const { durationNs, server, traffic } = scenario;
  if (server.cpu !== undefined || server.frontEnd !== undefined) return null;
  const isSteady = traffic.every(
    ({ countMax, port, startNs, untilNs }) =>
      startNs === 0 && untilNs >= durationNs && countMax === Infinity && port === server.port,
  );
  if (!isSteady) return null;
  try {
    return predictLink(scenario) ?? predictLoss(scenario) ?? predictQueue(scenario);
  } catch (error) {
    // A rate of nothing, a load beyond all bounds: a formula that does not take it says nothing of it.
    if (error instanceof RangeError) return null;
    throw error;
  }
}
