/**
 * Bursts into a queue that is not served, or too slowly: F10 a Poisson number of connections, F11 a fluid.
 * A backlog of B holds B + 1 on Linux, B in the textbook; the formulas take what it holds.
 */
import { poissonAtLeast, poissonExcess } from './poisson.ts';
import { requireCount, requireNotNegative, requirePositive } from './ranges.ts';

/** What a burst loses to a queue that is not served. */
export interface BurstLoss {
  /** Mean number that finds no room. */
  readonly lost: number;
  /** The same of those that came, [0, 1]. */
  readonly share: number;
  /** Probability that any is lost. */
  readonly anyLost: number;
}

/**
 * F10: a Poisson number of mean `burst` > 0 comes while nobody accepts, into a queue with room for `room` >= 0.
 * @throws RangeError. Cost O(room + sqrt(burst)).
 */
export function poissonBurstLoss(burst: number, room: number): BurstLoss {
  requirePositive('burst', burst);
  requireCount('room', room, 0);
  const lost = poissonExcess(room, burst);
  return { lost, share: lost / burst, anyLost: poissonAtLeast(room + 1, burst) };
}

/** What arrives and what is served while the burst lasts. */
export interface FluidBurst {
  readonly arrivalsPerSec: number;
  /** Less than arrivalsPerSec; 0 during a pause. */
  readonly servicesPerSec: number;
  readonly durationS: number;
  /** Connections that wait already, [0, room]. */
  readonly waiting: number;
}

/** What a fluid burst loses, and when. */
export interface FluidLoss {
  /** From the start of the burst, were it to last, s. */
  readonly fillS: number;
  readonly lost: number;
  /** Of those that came, [0, 1]. */
  readonly share: number;
  /** What would have to fit for none to be lost. */
  readonly roomForAll: number;
}

/**
 * F11: arrivals and services as a fluid, into a queue with room for `room` >= 1.
 * @throws RangeError. Cost O(1).
 */
export function fluidBurst(room: number, burst: FluidBurst): FluidLoss {
  const { arrivalsPerSec, durationS, servicesPerSec, waiting } = burst;
  requireCount('room', room, 1);
  requirePositive('arrivalsPerSec', arrivalsPerSec);
  requireNotNegative('servicesPerSec', servicesPerSec);
  requirePositive('durationS', durationS);
  requireNotNegative('waiting', waiting);
  const growthPerSec = arrivalsPerSec - servicesPerSec;
  if (!(growthPerSec > 0))
    throw new RangeError(`servicesPerSec: expected less than ${arrivalsPerSec}, received ${servicesPerSec}`);
  if (waiting > room) throw new RangeError(`waiting: expected at most ${room}, received ${waiting}`);
  const roomForAll = growthPerSec * durationS + waiting;
  const lost = Math.max(0, roomForAll - room);
  return { fillS: (room - waiting) / growthPerSec, lost, share: lost / (arrivalsPerSec * durationS), roomForAll };
}

/** F14: packets per second that a link carries, each of `wireBytes` (84: the least Ethernet frame, preamble and gap). @throws RangeError. */
export function packetsPerSec(rateBps: number, wireBytes: number): number {
  requirePositive('rateBps', rateBps);
  requirePositive('wireBytes', wireBytes);
  return rateBps / (wireBytes * 8);
}
