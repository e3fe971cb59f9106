/**
 * An attacker that sends SYNs from forged addresses: silent, or alive behind them (each SYN-ACK is
 * answered by a RST), or a mixture of both, with a fresh 4-tuple per SYN or a bounded pool of them. It may send each SYN
 * again and again, which keeps a request from ever expiring (E2.8, B3.1), or bring data and a Fast Open cookie, which makes a
 * connection of each SYN (B8).
 * While nothing else is due its SYNs need no pending events; and while the stack refuses whatever a silent flood of
 * fresh 4-tuples sends, they are counted: one by one, or all of a window at once (skipper.ts). Such a flood may begin
 * behind the link that its SYNs cross (network/passage.ts).
 * Leaves out: handshakes (clients.ts), ICMP.
 */
import { Counters } from '../engine/counters.ts';
import { assert } from '../engine/errors.ts';
import type { EventSink } from '../engine/loop.ts';
import { NEVER_NS } from '../engine/time.ts';
import type { Passage } from '../network/passage.ts';
import { Flag, Refusal, type Refuser } from '../network/segment.ts';
import { endpointOf } from '../network/tuple-index.ts';
import type { ArrivalProcess } from './arrivals/arrival-process.ts';
import { floodCookieOf, REQUEST_BYTES } from './fast-open.ts';
import { Outbox } from './outbox.ts';
import type { Skippable } from './skipper.ts';
import type { Skip, Source, SourceEnvironment } from './source.ts';
import type { FloodSpec } from './specs.ts';

export const FloodCounter = { Sent: 0, SynAcksReceived: 1, ResetsSent: 2 } as const;
const FLOOD_COUNTERS = ['sent', 'synacks_received', 'resets_sent'] as const;

const Kind = { Syn: 0, Refresh: 1 } as const;

/** Multiples of 2^32 over the golden ratio are spread evenly, mod 2^32. */
const GOLDEN = 0x9e3779b1;
const SYN_WINDOW = 8192;
const SYN_MSS_BYTES = 1460;

// Bound here: an imported constant is loaded at every use, one of the module is not.
const NEVER = NEVER_NS;
const SYN = Flag.Syn;
const SENT = FloodCounter.Sent;
const { None, Counted, Answered, CountedByInstant } = Refusal;

/** Whether the number of a flood's SYNs is all there is to know of them: fresh 4-tuples, and nobody behind them. */
export function isCountable({ fastopen, pool, refreshNs, resetAfterNs, tuples }: FloodSpec): boolean {
  const isPlain = pool === Infinity && tuples === null && fastopen === undefined;
  return isPlain && resetAfterNs === NEVER_NS && refreshNs === NEVER_NS;
}

export class SynFlood implements Source, EventSink, Skippable {
  readonly counters: Counters;
  /** SYNs that were counted by the number, and not sent. */
  skippedSyns: number;
  /** Instant at which the next SYN reaches the stack; NEVER_NS: there is none, or a skipper has not asked for it. */
  nextAtNs: number;
  private readonly spec: FloodSpec;
  private readonly env: SourceEnvironment;
  private readonly endpoint: number;
  private readonly synType: number;
  private readonly resets: Outbox | null; // null: nobody is behind the addresses
  private readonly refuser: Refuser | null; // null: every SYN is sent
  private readonly skip: Skip | null; // null: every SYN is drawn
  private readonly passage: Passage | null; // null: no link is behind the SYNs when they arrive
  private nextPeer: number; // 4-tuple of the next SYN that is sent; those that are counted take none
  private refreshes: number; // SYNs that were sent again
  private readonly refreshLane: number; // -1: none is
  private readonly cookie: number; // FastOpenCookie of every SYN, -1: it has no such option

  constructor(spec: FloodSpec, env: SourceEnvironment) {
    this.counters = new Counters(FLOOD_COUNTERS);
    this.skippedSyns = 0;
    this.nextAtNs = NEVER;
    this.spec = spec;
    this.env = env;
    this.endpoint = endpointOf(env.source, spec.port);
    this.synType = env.loop.eventType(this, Kind.Syn, env.phase);
    const refreshType = env.loop.eventType(this, Kind.Refresh, env.phase);
    this.refreshLane = spec.refreshNs === NEVER_NS ? -1 : env.loop.lane(spec.refreshNs, refreshType);
    this.resets =
      spec.resetAfterNs === NEVER_NS
        ? null
        : new Outbox(env, spec.port, 0, spec.resetAfterNs, this.counters, FloodCounter.ResetsSent);
    this.refuser = isCountable(spec) ? env.refuser : null;
    this.skip = this.refuser === null ? null : env.skip;
    this.passage = this.skip === null ? null : this.skip.passage;
    this.cookie = floodCookieOf(spec);
    this.nextPeer = 0;
    this.refreshes = 0;
  }

  get synsSent(): number {
    return this.counters.valueOf(FloodCounter.Sent);
  }

  get bytes(): number {
    return 0;
  }

  start(): void {
    const { arrivals, phase } = this.env;
    if (this.skip !== null) this.skip.skipper.add(this, phase);
    else if (arrivals !== null) this.schedule(arrivals.nextNs());
  }

  onServed(): void {
    // Nobody waits behind a forged address.
  }

  /** A SYN is due; those after it follow at once, as long as nothing else comes between. */
  onEvent(kind: number, k: number): void {
    if (kind === Kind.Refresh) return this.refresh(k >>> 0);
    const { arrivals, loop } = this.env;
    if (arrivals === null) return;
    let nextAtNs: number;
    do {
      const refusal = this.askRefuser();
      if (refusal === Counted || refusal === Answered) {
        nextAtNs = this.countUp(arrivals);
      } else {
        this.send();
        nextAtNs = arrivals.nextNs();
      }
    } while (nextAtNs !== NEVER && loop.tryAdvance(nextAtNs));
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

  // --- what a skipper asks for

  refusal(): number {
    const { passage } = this;
    const refusal = this.askRefuser();
    // The instants of what has an end by number, or loses some, are not counted.
    if (refusal === CountedByInstant && this.spec.countMax !== Infinity) return None;
    if (passage === null || refusal === None) return refusal;
    // Answers would have to find their way back.
    if (refusal === Answered || !passage.countsLosses) return None;
    return refusal === CountedByInstant && passage.loss > 0 ? None : refusal;
  }

  arrive(): void {
    const { passage } = this;
    this.nextAtNs = NEVER;
    if (passage === null || passage.tryCross()) this.send();
    else this.counters.add(FloodCounter.Sent, 1);
  }

  countOne(): void {
    const { passage } = this;
    this.nextAtNs = NEVER;
    this.skippedSyns++;
    this.refuse(1, passage === null || passage.tryCross() ? 1 : 0, 1);
  }

  nameNext(): void {
    const { arrivals } = this.env;
    this.nextAtNs = arrivals === null ? NEVER : arrivals.nextNs();
  }

  openWindow(endNs: number, byInstant: boolean): void {
    this.skip?.window.open(endNs, this.nextAtNs, byInstant);
    this.nextAtNs = NEVER;
  }

  countTo(atNs: number): void {
    const { passage, skip } = this;
    if (skip === null) return;
    const { window } = skip;
    window.countTo(atNs);
    const { count, lost } = window;
    if (count === 0) return;
    this.skippedSyns += count;
    if (passage !== null) passage.cross(count, lost);
    this.refuse(count, count - lost, window.instants);
  }

  /** The run is over: counts the SYNs that would reach the stack before `atNs` and were sent already. After `openWindow`. */
  keepTo(atNs: number): void {
    const { passage, skip } = this;
    if (skip === null || passage === null) return;
    skip.window.countTo(atNs);
    const { count, lost } = skip.window;
    this.counters.add(FloodCounter.Sent, count);
    passage.keep(count, lost);
  }

  /** Sends the next SYN. */
  private send(): void {
    const k = this.counters.valueOf(FloodCounter.Sent) - this.refreshes;
    const peer = this.takePeer(k);
    if (this.refreshLane >= 0) this.env.loop.scheduleIn(this.refreshLane, k | 0);
    this.transmit(peer, k);
  }

  private transmit(peer: number, k: number): void {
    const { segments, network } = this.env;
    this.counters.values[SENT]!++;
    const segment = segments.openWith(this.endpoint, peer, SYN, this.isnOf(k), 0, SYN_WINDOW, SYN_MSS_BYTES);
    if (this.cookie >= 0) {
      segments.addFastOpen(segment, this.cookie);
      segments.setLength(segment, REQUEST_BYTES);
    }
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

  private askRefuser(): number {
    return this.refuser === null ? None : this.refuser.refuse(this.env.source, this.spec.port, 0, 0);
  }

  /** `count` SYNs were sent; those that reached the stack came at `instants` different instants, and are refused. */
  private refuse(count: number, arrived: number, instants: number): void {
    this.counters.add(FloodCounter.Sent, count);
    const refusal = this.refuser?.refuse(this.env.source, this.spec.port, arrived, instants) ?? None;
    assert(refusal !== None, 'a stack changed its mind about a flood');
    if (refusal === Answered) this.counters.add(FloodCounter.SynAcksReceived, arrived);
  }

  /** Counts this SYN and those that follow before anything else is due, one by one. @returns the next instant. */
  private countUp(arrivals: ArrivalProcess): number {
    const { loop } = this.env;
    const endNs = loop.quietUntilNs();
    let count = 1;
    for (;;) {
      const passed = arrivals.walk(Math.min(endNs, loop.sampleAtNs + 1), loop.eventsLeft + 1) - 1;
      count += passed;
      loop.eventCount += passed;
      const atNs = arrivals.namedNs;
      while (atNs > loop.sampleAtNs && atNs < endNs && loop.eventsLeft > 0) {
        this.refuse(count, count, count);
        count = 0;
        loop.sample();
      }
      if (atNs >= endNs || loop.eventsLeft <= 0) {
        this.refuse(count, count, count);
        return atNs;
      }
      count++;
      loop.eventCount++;
    }
  }

  /** The 4-tuple of SYN k, which takes it. */
  private takePeer(k: number): number {
    const { pool, tuples } = this.spec;
    if (tuples !== null) return tuples[k] ?? k;
    // Behind a link those that are counted take one, too, as they do when each crosses it.
    if (this.passage !== null) return k >>> 0;
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
    if (atNs !== NEVER) this.env.loop.schedule(atNs, this.synType, 0);
  }
}
