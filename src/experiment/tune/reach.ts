/**
 * Which values the rest of the budget cannot decide: they lie too near to the bound. Nobody waits for what will be undecided anyway; a
 * value that is left so is never one that is guessed.
 */

/** What has to be known of a value. */
export interface Reachable {
  runsAt(place: number): number;
  /** By how much a value seems to miss the goal: below 0 where it seems to meet it. */
  excessAt(place: number): number;
  /** Standard deviation of that in one run. */
  deviationAt(place: number): number;
  /** Runs that it could have yet, if it had all of the budget that is left. */
  runsLeftAt(place: number): number;
}

/** A value is decided, more often than not, when it seems to be so many standard errors from its bound. */
export const MARGIN = 5;
/** It may be so many standard errors further from its bound than it seems. */
const HOPE = 1.5;

/** Would the value at `place`, as its runs have it so far, take more runs than there can be? */
export function isOutOfReach(judge: Reachable, place: number): boolean {
  const [runs, deviation] = [judge.runsAt(place), judge.deviationAt(place)];
  if (runs < 2 || deviation === 0) return false;
  const distance = Math.abs(judge.excessAt(place)) + (HOPE * deviation) / Math.sqrt(runs);
  const root = (MARGIN * deviation) / distance;
  return root * root > runs + judge.runsLeftAt(place);
}
