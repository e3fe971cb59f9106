/**
 * F13: MMPP/M/1/K. Poisson arrivals whose rate goes round a cycle of states with exponential stays, exponential services.
 * Source: W. Fischer, K. Meier-Hellstern, The MMPP cookbook, Performance Evaluation 18, 1993.
 */
import { BandedChain } from './markov-chain.ts';
import { figuresOf, type QueueFigures } from './queue-figures.ts';
import { requireCount, requireNotNegative, requirePositive } from './ranges.ts';

/** States that the arrivals may have, at most. */
const STATES_MAX = 64;

/** A queue with modulated arrivals in its steady state. */
export interface ModulatedFigures extends QueueFigures {
  /** Mean rate of arrivals. */
  readonly arrivalsPerSec: number;
  /** Share of time that the queue is full: not what arrivals meet, which come when it is. */
  readonly full: number;
}

/**
 * F13: MMPP/M/1/K, Poisson arrivals whose rate goes round a cycle of states with exponential stays.
 * @param ratesPerSec state → rate, >= 0, one of them > 0; 2 to 64 of them. @param staysS state → mean stay, s, > 0.
 * @param capacity >= 1, the one in service included.
 * @throws RangeError, also when capacity and states are too many to solve. Cost O(capacity * states^3).
 */
export function mmppM1k(
  ratesPerSec: readonly number[],
  staysS: readonly number[],
  servicesPerSec: number,
  capacity: number,
): ModulatedFigures {
  const states = ratesPerSec.length;
  requireCount('ratesPerSec.length', states, 2, STATES_MAX);
  requireCount('staysS.length', staysS.length, states, states);
  for (const rate of ratesPerSec) requireNotNegative('ratesPerSec', rate);
  for (const stay of staysS) requirePositive('staysS', stay);
  requirePositive('servicesPerSec', servicesPerSec);
  requireCount('capacity', capacity, 1);
  const cycleS = staysS.reduce((a, b) => a + b, 0);
  const arrivalsPerSec = ratesPerSec.reduce((sum, rate, i) => sum + (rate * staysS[i]!) / cycleS, 0);
  requirePositive('ratesPerSec', arrivalsPerSec);
  const chain = new BandedChain((capacity + 1) * states, states);
  for (let n = 0; n <= capacity; n++) {
    for (let i = 0; i < states; i++) {
      const state = n * states + i;
      chain.add(state, n * states + ((i + 1) % states), 1 / staysS[i]!);
      if (n < capacity) chain.add(state, state + states, ratesPerSec[i]!);
      if (n > 0) chain.add(state, state - states, servicesPerSec);
    }
  }
  const law = chain.stationary();
  let occupancy = 0;
  let empty = 0;
  let full = 0;
  let lost = 0;
  for (let state = 0; state < law.length; state++) {
    const n = Math.floor(state / states);
    const p = law[state]!;
    occupancy += n * p;
    if (n === 0) empty += p;
    if (n < capacity) continue;
    full += p;
    lost += p * ratesPerSec[state % states]!;
  }
  const figures = figuresOf(arrivalsPerSec, lost / arrivalsPerSec, empty, occupancy, 1 - empty);
  return { ...figures, arrivalsPerSec, full };
}
