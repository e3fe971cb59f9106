/** What every arrival process does. Leaves out: closed populations, which answer to their own connections (clients.ts). */
import type { RandomStream } from '../../engine/random.ts';

export interface ArrivalProcess {
  /** Instant of the next arrival, integer ns, >= every earlier one; NEVER_NS when there are no more. */
  nextNs(): number;
  /**
   * Names the next arrivals, by the draws of `nextNs`, up to the first that is not before `endNs`, or fewer.
   * @param most arrivals to name, at least 1. @returns how many were named, at least 1 and maybe fewer: all but the last are before `endNs`.
   */
  walk(endNs: number, most: number): number;
  /** Instant of the arrival named last by `walk`; NEVER_NS when there are no more. */
  readonly namedNs: number;
  /**
   * Counts arrivals instead of naming them: those before `endNs` that follow on the last one named or counted, or the
   * first of them, as far as one draw is enough (one stay of a modulator, one batch). Whoever opens a part opens parts
   * until `partEndNs` is `endNs`. How many arrivals there are is drawn here and nowhere else, so that who looks in
   * between changes no total.
   * @param byInstant whether `instants` is asked for, too; then the last arrival was named.
   * @returns how many the part holds. O(1), but for a list by instant.
   */
  openPart(endNs: number, byInstant: boolean): number;
  /** No arrival of the part is as late, none after the part is earlier. Not always whole. */
  readonly partEndNs: number;
  /** Of the arrivals given last, by `openPart` or by `takeTo`: how many different instants, later than those before. */
  readonly instants: number;
  /** @returns the arrivals of the part before `atNs` <= partEndNs that were not taken yet. O(1). */
  takeTo(atNs: number): number;
}

/**
 * Most that one `walk` names in a loop of its own: V8 has to see the end of a loop before it knows what comes after it, and
 * compiles it anew until then.
 */
export const WALK_MOST = 1024;

/** Walks by `nextNs`: what a process does that has nothing quicker. @returns see `walk`. */
export function walkByName(process: { nextNs: () => number; namedNs: number }, endNs: number, most: number): number {
  for (let named = 1; ; named++) {
    process.namedNs = process.nextNs();
    if (process.namedNs >= endNs || named === most) return named;
  }
}

/** Where random processes draw from. */
export interface ArrivalStreams {
  /** When arrivals come, and how many come in a window. */
  readonly arrivals: RandomStream;
  /** How the arrivals of a window divide over its parts. */
  readonly splits: RandomStream;
}
