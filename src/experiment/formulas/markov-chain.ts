/**
 * The stationary law of a Markov chain whose jumps are short, by elimination without subtraction (Grassmann, Taksar and
 * Heyman): every probability is right to a few last bits, the smallest too.
 * Source: W. K. Grassmann, M. I. Taksar, D. P. Heyman, Operations Research 33(5), 1985.
 */
import { requireCount } from './ranges.ts';

/** Numbers that a chain may take, at most: 256 MB. */
const CELLS_MAX = 33_554_432;

export class BandedChain {
  readonly size: number;
  /** No jump is longer. */
  readonly reach: number;
  private readonly rates: Float64Array; // from * (2 reach + 1) + to - from + reach → rate

  /**
   * A chain of `size` states, in which nothing jumps further than `reach` states.
   * @throws RangeError when it would take more than 256 MB.
   */
  constructor(size: number, reach: number) {
    requireCount('states', size, 1, Math.floor(CELLS_MAX / (2 * reach + 1)));
    this.size = size;
    this.reach = reach;
    this.rates = new Float64Array(size * (2 * reach + 1));
  }

  /** Adds `rate` >= 0 to that of the jump from `from` to `to`. */
  add(from: number, to: number, rate: number): void {
    this.rates[this.cellOf(from, to)]! += rate;
  }

  /** @returns state → probability. Uses the chain up. Cost O(size * reach^2). */
  stationary(): Float64Array {
    const { rates, reach, size } = this;
    for (let state = size - 1; state > 0; state--) this.eliminate(state);
    const law = new Float64Array(size);
    law[0] = 1;
    let total = 1;
    for (let state = 1; state < size; state++) {
      let p = 0;
      for (let from = Math.max(0, state - reach); from < state; from++)
        p += law[from]! * rates[this.cellOf(from, state)]!;
      law[state] = p;
      total += p;
      if (total > 1e200) total = rescale(law, state);
    }
    for (let state = 0; state < size; state++) law[state]! /= total;
    return law;
  }

  /** Watches the chain only while it is below `state`. Leaves in column `state` the rates, each over the rate out of it. */
  private eliminate(state: number): void {
    const { rates, reach } = this;
    const lowest = Math.max(0, state - reach);
    let out = 0;
    for (let to = lowest; to < state; to++) out += rates[this.cellOf(state, to)]!;
    for (let from = lowest; from < state; from++) {
      const at = this.cellOf(from, state);
      const share = rates[at]! / out;
      rates[at] = share;
      if (share === 0) continue;
      for (let to = lowest; to < state; to++) rates[this.cellOf(from, to)]! += share * rates[this.cellOf(state, to)]!;
    }
  }

  private cellOf(from: number, to: number): number {
    return from * (2 * this.reach + 1) + to - from + this.reach;
  }
}

/** Makes law[0..last] small again. @returns their new sum. */
function rescale(law: Float64Array, last: number): number {
  let total = 0;
  for (let state = 0; state <= last; state++) {
    law[state]! *= 1e-200;
    total += law[state]!;
  }
  return total;
}

/**
 * The law of a birth-death chain on 0..`last`, from its likeliest state outwards, so that nothing overflows.
 * @param birthPerSec n in [0, last) → rate from n to n + 1, > 0. @param deathPerSec n in (0, last] → rate from n to n - 1, > 0.
 * @returns state → probability. Cost O(last).
 */
export function birthDeath(
  last: number,
  birthPerSec: (n: number) => number,
  deathPerSec: (n: number) => number,
): Float64Array {
  const law = new Float64Array(last + 1);
  let mode = 0;
  // Where births still win. With one sign change this is the likeliest state; with more it is a likely one.
  while (mode < last && birthPerSec(mode) > deathPerSec(mode + 1)) mode++;
  law[mode] = 1;
  let total = 1;
  for (let n = mode; n < last; n++) total += law[n + 1] = (law[n]! * birthPerSec(n)) / deathPerSec(n + 1);
  for (let n = mode; n > 0; n--) total += law[n - 1] = (law[n]! * deathPerSec(n)) / birthPerSec(n - 1);
  for (let n = 0; n <= last; n++) law[n]! /= total;
  return law;
}
