/**
 * One direction of a link: rate (serialization per packet), propagation delay, jitter, random loss and
 * a drop-tail queue bounded in packets and in bytes. First-in, first-out; packets are never reordered.
 * A packet is an Ethernet frame: 18 bytes of header and checksum, 40 of IP and TCP, options and payload,
 * at least 64, and 20 more on the wire (preamble, gap), so 10 Gb/s carry 14.88 million SYNs a second.
 * Leaves out: priorities, marking, collisions; TCP options beyond the MSS lengthen no frame (a SYN of today's stacks
 * has 16 bytes more of them: 78 of frame instead of 64).
 */
import { Counters } from '../engine/counters.ts';
import { CapacityError } from '../engine/errors.ts';
import { Gauges } from '../engine/gauges.ts';
import { type EventSink, type Loop } from '../engine/loop.ts';
import type { RandomStream } from '../engine/random.ts';
import { RingBuffer } from '../engine/ring-buffer.ts';
import { NS_PER_S } from '../engine/time.ts';
import type { LinkSpec } from './link-spec.ts';
import type { SegmentPool, Transmitter } from './segment.ts';
import type { SynTransit } from './syn-transit.ts';

/** Counters of one direction. sent = delivered + lost + dropped_queue + packets inside. */
export const LinkCounter = {
  Sent: 0,
  Delivered: 1,
  Lost: 2,
  DroppedQueue: 3,
  BusyNs: 4,
  SojournNs: 5,
  Departed: 6,
} as const;
export const LINK_COUNTERS = ['sent', 'delivered', 'lost', 'dropped_queue', 'busy_ns', 'sojourn_ns', 'departed'];

/** Gauges of one direction: packets waiting or being sent; bytes of them. */
export const LinkGauge = { Packets: 0, Bytes: 1 } as const;

const FRAME_BYTES_MIN = 64;
const FRAME_OVERHEAD_BYTES = 18 + 40; // Ethernet header and checksum, IP and TCP headers
const WIRE_OVERHEAD_BYTES = 20; // preamble, start of frame, inter-frame gap
const ANSWERS = 2 ** 30; // bit of a packet under way, above any segment
const IN_FLIGHT_PACKETS_MAX = 2 ** 26; // bound of the rings, far above any bandwidth-delay product

/** Bytes of the frame that carries `segment`. */
export function frameBytesOf(segments: SegmentPool, segment: number): number {
  const mssBytes = segments.mssOf(segment) === 0 ? 0 : 4;
  const bytes = FRAME_OVERHEAD_BYTES + mssBytes + segments.lengthOf(segment);
  return bytes < FRAME_BYTES_MIN ? FRAME_BYTES_MIN : bytes;
}

/** What the links of a run know of each other. */
export class LinkClock {
  /** When a packet came out of a link last; -1: none did. What is sent at that instant from then on may answer it. */
  deliveredAtNs = -1;
}

export class Link implements Transmitter, EventSink {
  readonly counters: Counters;
  readonly gauges: Gauges;
  /** When the queue dropped first, when a packet was first lost; -1: never. */
  firstDroppedAtNs: number;
  firstLostAtNs: number;
  private readonly spec: LinkSpec;
  private readonly loop: Loop;
  private readonly segments: SegmentPool;
  private readonly transit: SynTransit;
  private readonly random: RandomStream;
  private readonly clock: LinkClock;
  private readonly arrivalTypes: number[]; // source → event type of its packets' arrivals
  private answerType: number; // the same of packets that answer others at once
  private readonly typeOfPhase: Map<number, number>;
  // Packets not yet fully sent: instant at which the last bit leaves, and frame bytes.
  private readonly departsAtNs: RingBuffer;
  private readonly departsBytes: RingBuffer;
  // Packets on their way to the far end: instant of arrival, segment and ANSWERS.
  private readonly arrivesAtNs: RingBuffer;
  private readonly arriving: RingBuffer;
  private readonly routes: Transmitter[]; // source → what the far end does with its packets
  // The busy period: last departure = freeAtNs - 1 + remainder / rateBps when the remainder is > 0.
  private freeAtNs: number; // first whole ns at which the sender is free
  private remainder: number; // fraction of a ns already used of freeAtNs, in 1 / rateBps ns
  private waitingBytes: number;
  private lastArrivalNs: number;

  /** @param random one stream for loss and jitter. @param clock one for all links of a run. */
  constructor(
    spec: LinkSpec,
    loop: Loop,
    segments: SegmentPool,
    transit: SynTransit,
    random: RandomStream,
    clock = new LinkClock(),
  ) {
    this.counters = new Counters(LINK_COUNTERS);
    this.gauges = new Gauges(['packets', 'bytes']);
    this.firstDroppedAtNs = -1;
    this.firstLostAtNs = -1;
    this.spec = spec;
    this.loop = loop;
    this.segments = segments;
    this.transit = transit;
    this.random = random;
    this.clock = clock;
    this.arrivalTypes = [];
    this.answerType = 0;
    this.typeOfPhase = new Map();
    this.departsAtNs = new RingBuffer('f64', 16, IN_FLIGHT_PACKETS_MAX);
    this.departsBytes = new RingBuffer('u32', 16, IN_FLIGHT_PACKETS_MAX);
    this.arrivesAtNs = new RingBuffer('f64', 16, IN_FLIGHT_PACKETS_MAX);
    this.arriving = new RingBuffer('i32', 16, IN_FLIGHT_PACKETS_MAX);
    this.routes = [];
    this.freeAtNs = 0;
    this.remainder = 0;
    this.waitingBytes = 0;
    this.lastArrivalNs = 0;
  }

  /**
   * Packets of `source` go on to `next` at the far end. @param phase their order among events of the same instant.
   * @param answerPhase that of packets, of whatever source, that were sent when others had come out of a link.
   */
  route(source: number, next: Transmitter, phase: number, answerPhase = phase): void {
    this.arrivalTypes[source] = this.typeAt(phase);
    this.answerType = this.typeAt(answerPhase);
    this.routes[source] = next;
  }

  private typeAt(phase: number): number {
    const type = this.typeOfPhase.get(phase) ?? this.loop.eventType(this, 0, phase);
    this.typeOfPhase.set(phase, type);
    return type;
  }

  transmit(segment: number): void {
    const nowNs = this.loop.nowNs;
    const values = this.counters.values;
    const source = this.segments.sourceOf(segment);
    const isSyn = this.segments.isSyn(segment);
    values[LinkCounter.Sent]!++;
    this.settle(nowNs);
    const bytes = frameBytesOf(this.segments, segment);
    if (this.isFull(bytes)) {
      values[LinkCounter.DroppedQueue]!++;
      if (this.firstDroppedAtNs < 0) this.firstDroppedAtNs = nowNs;
      if (isSyn) this.transit.drop(source);
      this.segments.free(segment);
      return;
    }
    const departsAtNs = this.enqueue(bytes, nowNs);
    // A lost packet has used the sender: it is lost on the way, after the queue.
    if (this.spec.loss > 0 && this.random.uniform() < this.spec.loss) {
      values[LinkCounter.Lost]!++;
      if (this.firstLostAtNs < 0) this.firstLostAtNs = nowNs;
      if (isSyn) this.transit.lose(source);
      this.segments.free(segment);
      return;
    }
    if (isSyn) this.transit.enter(source);
    this.launch(segment, departsAtNs);
  }

  /** The packet at the head arrives. */
  onEvent(): void {
    this.arrivesAtNs.shift();
    const segment = this.arriving.shift() & ~ANSWERS;
    if (this.arrivesAtNs.count > 0) this.scheduleHead();
    this.clock.deliveredAtNs = this.loop.nowNs;
    const source = this.segments.sourceOf(segment);
    if (this.segments.isSyn(segment)) this.transit.leave(source);
    this.counters.values[LinkCounter.Delivered]!++;
    this.routes[source]!.transmit(segment);
  }

  /** Takes packets sent by `nowNs` out of the queue, so that gauges and counters are right at `nowNs`. */
  settle(nowNs: number): void {
    const departs = this.departsAtNs;
    while (departs.count > 0 && departs.at(0) <= nowNs) {
      const atNs = departs.shift();
      const bytes = this.departsBytes.shift();
      this.waitingBytes -= bytes;
      this.counters.values[LinkCounter.Departed]!++;
      this.counters.values[LinkCounter.BusyNs]! += ((bytes + WIRE_OVERHEAD_BYTES) * 8 * NS_PER_S) / this.spec.rateBps;
      this.gauges.set(LinkGauge.Packets, departs.count, atNs);
      this.gauges.set(LinkGauge.Bytes, this.waitingBytes, atNs);
    }
  }

  /** Forgets the first instants (end of the warm-up). */
  forgetFirsts(): void {
    this.firstDroppedAtNs = -1;
    this.firstLostAtNs = -1;
  }

  get bytes(): number {
    return this.departsAtNs.bytes + this.departsBytes.bytes + this.arrivesAtNs.bytes + this.arriving.bytes;
  }

  /** Packets on their way to the far end. */
  get inFlight(): number {
    return this.arriving.count;
  }

  /** The packet being sent is not in the queue: one may be in the sender while `queuePackets` wait. */
  private isFull(bytes: number): boolean {
    const inside = this.departsAtNs.count;
    if (inside === 0) return false;
    if (inside - 1 >= this.spec.queuePackets) return true;
    return this.waitingBytes - this.departsBytes.at(0) + bytes > this.spec.queueBytes;
  }

  /** Puts a packet behind the others. @returns the instant at which its last bit leaves, exact to the ns (rounded up). */
  private enqueue(bytes: number, nowNs: number): number {
    const { rateBps } = this.spec;
    const values = this.counters.values;
    if (rateBps === Infinity) {
      values[LinkCounter.Departed]!++;
      return nowNs;
    }
    if (this.departsAtNs.count === 0 && this.freeAtNs <= nowNs) {
      this.freeAtNs = nowNs;
      this.remainder = 0;
    }
    // bits * 1e9 stays below 2^53 for any frame of a 16-bit length, so whole and remainder are exact.
    const scaled = (bytes + WIRE_OVERHEAD_BYTES) * 8 * NS_PER_S;
    const whole = Math.floor(scaled / rateBps);
    let remainder = this.remainder + (scaled - whole * rateBps);
    let departed = this.freeAtNs - (this.remainder > 0 ? 1 : 0) + whole;
    if (remainder >= rateBps) {
      remainder -= rateBps;
      departed++;
    }
    const departsAtNs = remainder > 0 ? departed + 1 : departed;
    values[LinkCounter.SojournNs]! += departsAtNs - nowNs;
    this.freeAtNs = departsAtNs;
    this.remainder = remainder;
    this.waitingBytes += bytes;
    push(this.departsAtNs, departsAtNs);
    push(this.departsBytes, bytes);
    this.gauges.set(LinkGauge.Packets, this.departsAtNs.count, nowNs);
    this.gauges.set(LinkGauge.Bytes, this.waitingBytes, nowNs);
    return departsAtNs;
  }

  /** Sends a packet on its way: one pending event serves the whole link, since arrivals are in order. */
  private launch(segment: number, departsAtNs: number): void {
    const { delayNs, jitterNs } = this.spec;
    let atNs = departsAtNs + delayNs;
    if (jitterNs > 0) atNs += Math.floor(this.random.uniform() * (jitterNs + 1));
    if (atNs < this.lastArrivalNs) atNs = this.lastArrivalNs;
    this.lastArrivalNs = atNs;
    push(this.arrivesAtNs, atNs);
    const answers = this.clock.deliveredAtNs === this.loop.nowNs;
    push(this.arriving, answers ? segment | ANSWERS : segment);
    if (this.arriving.count === 1) this.scheduleHead();
  }

  private scheduleHead(): void {
    const head = this.arriving.at(0);
    const answers = (head & ANSWERS) !== 0;
    const type = answers ? this.answerType : this.arrivalTypes[this.segments.sourceOf(head)]!;
    this.loop.schedule(this.arrivesAtNs.at(0), type, 0);
  }
}

/** @throws CapacityError when more packets are inside than this simulator can hold. */
function push(ring: RingBuffer, value: number): void {
  if (!ring.tryPush(value)) throw new CapacityError('packets in a link', `more than ${IN_FLIGHT_PACKETS_MAX} packets`);
}
