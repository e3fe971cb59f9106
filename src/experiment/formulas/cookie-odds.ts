/**
 * F9: how often a guess is taken for a SYN cookie. Every legitimate one is taken, as long as processor and link carry them.
 * Source: net/ipv4/syncookies.c, Linux (two minutes, four MSS values, 32 bits); D. J. Bernstein, SYN cookies, 1997.
 */
import { requireCount, requireNotNegative } from './ranges.ts';

/** How often a guessed cookie is taken for a real one. */
export interface CookieOdds {
  /** Probability that a random acknowledgement is taken. */
  readonly accepted: number;
  /** Mean guesses until one is taken. */
  readonly guesses: number;
}

/** Linux. @param ages counts of the minute that are taken (2). @param mssValues (4). @param bits of the cookie (32). @throws RangeError. */
export function linuxCookieOdds(ages: number, mssValues: number, bits: number): CookieOdds {
  requireCount('ages', ages, 1, 256);
  requireCount('mssValues', mssValues, 1, 256);
  requireCount('bits', bits, 1, 64);
  return oddsOf((ages * mssValues) / powerOfTwo(bits));
}

/** Bernstein's: a counter of 5 bits, of which `counters` (4) are taken, and a hash of `hashBits` (24). @throws RangeError. */
export function classicCookieOdds(counters: number, hashBits: number): CookieOdds {
  requireCount('counters', counters, 1, 32);
  requireCount('hashBits', hashBits, 1, 64);
  return oddsOf(counters / 32 / powerOfTwo(hashBits));
}

/** Forged acknowledgements that are taken a second, of so many sent. @throws RangeError. */
export function forgedPerSec({ accepted }: CookieOdds, guessesPerSec: number): number {
  requireNotNegative('guessesPerSec', guessesPerSec);
  return accepted * guessesPerSec;
}

function oddsOf(accepted: number): CookieOdds {
  return { accepted, guesses: 1 / accepted };
}

function powerOfTwo(bits: number): number {
  let power = 1;
  for (let i = 0; i < bits; i++) power *= 2;
  return power;
}
