/**
 * A path of constant delay: as much as enters leaves, in order, `delayNs` later.
 * Leaves out: rate, loss, jitter, queues (link.ts).
 */
import type { EventSink, Loop } from '../engine/loop.ts';
import type { SegmentPool, SegmentReceiver, Transmitter } from './segment.ts';
import type { SynTransit } from './syn-transit.ts';

export class Wire implements Transmitter, EventSink {
  private readonly loop: Loop;
  private readonly segments: SegmentPool;
  private readonly transit: SynTransit;
  private readonly next: Transmitter;
  private readonly lane: number;

  /**
   * @param delayNs > 0.
   * @param phase order of its arrivals among others of the same instant (engine/time.ts).
   */
  constructor(
    loop: Loop,
    segments: SegmentPool,
    transit: SynTransit,
    next: Transmitter,
    delayNs: number,
    phase: number,
  ) {
    this.loop = loop;
    this.segments = segments;
    this.transit = transit;
    this.next = next;
    this.lane = loop.lane(delayNs, loop.eventType(this, 0, phase));
  }

  transmit(segment: number): void {
    if (this.segments.isSyn(segment)) this.transit.enter(this.segments.sourceOf(segment));
    this.loop.scheduleIn(this.lane, segment);
  }

  onEvent(_kind: number, segment: number): void {
    if (this.segments.isSyn(segment)) this.transit.leave(this.segments.sourceOf(segment));
    this.next.transmit(segment);
  }
}

/** The end of a path: the receiver borrows the segment, then it is freed. */
export class Delivery implements Transmitter {
  private readonly segments: SegmentPool;
  private readonly receiver: SegmentReceiver;

  constructor(segments: SegmentPool, receiver: SegmentReceiver) {
    this.segments = segments;
    this.receiver = receiver;
  }

  transmit(segment: number): void {
    this.receiver.onSegment(segment);
    this.segments.free(segment);
  }
}
