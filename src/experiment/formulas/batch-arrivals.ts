/**
 * F10b: M^X/M/1/K. Batches come as a Poisson process and have a geometric number of members; of a batch that does not
 * fit the first ones are let in. Solved by balance across cuts, which subtracts nothing.
 * Source: M. L. Chaudhry, J. G. C. Templeton, A First Course in Bulk Queues, 1983.
 */
import { figuresOf, type QueueFigures } from './queue-figures.ts';
import { requireCount, requirePositive } from './ranges.ts';

/** Beside the figures, of which `blocking` is the share of members: share of time that the queue is full. */
export interface BatchFigures extends QueueFigures {
  readonly full: number;
}

/**
 * F10b: M^X/M/1/K, batches of a geometric number of members; of a batch that does not fit the first ones are let in.
 * @param batchesPerSec > 0. @param batchMean members of a batch, >= 1. @param servicesPerSec > 0.
 * @param capacity >= 1, the one in service included. @throws RangeError. Cost O(capacity).
 */
export function batchMm1k(
  batchesPerSec: number,
  batchMean: number,
  servicesPerSec: number,
  capacity: number,
): BatchFigures {
  requirePositive('batchesPerSec', batchesPerSec);
  requirePositive('batchMean', batchMean);
  if (!(batchMean >= 1)) throw new RangeError(`batchMean: expected a number >= 1, received ${batchMean}`);
  requirePositive('servicesPerSec', servicesPerSec);
  requireCount('capacity', capacity, 1);
  // P(a batch has more than k members) = longer^k.
  const longer = 1 - 1 / batchMean;
  const law = new Float64Array(capacity + 1);
  law[0] = 1;
  let total = 1;
  let above = 0; // batches across the cut below n: sum over i < n of law[i] longer^(n - 1 - i)
  let weighted = 0;
  for (let n = 1; n <= capacity; n++) {
    above = longer * above + law[n - 1]!;
    law[n] = (batchesPerSec / servicesPerSec) * above;
    total += law[n]!;
    weighted += n * law[n]!;
    if (total < 1e200) continue;
    for (let i = 0; i <= n; i++) law[i]! *= 1e-200;
    total *= 1e-200;
    weighted *= 1e-200;
    above *= 1e-200;
  }
  // A batch that meets n loses, of its members, the share longer^(capacity - n).
  const blocking = (longer * above + law[capacity]!) / total;
  const empty = law[0] / total;
  const figures = figuresOf(batchesPerSec * batchMean, blocking, empty, weighted / total, 1 - empty);
  return { ...figures, full: law[capacity]! / total };
}
