/** The host's clocks: seconds since it was started, whole as time_uptime has them, and exactly. */
import type { Loop } from '../../engine/loop.ts';
import type { RandomStream } from '../../engine/random.ts';
import { NS_PER_S } from '../../engine/time.ts';

/** The host has been running for about this long: longer than any pause and any cookie. */
const AGE_S = 86_400;

export class Uptime {
  private readonly loop: Loop;
  private readonly ageS: number; // at instant 0

  /** @param random draws the place of instant 0 within a second. */
  constructor(loop: Loop, random: RandomStream) {
    this.loop = loop;
    this.ageS = AGE_S + random.uniform();
  }

  exactSeconds(): number {
    return this.ageS + this.loop.nowNs / NS_PER_S;
  }

  seconds(): number {
    return Math.floor(this.exactSeconds());
  }
}
