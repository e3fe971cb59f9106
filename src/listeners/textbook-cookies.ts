/**
 * SYN cookies as the textbooks have them: an initial sequence number of a counter of minutes, a MAC of the connection, and one of
 * four segment sizes added to it. A cookie counts in its minute and in the next.
 *
 *   [ minute, 8 bits | MAC of tuple, sequence number and minute, plus 0 … 3; mod 2^24 ]
 *
 * So 8 of 2^32 acknowledgements are right for any connection: one guess in 537 million.
 * Leaves out: the cryptography, options of the client.
 * Source: D. J. Bernstein, SYN cookies, 1996; RFC 4987 3.6; formula F9.
 */
import type { Loop } from '../engine/loop.ts';
import type { RandomStream } from '../engine/random.ts';
import { mixed } from './mix.ts';

const MINUTE_NS = 60e9;
const WORD = 2 ** 32;
const MINUTES_MASK = 0xff;
const MAC_BITS = 24;
const MAC_MASK = 0xff_ffff;
/** Minutes that a cookie counts, its own included. */
const AGES = 2;
/** Segment sizes that the low bits may name. */
const SIZES = 4;
/** Every client here offers the largest one. */
const SIZE = 3;

export class Cookies {
  private readonly loop: Loop;
  private readonly secret: number;
  private readonly phaseNs: number; // how far into a minute instant 0 is

  constructor(loop: Loop, random: RandomStream) {
    this.loop = loop;
    this.secret = random.below(WORD);
    this.phaseNs = Math.floor(random.uniform() * MINUTE_NS);
  }

  /** The cookie for a SYN with sequence number `irs`. */
  make(endpoint: number, peer: number, irs: number): number {
    const minute = this.minute();
    const low = (this.mac(endpoint, peer, irs, minute) + SIZE) & MAC_MASK;
    return ((minute << MAC_BITS) | low) >>> 0;
  }

  /** Is `iss` a cookie for this connection that still counts? */
  check(endpoint: number, peer: number, irs: number, iss: number): boolean {
    const minute = iss >>> MAC_BITS;
    const age = (this.minute() - minute) & MINUTES_MASK;
    if (age >= AGES) return false;
    return ((iss - this.mac(endpoint, peer, irs, minute)) & MAC_MASK) < SIZES;
  }

  private minute(): number {
    return Math.floor((this.loop.nowNs + this.phaseNs) / MINUTE_NS) & MINUTES_MASK;
  }

  private mac(endpoint: number, peer: number, irs: number, minute: number): number {
    return mixed(mixed(mixed(mixed(this.secret, minute), endpoint), peer), irs);
  }
}
