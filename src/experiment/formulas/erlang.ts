/**
 * Loss systems: c half-open slots, each held for a time of any law. F5 Erlang B, F6 two classes of SYNs in one table,
 * F11b the rate that fills it, F11c how long that takes.
 * Exact for Poisson arrivals and SYNs that are not sent again: a SYN that comes again meets a table that is fuller than others do.
 * Source: A. K. Erlang, 1917; L. Takács, On Erlang's formula, Ann. Math. Statist. 40, 1969 (any law of the hold).
 */
import { requireCount, requireNotNegative, requirePositive } from './ranges.ts';

/** A loss system in its steady state. */
export interface LossFigures {
  /** Probability that a SYN finds all slots taken, [0, 1]. */
  readonly blocking: number;
  /** Mean number of slots that are taken. */
  readonly occupancy: number;
}

/**
 * F5: B(0) = 1, B(n) = a B(n - 1) / (n + a B(n - 1)).
 * @param slots c >= 0. @param load a = arrivals per second times mean hold in seconds, erlangs, >= 0.
 * @throws RangeError. Cost O(slots).
 */
export function erlangB(slots: number, load: number): LossFigures {
  requireCount('slots', slots, 0);
  requireNotNegative('load', load);
  let blocking = 1;
  for (let n = 1; n <= slots; n++) blocking = (load * blocking) / (n + load * blocking);
  return { blocking, occupancy: load * (1 - blocking) };
}

/** What is refused when slots and SYNs are a fluid: 1 - c / a, or 0. @throws RangeError. */
export function fluidLoss(slots: number, load: number): number {
  requireCount('slots', slots, 0);
  requirePositive('load', load);
  return Math.max(0, 1 - slots / load);
}

/** Two classes in one table. */
export interface TwoClassFigures {
  /** Probability that a SYN of the first, of the second class is refused. */
  readonly blocking: readonly [number, number];
  /** Mean slots that each takes. */
  readonly occupancy: readonly [number, number];
}

/**
 * F6: both classes may take any slot; both meet B(c, a1 + a2), whatever the laws of their holds.
 * @param loads of each class, erlangs. @throws RangeError. Cost O(slots).
 */
export function twoClassLoss(slots: number, loads: readonly [number, number]): TwoClassFigures {
  for (const load of loads) requireNotNegative('loads', load);
  const { blocking } = erlangB(slots, loads[0] + loads[1]);
  return { blocking: [blocking, blocking], occupancy: [loads[0] * (1 - blocking), loads[1] * (1 - blocking)] };
}

/** F11b: SYNs per second that fill `slots` held for `holdS` seconds each: Little's law. @throws RangeError. */
export function criticalRatePerSec(slots: number, holdS: number): number {
  requireCount('slots', slots, 1);
  requirePositive('holdS', holdS);
  return slots / holdS;
}

/**
 * F11c: mean time from empty until all slots are taken for the first time, s: the sum of 1 / B(n, a) over n < c, over the rate.
 * Exact for exponential holds; Infinity when it passes what a number holds.
 * @throws RangeError. Cost O(slots).
 */
export function meanFillTimeS(slots: number, arrivalsPerSec: number, holdS: number): number {
  requireCount('slots', slots, 1);
  requirePositive('arrivalsPerSec', arrivalsPerSec);
  requirePositive('holdS', holdS);
  const load = arrivalsPerSec * holdS;
  let inverse = 1; // 1 / B(n, a) = 1 + n / a / B(n - 1, a)
  let sum = 0;
  for (let n = 0; n < slots; n++) {
    if (n > 0) inverse = 1 + (n / load) * inverse;
    sum += inverse;
  }
  return sum / arrivalsPerSec;
}
