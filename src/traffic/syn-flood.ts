/**
 * An attacker that sends SYNs from forged addresses: silent, or alive behind them (each SYN-ACK is
 * answered by a RST), or a mixture of both, with a fresh 4-tuple per SYN or a bounded pool of them. It may send each SYN
 * again and again, which keeps a request from ever expiring (E2.8, B3.1).
 * While nothing else is due its SYNs need no pending events; and while the stack refuses whatever a silent flood of
 * fresh 4-tuples sends, they are counted: one by one, or all of a window at once (exact skipping).
 * Leaves out: handshakes (clients.ts), ICMP.
 */
import { Counters } from '../engine/counters.ts';
import { assert } from '../engine/errors.ts';
import type { EventSink } from '../engine/loop.ts';
import { NEVER_NS } from '../engine/time.ts';
import { Flag, Refusal, type Refuser } from '../network/segment.ts';
import type { ArrivalProcess } from './arrivals/arrival-process.ts';
import { Outbox } from './outbox.ts';
import type { Source, SourceEnvironment } from './source.ts';
import type { FloodSpec } from './specs.ts';

export const FloodCounter = { Sent: 0, SynAcksReceived: 1, ResetsSent: 2 } as const;
const FLOOD_COUNTERS = ['sent', 'synacks_received', 'resets_sent'] as const;

const Kind = { Syn: 0, Refresh: 1 } as const;

/** Multiples of 2^32 over the golden ratio are spread evenly, mod 2^32. */
const GOLDEN = 0x9e3779b1;
const SYN_WINDOW = 8192;
const SYN_MSS_BYTES = 1460;

export class SynFlood implements Source, EventSink {
  readonly counters: Counters;
  private readonly spec: FloodSpec;
  private readonly env: SourceEnvironment;
  private readonly synType: number;
  private readonly resets: Outbox | null; // null: nobody is behind the addresses
  private readonly refuser: Refuser | null; // null: every SYN is sent
  private nextPeer: number; // 4-tuple of the next SYN that is sent; those that are counted take none
  private refreshes: number; // SYNs that were sent again
  private readonly refreshLane: number; // -1: none is
  /** SYNs that were counted without being drawn: they had no event. */
  skippedSyns: number;

  constructor(spec: FloodSpec, env: SourceEnvironment) {
    this.counters = new Counters(FLOOD_COUNTERS);
    this.spec = spec;
    this.env = env;
    this.synType = env.loop.eventType(this, Kind.Syn, env.phase);
    const isRefreshed = spec.refreshNs !== NEVER_NS;
    const refreshType = env.loop.eventType(this, Kind.Refresh, env.phase);
    this.refreshLane = isRefreshed ? env.loop.lane(spec.refreshNs, refreshType) : -1;
    this.resets =
      spec.resetAfterNs === NEVER_NS
        ? null
        : new Outbox(env, spec.port, 0, spec.resetAfterNs, this.counters, FloodCounter.ResetsSent);
    const isFresh = spec.pool === Infinity && spec.tuples === null;
    this.refuser = isFresh && this.resets === null && !isRefreshed ? env.refuser : null;
    this.nextPeer = 0;
    this.refreshes = 0;
    this.skippedSyns = 0;
  }

  get synsSent(): number {
    return this.counters.valueOf(FloodCounter.Sent);
  }

  get bytes(): number {
    return 0;
  }

  start(): void {
    const { arrivals } = this.env;
    if (arrivals !== null) this.schedule(arrivals.nextNs());
  }

  onServed(): void {
    // Nobody waits behind a forged address.
  }

  /** A SYN is due; those after it follow at once, as long as nothing else comes between. */
  onEvent(kind: number, k: number): void {
    if (kind === Kind.Refresh) return this.refresh(k >>> 0);
    const { arrivals, loop, skips } = this.env;
    if (arrivals === null) return;
    let nextAtNs: number;
    do {
      const refusal = this.askRefuser(0, 0);
      const isCounted = refusal === Refusal.Counted || refusal === Refusal.Answered;
      if (isCounted) nextAtNs = skips ? this.skip(arrivals) : this.countUp(arrivals);
      else if (refusal === Refusal.CountedByInstant && skips) nextAtNs = this.countUp(arrivals);
      else nextAtNs = this.sendAndDraw(arrivals);
    } while (nextAtNs !== NEVER_NS && loop.tryAdvance(nextAtNs));
    this.schedule(nextAtNs);
  }

  /** A live host behind the forged address knows nothing of the connection: RST, with the sequence number it was told. */
  onSegment(segment: number): void {
    const { segments } = this.env;
    const synAck = Flag.Syn | Flag.Ack;
    if ((segments.flagsOf(segment) & synAck) !== synAck) return;
    this.counters.add(FloodCounter.SynAcksReceived, 1);
    const peer = segments.peerOf(segment);
    if (this.resets !== null && this.isLive(peer)) this.resets.post(peer, Flag.Rst, segments.ackOf(segment), 0, 0);
  }

  /** Sends this SYN. @returns the instant of the next. */
  private sendAndDraw(arrivals: ArrivalProcess): number {
    const k = this.counters.valueOf(FloodCounter.Sent) - this.refreshes;
    const peer = this.takePeer(k);
    if (this.refreshLane >= 0) this.env.loop.scheduleIn(this.refreshLane, k | 0);
    this.transmit(peer, k);
    return arrivals.nextNs();
  }

  private transmit(peer: number, k: number): void {
    const { segments, source, network } = this.env;
    this.counters.add(FloodCounter.Sent, 1);
    const segment = segments.open(source, peer, this.spec.port, Flag.Syn, this.isnOf(k), 0);
    segments.setWindow(segment, SYN_WINDOW);
    segments.setMss(segment, SYN_MSS_BYTES);
    network.transmit(segment);
  }

  /** SYN k again: 4-tuples of refreshed floods are new for every SYN, and numbered as the SYNs are. */
  private refresh(k: number): void {
    const { loop } = this.env;
    if (loop.nowNs >= this.spec.untilNs) return;
    loop.scheduleIn(this.refreshLane, k | 0);
    this.refreshes++;
    this.transmit(k, k);
  }

  /** Whether somebody is behind the address: the same answer every time. */
  private isLive(peer: number): boolean {
    return (Math.imul(peer + 1, GOLDEN) >>> 0) / 2 ** 32 < this.spec.liveShare;
  }

  private askRefuser(count: number, instants: number): number {
    return this.refuser === null ? Refusal.None : this.refuser.refuse(this.env.source, this.spec.port, count, instants);
  }

  private refuse(count: number, instants: number): void {
    this.counters.add(FloodCounter.Sent, count);
    const refusal = this.askRefuser(count, instants);
    assert(refusal !== Refusal.None, 'a stack changed its mind about a flood');
    if (refusal === Refusal.Answered) this.counters.add(FloodCounter.SynAcksReceived, count);
  }

  /** Counts this SYN and those that follow before anything else is due, one by one. @returns the next instant. */
  private countUp(arrivals: ArrivalProcess): number {
    const { loop } = this.env;
    const endNs = loop.quietUntilNs();
    let lastNs = loop.nowNs;
    let count = 1;
    let instants = 1;
    let atNs = arrivals.nextNs();
    for (let left = loop.eventsLeft; atNs < endNs && left > 0; left--) {
      if (atNs > loop.sampleAtNs) {
        this.refuse(count, instants);
        count = 0;
        instants = 0;
        loop.sample();
        continue;
      }
      count++;
      if (atNs !== lastNs) instants++;
      lastNs = atNs;
      loop.eventCount++;
      atNs = arrivals.nextNs();
    }
    this.refuse(count, instants);
    return atNs;
  }

  /** Counts this SYN and those that follow before anything else is due, all at once. @returns the next instant. */
  private skip(arrivals: ArrivalProcess): number {
    const { loop } = this.env;
    const endNs = loop.quietUntilNs();
    arrivals.openWindow(endNs);
    this.refuse(1, 1);
    while (loop.sampleAtNs < endNs) {
      // A sample comes after the SYNs of its instant.
      this.skipTo(arrivals, loop.sampleAtNs + 1);
      loop.sample();
    }
    this.skipTo(arrivals, endNs);
    return arrivals.nextNs();
  }

  private skipTo(arrivals: ArrivalProcess, atNs: number): void {
    const count = arrivals.countTo(atNs);
    this.skippedSyns += count;
    this.refuse(count, count);
  }

  /** The 4-tuple of SYN k, which takes it. */
  private takePeer(k: number): number {
    const { pool, tuples } = this.spec;
    if (tuples !== null) return tuples[k] ?? k;
    const peer = this.nextPeer;
    // A remainder of doubles is a call of the C library; this is not.
    this.nextPeer = peer + 1 === pool ? 0 : (peer + 1) >>> 0;
    return peer;
  }

  private isnOf(k: number): number {
    const { isn, isnStep, isns } = this.spec;
    if (isns !== null) return isns[k] ?? isn;
    return isn + Math.imul(k, isnStep);
  }

  private schedule(atNs: number): void {
    if (atNs !== NEVER_NS) this.env.loop.schedule(atNs, this.synType, 0);
  }
}
