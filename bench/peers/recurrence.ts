/**
 * The numbers that all peers draw, in whole numbers alone, so that every language gets the same ones:
 *
 *   random      xorshift32 (shifts 13, 17, 5) from 2463534242: each state is the next number
 *   table       2^16 exponential numbers of mean 2^30, by von Neumann's comparisons: draw u, then draw on while each
 *               is less than the one before; were they u and an even number more, the value is w * 2^30 + (u >> 2),
 *               else w, which begins at 0, grows by one and it starts again. It has neither logarithm nor rounding.
 *   peers       the address of SYN k is k * 0x9e3779b1 mod 2^32: no two are equal
 *   hash        FNV-1a over 32-bit words: of an event the low and the high word of its instant, then its id
 *
 * cpp/recurrence.hpp and simpy/recurrence.py say the same. The table is drawn before a work begins, and used in turn:
 * what is timed is the work, and not the drawing.
 * Sources: G. Marsaglia, "Xorshift RNGs", JSS 8(14), 2003; J. von Neumann, "Various techniques used in connection
 * with random digits", NBS AMS 12, 1951.
 */
import { mix } from '../harness.ts';

const SEED = 2463534242;
export const TABLE_LENGTH = 2 ** 16;
export const TABLE_MASK = TABLE_LENGTH - 1;
/** Mean of the table. */
export const MEAN = 2 ** 30;
const TWO_32 = 2 ** 32;

class Xorshift32 {
  private x = SEED;

  next(): number {
    let { x } = this;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.x = x;
    return x >>> 0;
  }
}

function exponential(random: Xorshift32): number {
  for (let whole = 0; ; whole++) {
    const first = random.next();
    let before = first;
    let runLength = 1;
    for (let next = random.next(); next < before; next = random.next()) {
      before = next;
      runLength++;
    }
    if (runLength % 2 === 1) return whole * MEAN + (first >>> 2);
  }
}

/** The table. */
export function exponentials(): Float64Array {
  const random = new Xorshift32();
  return new Float64Array(TABLE_LENGTH).map(() => exponential(random));
}

export function peerOfSyn(k: number): number {
  return Math.imul(k, 0x9e3779b1) >>> 0;
}

/** `hash` with an event that was taken out at `atNs`. */
export function mixEvent(hash: number, atNs: number, id: number): number {
  const high = Math.floor(atNs / TWO_32);
  return mix(mix(mix(hash, atNs - high * TWO_32), high), id);
}

/** Eight hexadecimal digits. */
export function hexOf(hash: number): string {
  return (hash >>> 0).toString(16).padStart(8, '0');
}
