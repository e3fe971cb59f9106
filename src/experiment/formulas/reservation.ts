/**
 * F6b: two classes in one table of which the last slots are for the first class alone, as Linux without SYN cookies keeps the
 * last quarter of tcp_max_syn_backlog for peers that have proven themselves. The law of the holds matters: exponential here.
 * Source: J. S. Kaufman, Blocking in a shared resource environment, IEEE Trans. Commun. 29(10), 1981; solved numerically.
 */
import type { TwoClassFigures } from './erlang.ts';
import { BandedChain } from './markov-chain.ts';
import { requireCount, requirePositive } from './ranges.ts';

/** Slots for which the chain of both classes is small enough. */
const SLOTS_MAX = 128;

/** One class of SYNs: its rate and its mean hold. */
export interface LossClass {
  readonly arrivalsPerSec: number;
  readonly holdS: number;
}

/**
 * F6b: two classes in one table whose last slots are for the first class alone; exponential holds.
 * @param slots c, [1, 128]. @param threshold in [1, slots]: the second class is refused when so many slots are taken, whoever has them.
 * @param first may take all slots. @throws RangeError. Cost O(threshold * slots^3).
 */
export function reservedLoss(slots: number, threshold: number, first: LossClass, second: LossClass): TwoClassFigures {
  requireCount('slots', slots, 1, SLOTS_MAX);
  requireCount('threshold', threshold, 1, slots);
  for (const { arrivalsPerSec, holdS } of [first, second]) {
    requirePositive('arrivalsPerSec', arrivalsPerSec);
    requirePositive('holdS', holdS);
  }
  // State: slots of the second class, and within it those of the first; a row has as many states as `slots` allow.
  const starts = [0];
  for (let others = 0; others <= threshold; others++) starts.push(starts[others]! + slots - others + 1);
  const chain = new BandedChain(starts[threshold + 1]!, slots + 1);
  for (let b = 0; b <= threshold; b++) {
    for (let a = 0; a + b <= slots; a++) {
      const state = starts[b]! + a;
      if (a + b < slots) chain.add(state, state + 1, first.arrivalsPerSec);
      if (a > 0) chain.add(state, state - 1, a / first.holdS);
      if (a + b < threshold) chain.add(state, starts[b + 1]! + a, second.arrivalsPerSec);
      if (b > 0) chain.add(state, starts[b - 1]! + a, b / second.holdS);
    }
  }
  const law = chain.stationary();
  const blocking: [number, number] = [0, 0];
  const occupancy: [number, number] = [0, 0];
  for (let b = 0; b <= threshold; b++) {
    for (let a = 0; a + b <= slots; a++) {
      const p = law[starts[b]! + a]!;
      occupancy[0] += a * p;
      occupancy[1] += b * p;
      if (a + b === slots) blocking[0] += p;
      if (a + b >= threshold) blocking[1] += p;
    }
  }
  return { blocking, occupancy };
}
