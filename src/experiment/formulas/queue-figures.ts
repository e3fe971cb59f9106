/** What the closed forms of queues say, in one shape. Leaves out: laws of the waiting time. */

/** A queue in its steady state. One in service is in the queue, and does not wait. */
export interface QueueFigures {
  /** Probability that an arrival is refused, [0, 1]. */
  readonly blocking: number;
  /** Share of time with nobody there. */
  readonly empty: number;
  /** Mean number there, and of those waiting. */
  readonly occupancy: number;
  readonly waiting: number;
  readonly throughputPerSec: number;
  /** Mean time of an accepted one there, and before its service, s. */
  readonly sojournS: number;
  readonly waitS: number;
}

/** By Little's law, from the mean number there and in service. */
export function figuresOf(
  arrivalsPerSec: number,
  blocking: number,
  empty: number,
  occupancy: number,
  inService: number,
): QueueFigures {
  const throughputPerSec = arrivalsPerSec * (1 - blocking);
  const waiting = Math.max(0, occupancy - inService);
  return {
    blocking,
    empty,
    occupancy,
    waiting,
    throughputPerSec,
    sojournS: occupancy / throughputPerSec,
    waitS: waiting / throughputPerSec,
  };
}
