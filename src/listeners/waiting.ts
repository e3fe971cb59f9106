/**
 * Who waits at a listener, one by one: for pictures and traces, not for the event path, where the gauges say how many there are.
 * Leaves out: connections that the application has taken.
 */

/**
 * Told of a connection that waits: in SYN_QUEUE or ACCEPT_QUEUE, whose it is, whether it is dead already, and at which listener of an
 * SO_REUSEPORT group, where there is one.
 */
export type WaitingVisitor = (queue: number, source: number, peer: number, isDead: boolean, member?: number) => void;

/** How many may wait at once; null: nothing bounds it by itself. Where one queue holds all (Linux 1.2) it is `acceptQueue`. */
export interface QueueBounds {
  readonly synQueue: number | null;
  readonly acceptQueue: number;
  /** Accept queue of each listener of an SO_REUSEPORT group, of which `acceptQueue` is the sum; empty: there is one listener. */
  readonly members: readonly number[];
}

/** Every listener is one: of the port under study. */
export interface WaitingRoom {
  /** As the listener is set up now. */
  bounds(): QueueBounds;
  /**
   * Calls `visit` for everybody who waits: the accept queue oldest first, and all of a queue that holds both kinds (Linux 1.2); the SYN
   * queue in no order. O(slots).
   */
  eachWaiting(visit: WaitingVisitor): void;
}
