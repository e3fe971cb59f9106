/**
 * F12: D/M/1, arrivals at a constant rate and exponential services, with room for all: what a flood of constant rate makes of a queue.
 * Source: L. Kleinrock, Queueing Systems I, 1975, section 6.4 (G/M/1).
 */
import { figuresOf, type QueueFigures } from './queue-figures.ts';
import { requirePositive } from './ranges.ts';

/** Beside the figures: probability that an arrival has to wait, the root of sigma = exp(-mu (1 - sigma) / lambda). */
export interface PeriodicFigures extends QueueFigures {
  readonly delayed: number;
}

const ITERATIONS_MAX = 200;

/**
 * F12: D/M/1, arrivals at a constant rate, exponential services, room for all.
 * @param arrivalsPerSec in (0, servicesPerSec). @throws RangeError when the queue would grow for ever. Cost O(1).
 */
export function dm1(arrivalsPerSec: number, servicesPerSec: number): PeriodicFigures {
  requirePositive('arrivalsPerSec', arrivalsPerSec);
  requirePositive('servicesPerSec', servicesPerSec);
  const ratio = servicesPerSec / arrivalsPerSec;
  if (!(ratio > 1))
    throw new RangeError(`arrivalsPerSec: expected less than ${servicesPerSec}, received ${arrivalsPerSec}`);
  // Newton from 0: the function is convex, so its steps rise to the lesser root and never pass it.
  let delayed = 0;
  for (let i = 0; i < ITERATIONS_MAX; i++) {
    const power = Math.exp(-ratio * (1 - delayed));
    const next = delayed + (power - delayed) / (1 - ratio * power);
    if (!(next > delayed)) break;
    delayed = next;
  }
  const waitS = delayed / (servicesPerSec * (1 - delayed));
  const waiting = arrivalsPerSec * waitS;
  const load = 1 / ratio;
  return { ...figuresOf(arrivalsPerSec, 0, 1 - load, waiting + load, load), waiting, waitS, delayed };
}
