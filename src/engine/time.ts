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

/**
 * Order of events at one instant: kernel timers, then segments, then processes; samples come last.
 * A segment event adds a rank below SEGMENT_RANKS, so that segments of several sources at one
 * instant arrive in the order the scenario names the sources, whatever was scheduled first.
 * Inside one phase ties are first-in, first-out.
 */
export const Phase = { Timer: 0, Segment: 16, Process: 60_000 } as const;

/** Number of distinct segment ranks. */
export const SEGMENT_RANKS = Phase.Process - Phase.Segment;
