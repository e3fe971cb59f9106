/** What every arrival process does. Leaves out: closed populations, which answer to their own connections (clients.ts). */

export interface ArrivalProcess {
  /** Instant of the next arrival, integer ns, >= every earlier one; NEVER_NS when there are no more. */
  nextNs(): number;
}
