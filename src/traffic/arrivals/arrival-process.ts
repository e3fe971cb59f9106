/** What every arrival process does. Leaves out: closed populations, which answer to their own connections (clients.ts). */
import type { RandomStream } from '../../engine/random.ts';

export interface ArrivalProcess {
  /** Instant of the next arrival, integer ns, >= every earlier one; NEVER_NS when there are no more. */
  nextNs(): number;
  /**
   * From now on arrivals before `endNs` are counted, not named, until `countTo(endNs)` closes the window. Random
   * numbers of arrivals are drawn here and nowhere else, so that who looks in between changes no total.
   */
  openWindow(endNs: number): void;
  /** @returns the arrivals before `atNs` <= the window's end that were neither named nor counted. Not O(arrivals). */
  countTo(atNs: number): number;
}

/** Where random processes draw from. */
export interface ArrivalStreams {
  /** When arrivals come, and how many come in a window. */
  readonly arrivals: RandomStream;
  /** How the arrivals of a window divide over its parts. */
  readonly splits: RandomStream;
}
