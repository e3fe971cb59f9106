/**
 * Queues with Poisson arrivals and exponential services: F1 M/M/1/K, F2 M/M/c, F2b M/M/c/K. An accept queue with a
 * backlog of B, and w workers, is M/M/w/K with K = B + 1 + w on Linux, B + w in the textbook.
 * Source: L. Kleinrock, Queueing Systems I, 1975, chapter 3.
 */
import { erlangB } from './erlang.ts';
import { birthDeath } from './markov-chain.ts';
import { figuresOf, type QueueFigures } from './queue-figures.ts';
import { requireCount, requireNotNegative, requirePositive } from './ranges.ts';

/**
 * F1: one server, room for `capacity`, the one in service included.
 * @param arrivalsPerSec > 0. @param servicesPerSec > 0. @param capacity >= 1.
 * @throws RangeError. Cost O(capacity).
 */
export function mm1k(arrivalsPerSec: number, servicesPerSec: number, capacity: number): QueueFigures {
  return mmck(arrivalsPerSec, servicesPerSec, 1, capacity);
}

/**
 * F2b: `servers` servers, room for `capacity`, those in service included.
 * @param servicesPerSec of one server, > 0. @param servers in [1, capacity].
 * @throws RangeError. Cost O(capacity).
 */
export function mmck(arrivalsPerSec: number, servicesPerSec: number, servers: number, capacity: number): QueueFigures {
  requirePositive('arrivalsPerSec', arrivalsPerSec);
  requirePositive('servicesPerSec', servicesPerSec);
  requireCount('capacity', capacity, 1);
  requireCount('servers', servers, 1, capacity);
  const law = birthDeath(
    capacity,
    () => arrivalsPerSec,
    (n) => Math.min(n, servers) * servicesPerSec,
  );
  let occupancy = 0;
  let waiting = 0;
  for (let n = 1; n <= capacity; n++) {
    occupancy += n * law[n]!;
    if (n > servers) waiting += (n - servers) * law[n]!;
  }
  return figuresOf(arrivalsPerSec, law[capacity]!, law[0]!, occupancy, occupancy - waiting);
}

/** F2, beside the figures: probability that an arrival has to wait (Erlang C). */
export interface DelayFigures extends QueueFigures {
  readonly delayed: number;
}

/**
 * F2: `servers` servers and room for all; load arrivalsPerSec / servicesPerSec below `servers`.
 * @throws RangeError when the queue would grow for ever. Cost O(servers).
 */
export function mmc(arrivalsPerSec: number, servicesPerSec: number, servers: number): DelayFigures {
  requirePositive('arrivalsPerSec', arrivalsPerSec);
  requirePositive('servicesPerSec', servicesPerSec);
  const load = arrivalsPerSec / servicesPerSec;
  const { blocking } = erlangB(servers, load);
  if (!(load < servers)) throw new RangeError(`servers: expected more than ${load}, received ${servers}`);
  const delayed = blocking / (1 - (load / servers) * (1 - blocking));
  const waiting = (delayed * load) / (servers - load);
  return {
    ...figuresOf(arrivalsPerSec, 0, emptyOf(load, servers, delayed), load + waiting, load),
    waiting,
    delayed,
    waitS: waiting / arrivalsPerSec,
  };
}

/** F2: probability that an arrival waits longer than `seconds` >= 0. @throws RangeError as `mmc`. */
export function mmcWaitsLonger(
  arrivalsPerSec: number,
  servicesPerSec: number,
  servers: number,
  seconds: number,
): number {
  requireNotNegative('seconds', seconds);
  const { delayed } = mmc(arrivalsPerSec, servicesPerSec, servers);
  return delayed * Math.exp((arrivalsPerSec - servers * servicesPerSec) * seconds);
}

/** P(nobody there) of M/M/c: P(wait) = p_0 a^c / c! / (1 - a/c). */
function emptyOf(load: number, servers: number, delayed: number): number {
  let term = delayed * (1 - load / servers);
  for (let n = servers; n > 0; n--) term *= n / load;
  return term;
}
