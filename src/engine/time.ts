/**
 * Time: integer nanoseconds in a JS number, exact up to 2^53 ns (104 days).
 * Leaves out: text such as `200ms` (scenario/units.ts).
 */

export const NS_PER_US = 1e3;
export const NS_PER_MS = 1e6;
export const NS_PER_S = 1e9;

/** Latest instant a run may reach, in ns: beyond it integers are no longer exact. */
export const TIME_NS_MAX = Number.MAX_SAFE_INTEGER;

/** An instant that never comes. */
export const NEVER_NS = Infinity;

/** The double below one half: added to a half it makes a whole, added to any less it does not. */
const HALF = 0.49999999999999994;

/** `Math.round` of a number >= 0, without its branch, which goes either way half the time, and waits. */
export function roundNs(ns: number): number {
  return Math.floor(ns + HALF);
}

/**
 * Order of events at one instant: kernel timers, then segments, then processes; samples come last.
 * A segment event adds a rank below SEGMENT_RANKS, so that segments of several sources at one
 * instant arrive in the order the scenario names the sources, whatever was scheduled first.
 * Inside one phase ties are first-in, first-out.
 */
export const Phase = { Timer: 0, Segment: 16, Process: 60_000 } as const;

/** Number of distinct segment ranks. */
export const SEGMENT_RANKS = Phase.Process - Phase.Segment;
