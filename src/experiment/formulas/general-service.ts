/**
 * One server, Poisson arrivals, services of any law: F3 M/D/1/K, F4 M/G/1, F4b M/G/1/K, F15 the approximation for any arrivals.
 * The chain embedded at departures is solved by balance across cuts, which subtracts nothing.
 * Source: F. Pollaczek, 1930; A. Khinchine, 1932; J. W. Cohen, The Single Server Queue, 1982 (M/G/1/K);
 * O. Brun and J.-M. Garcia, J. Appl. Prob. 37, 2000 (M/D/1/K); J. F. C. Kingman, 1961 (F15).
 */
import { type Distribution, meanNsOf } from '../../engine/distributions.ts';
import { NS_PER_S } from '../../engine/time.ts';
import { arrivalTails, noArrival, type TractableLaw } from './arrivals-in-service.ts';
import { figuresOf, type QueueFigures } from './queue-figures.ts';
import { requireCount, requireNotNegative, requirePositive } from './ranges.ts';

/** A service without an arrival is so rare that a queue is never found shorter than one below its room. */
const NEVER = 1e-150;
/** Room for which the chain, whose cost is its square, is solved. */
const CAPACITY_MAX = 20_000;

/**
 * F4, Pollaczek-Khinchine: room for all.
 * @param service of mean > 0, with arrivalsPerSec * mean below 1.
 * @throws RangeError when the queue would grow for ever. Cost O(1).
 */
export function mg1(arrivalsPerSec: number, service: Distribution): QueueFigures {
  requirePositive('arrivalsPerSec', arrivalsPerSec);
  requirePositive('service', meanNsOf(service));
  const meanS = meanNsOf(service) / NS_PER_S;
  const load = arrivalsPerSec * meanS;
  if (!(load < 1)) throw new RangeError(`arrivalsPerSec: expected less than ${1 / meanS}, received ${arrivalsPerSec}`);
  const waitS = (arrivalsPerSec * meanS * meanS * (1 + squaredVariation(service))) / (2 * (1 - load));
  const waiting = arrivalsPerSec * waitS;
  return { ...figuresOf(arrivalsPerSec, 0, 1 - load, waiting + load, load), waiting, waitS };
}

/** Variance of a law over its squared mean. */
export function squaredVariation(law: Distribution): number {
  switch (law.kind) {
    case 'constant':
      return 0;
    case 'exponential':
      return 1;
    case 'erlang':
      return 1 / law.k;
    case 'lognormal':
      return Math.exp(law.sigma * law.sigma) - 1;
    case 'hyperexponential': {
      const { mean1Ns, mean2Ns, p } = law;
      const mean = meanNsOf(law);
      return (2 * (p * mean1Ns * mean1Ns + (1 - p) * mean2Ns * mean2Ns)) / (mean * mean) - 1;
    }
  }
}

/**
 * F3: services of exactly `serviceS` seconds, room for `capacity`, the one in service included. A link with a queue of so many
 * packets and one being sent is one.
 * @throws RangeError. Cost O(capacity^2).
 */
export function md1k(arrivalsPerSec: number, serviceS: number, capacity: number): QueueFigures {
  return mg1k(arrivalsPerSec, { kind: 'constant', meanNs: serviceS * NS_PER_S }, capacity);
}

/**
 * F4b: room for `capacity` >= 1, the one in service included, at most 20,000.
 * @param service any law but lognormal, of mean > 0.
 * @throws RangeError. Cost O(capacity^2).
 */
export function mg1k(arrivalsPerSec: number, service: TractableLaw, capacity: number): QueueFigures {
  requirePositive('arrivalsPerSec', arrivalsPerSec);
  requirePositive('service', meanNsOf(service));
  requireCount('capacity', capacity, 1, CAPACITY_MAX);
  const load = (arrivalsPerSec * meanNsOf(service)) / NS_PER_S;
  const none = noArrival(arrivalsPerSec, service);
  // A departure leaves one place free, and the next arrival takes it.
  if (none < NEVER && capacity > 1) return figuresOf(arrivalsPerSec, 1 - 1 / load, 0, capacity - 1 / load, 1);
  const { atLeast, excess } = arrivalTails(arrivalsPerSec, service, capacity);
  const left = departureLaw(atLeast, none, capacity);
  // Lost during the service that begins with i there: those beyond the room for capacity - i. With nobody left, one comes first.
  let lost = left[0]! * excess[capacity - 1]!;
  let weighted = 0;
  for (let i = 1; i < capacity; i++) {
    lost += left[i]! * excess[capacity - i]!;
    weighted += i * left[i]!;
  }
  // Departures over arrivals is 1 / (left[0] + load).
  const cycle = left[0]! + load;
  const blocking = lost / cycle;
  return figuresOf(arrivalsPerSec, blocking, left[0]! / cycle, weighted / cycle + capacity * blocking, load / cycle);
}

/**
 * i → P(a departure leaves i behind), i in [0, capacity). Across the cut above j: what comes up from i <= j during a service
 * goes down again, one a departure.
 */
function departureLaw(atLeast: Float64Array, none: number, capacity: number): Float64Array {
  const law = new Float64Array(capacity);
  law[0] = 1;
  let total = 1;
  for (let j = 0; j + 1 < capacity; j++) {
    let up = law[0] * atLeast[j + 1]!;
    for (let i = 1; i <= j; i++) up += law[i]! * atLeast[j - i + 2]!;
    law[j + 1] = up / none;
    total += law[j + 1]!;
    // A step multiplies by less than 1 / NEVER.
    if (total < 1 / NEVER) continue;
    for (let i = 0; i <= j + 1; i++) law[i]! /= total;
    total = 1;
  }
  for (let i = 0; i < capacity; i++) law[i]! /= total;
  return law;
}

/**
 * F15, Kingman's approximation of the mean wait, s: exact for Poisson arrivals (arrivalVariation 1), too long as a rule otherwise.
 * @param arrivalVariation, serviceVariation squared coefficients of variation, >= 0.
 * @throws RangeError. Cost O(1).
 */
export function kingmanWaitS(
  arrivalsPerSec: number,
  servicesPerSec: number,
  arrivalVariation: number,
  serviceVariation: number,
): number {
  requirePositive('arrivalsPerSec', arrivalsPerSec);
  requirePositive('servicesPerSec', servicesPerSec);
  requireNotNegative('arrivalVariation', arrivalVariation);
  requireNotNegative('serviceVariation', serviceVariation);
  const load = arrivalsPerSec / servicesPerSec;
  if (!(load < 1))
    throw new RangeError(`arrivalsPerSec: expected less than ${servicesPerSec}, received ${arrivalsPerSec}`);
  return ((load / (1 - load)) * ((arrivalVariation + serviceVariation) / 2)) / servicesPerSec;
}
