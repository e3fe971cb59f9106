/**
 * What happens to connection requests between their source and the stack: the network's side of the
 * conservation check. Every hop counts where it happens; nothing is found by subtraction.
 */
import { Counters } from '../engine/counters.ts';

/** Ends of SYNs before the stack that only some hosts have. */
export const HostFate = {
  /** The host's backlog of packets was full. */
  DroppedByHost: 0,
  /** A filter, or a table that was full, in front of the host. */
  DroppedByFrontEnd: 1,
  /** A proxy answered it by a cookie, and kept nothing. */
  AnsweredByFrontEnd: 2,
  /** Counted down: a proxy sent it to the stack on behalf of a client whose own SYN it had answered. */
  OpenedByFrontEnd: 3,
} as const;

export const HOST_FATE_NAMES = [
  'dropped_by_host',
  'dropped_by_front_end',
  'answered_by_front_end',
  'opened_by_front_end',
] as const;

export class SynTransit {
  private readonly onTheWay: Float64Array; // source → SYNs inside hops now
  private readonly lost: Float64Array; // source → SYNs lost at random
  private readonly dropped: Float64Array; // source → SYNs dropped by a full link queue

  private readonly host: readonly Counters[]; // source → HostFate → SYNs

  constructor(sourceCount: number) {
    this.host = Array.from({ length: sourceCount }, () => new Counters(HOST_FATE_NAMES));
    this.onTheWay = new Float64Array(sourceCount);
    this.lost = new Float64Array(sourceCount);
    this.dropped = new Float64Array(sourceCount);
  }

  enter(source: number, count = 1): void {
    this.onTheWay[source]! += count;
  }

  leave(source: number): void {
    this.onTheWay[source]!--;
  }

  lose(source: number, count = 1): void {
    this.lost[source]! += count;
  }

  drop(source: number): void {
    this.dropped[source]!++;
  }

  /** A SYN of `source` met `fate`, a HostFate, before it reached the stack. */
  endAtHost(source: number, fate: number): void {
    this.host[source]!.values[fate]! += fate === HostFate.OpenedByFrontEnd ? -1 : 1;
  }

  /** SYNs of `source` by HostFate. */
  hostFatesOf(source: number): Counters {
    return this.host[source]!;
  }

  inFlightOf(source: number): number {
    return this.onTheWay[source]!;
  }

  lostOf(source: number): number {
    return this.lost[source]!;
  }

  droppedOf(source: number): number {
    return this.dropped[source]!;
  }
}
