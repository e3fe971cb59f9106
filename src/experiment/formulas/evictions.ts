/**
 * Half-open connections that have to go when the table is full: who is still there when its third ACK comes, one round trip later?
 * F8 a random slot, or that of the oldest; F8b that of the oldest of a hash bucket; F8c a random slot and random round trips.
 * `replacedPerSec` counts SYNs that find no free slot: those of the flood, less the slots that others give back.
 * Source: L. Ricciulli, P. Lincoln, P. Kakkar, TCP SYN flooding defense, 1999 (random drop); J. Lemon, 2002 (SYN cache).
 */
import { poissonBelow } from './poisson.ts';
import { requireCount, requireNotNegative, requirePositive } from './ranges.ts';

/**
 * F8: P(a connection survives `rttS`) = exp(-g r / N) when SYNs come as a Poisson process.
 * @param slots N >= 1. @param replacedPerSec g >= 0. @param rttS r >= 0.
 * @throws RangeError. Cost O(1).
 */
export function randomDropSurvival(slots: number, replacedPerSec: number, rttS: number): number {
  requireAll(slots, replacedPerSec, rttS);
  return Math.exp((-replacedPerSec * rttS) / slots);
}

/** F8, SYNs at a constant rate: (1 - 1 / N)^(g r). @throws RangeError. Cost O(1). */
export function randomDropSurvivalPeriodic(slots: number, replacedPerSec: number, rttS: number): number {
  requireAll(slots, replacedPerSec, rttS);
  const syns = replacedPerSec * rttS;
  if (slots === 1) return syns === 0 ? 1 : 0;
  return Math.exp(syns * logOneMinus(1 / slots));
}

/** F8, the oldest goes: P(fewer than N SYNs in a round trip). @throws RangeError. Cost O(slots). */
export function oldestDropSurvival(slots: number, replacedPerSec: number, rttS: number): number {
  requireAll(slots, replacedPerSec, rttS);
  return poissonBelow(slots, replacedPerSec * rttS);
}

/** F8c: random drop, exponential round trips of mean `rttMeanS`: 1 / (1 + g E[r] / N). @throws RangeError. Cost O(1). */
export function randomDropSurvivalExponential(slots: number, replacedPerSec: number, rttMeanS: number): number {
  requireAll(slots, replacedPerSec, rttMeanS);
  return 1 / (1 + (replacedPerSec * rttMeanS) / slots);
}

/**
 * F8b: `buckets` hash buckets of `bucketSlots` each, the oldest of a full one goes: P(fewer than b SYNs come to the bucket).
 * @param synsPerSec that take a slot, of all buckets. @throws RangeError. Cost O(bucketSlots).
 */
export function bucketSurvival(buckets: number, bucketSlots: number, synsPerSec: number, rttS: number): number {
  requireCount('buckets', buckets, 1);
  requireAll(bucketSlots, synsPerSec, rttS);
  return poissonBelow(bucketSlots, (synsPerSec * rttS) / buckets);
}

/** F8b: mean time after which a full table of so many slots in all has been replaced, s. @throws RangeError. */
export function recycleTimeS(slots: number, synsPerSec: number): number {
  requireCount('slots', slots, 1);
  requirePositive('synsPerSec', synsPerSec);
  return slots / synsPerSec;
}

/** Probability that one of `tries` independent attempts gets through. @param survival in [0, 1]. @throws RangeError. */
export function successInTries(survival: number, tries: number): number {
  requireCount('tries', tries, 1, 255);
  let lost = 1;
  for (let i = 0; i < tries; i++) lost *= 1 - survival;
  return 1 - lost;
}

function requireAll(slots: number, perSec: number, rttS: number): void {
  requireCount('slots', slots, 1);
  requireNotNegative('synsPerSec', perSec);
  requireNotNegative('rttS', rttS);
}

/** log(1 - x) for x in [0, 1), exact for small x too (Kahan). */
function logOneMinus(x: number): number {
  const y = 1 - x;
  return y === 1 ? -x : (Math.log(y) * x) / (1 - y);
}
