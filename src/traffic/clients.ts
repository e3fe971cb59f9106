/**
 * Ordinary clients: connect() with the SYN schedule of their stack, then a session (client-session.ts); one that
 * failed may connect again. A connection that is gone answers as a closed port does: with RST.
 * Leaves out: simultaneous open, options by their values, ports shared between clients.
 * Source: SYN times in client-stacks.ts and linux-clients.ts; a late SYN-ACK is answered by RST, RFC 9293 3.10.7.1.
 */
import { Counters } from '../engine/counters.ts';
import { assert } from '../engine/errors.ts';
import type { EventSink } from '../engine/loop.ts';
import { NEVER_NS } from '../engine/time.ts';
import { Flag } from '../network/segment.ts';
import { endpointOf } from '../network/tuple-index.ts';
import { CLIENT_COUNTERS, ClientCounter, type ClientObserver, FAST_OPEN_COUNTERS } from './client-counters.ts';
import { CLIENT_ISN, ClientSession } from './client-session.ts';
import { CLIENT_SLOTS, ClientSlots, ClientState } from './client-slots.ts';
import { optionsOfStack } from './client-stacks.ts';
import { ClientTimers } from './client-timers.ts';
import { FastOpenCookies, REQUEST_BYTES } from './fast-open.ts';
import { Outbox } from './outbox.ts';
import { RetryClock } from './retry-clock.ts';
import type { Source, SourceEnvironment } from './source.ts';
import type { ClientsSpec } from './specs.ts';

const Kind = { Arrival: 0, ClosedArrival: 1, Timer: 2, Patience: 3, Reconnect: 4 } as const;
const CLIENT_WINDOW = 8000;
const CLIENT_MSS_BYTES = 1460;

export class Clients implements Source, EventSink {
  readonly counters: Counters;
  private readonly spec: ClientsSpec;
  private readonly env: SourceEnvironment;
  private readonly observer: ClientObserver;
  private readonly slots: ClientSlots;
  private readonly outbox: Outbox;
  private readonly session: ClientSession;
  private readonly timers: ClientTimers;
  private readonly clocks: readonly RetryClock[]; // stack → gaps between what is sent again
  private readonly options: Uint8Array; // stack → Option bits of its SYNs
  private readonly fastOpen: FastOpenCookies | null; // null: off
  private readonly arrivalType: number;
  private readonly closedArrivalType: number;
  private readonly patienceLane: number; // -1: endless patience
  private readonly reconnectLane: number; // -1: who failed does not connect again
  private nextStack: number; // of the next client that begins
  private nextPeer: number;
  private countedFromPeer: number; // of the first client that is counted: peers are numbered in order; -1: none yet

  constructor(spec: ClientsSpec, env: SourceEnvironment, observer: ClientObserver) {
    const { loop, phase } = env;
    const own = spec.fastopen === undefined ? [] : FAST_OPEN_COUNTERS;
    this.counters = new Counters([...CLIENT_COUNTERS, ...own]);
    this.spec = spec;
    this.env = env;
    this.observer = observer;
    this.slots = new ClientSlots(endpointOf(env.source, spec.port), (to) => this.timers.grow(to));
    this.timers = new ClientTimers(spec, env, this, Kind.Timer, CLIENT_SLOTS);
    this.clocks = spec.stacks.map((stack) => new RetryClock(this.timers, stack));
    this.options = new Uint8Array(spec.stacks.map((stack) => spec.options ?? optionsOfStack(stack)));
    this.fastOpen = spec.fastopen === undefined ? null : new FastOpenCookies(spec);
    this.outbox = new Outbox(env, spec.port, CLIENT_WINDOW, spec.answerNs);
    this.session = new ClientSession(spec, env, this.slots, this.timers, this.clocks, this.outbox, this);
    this.arrivalType = loop.eventType(this, Kind.Arrival, phase);
    this.closedArrivalType = loop.eventType(this, Kind.ClosedArrival, phase);
    const patienceType = loop.eventType(this, Kind.Patience, phase);
    this.patienceLane = spec.timeoutNs === NEVER_NS ? -1 : loop.lane(spec.timeoutNs, patienceType);
    const reconnectType = loop.eventType(this, Kind.Reconnect, phase);
    this.reconnectLane = spec.reconnectAfterNs === NEVER_NS ? -1 : loop.lane(spec.reconnectAfterNs, reconnectType);
    this.nextStack = 0;
    this.nextPeer = 0;
    this.countedFromPeer = -1;
  }

  get synsSent(): number {
    return this.counters.valueOf(ClientCounter.SynsSent);
  }

  get bytes(): number {
    return this.slots.bytes + this.timers.bytes + (this.fastOpen === null ? 0 : this.fastOpen.bytes);
  }

  /** Clients that are neither served nor failed yet. */
  get pending(): number {
    const values = this.counters.values;
    const { Started, Served, Refused, TimedOut, Reset } = ClientCounter;
    return values[Started]! - values[Served]! - values[Refused]! - values[TimedOut]! - values[Reset]!;
  }

  start(): void {
    const { arrivals, startNs } = this.spec;
    if (arrivals.kind !== 'closed') return this.scheduleArrival();
    for (let i = 0; i < arrivals.count; i++) this.env.loop.schedule(startNs, this.closedArrivalType, 0);
  }

  onEvent(kind: number, slot: number): void {
    switch (kind) {
      case Kind.Arrival:
        this.scheduleArrival();
        this.begin();
        break;
      case Kind.ClosedArrival:
        if (this.env.loop.nowNs < this.spec.untilNs) this.begin();
        break;
      case Kind.Timer:
        if (this.slots.stateOf(slot) === ClientState.Connecting) this.onSynTimer(slot);
        else this.session.onTimer(slot);
        break;
      case Kind.Patience:
        if (this.slots.attemptAtNsOf(slot) + this.spec.timeoutNs === this.env.loop.nowNs) this.onPatienceEnd(slot);
        break;
      case Kind.Reconnect:
        this.connect(slot);
        break;
      default:
        assert(false, 'unknown event of clients');
    }
  }

  onSegment(segment: number): void {
    const { segments } = this.env;
    const flags = segments.flagsOf(segment);
    const slot = this.slots.find(segments.peerOf(segment));
    if ((flags & Flag.Rst) !== 0) {
      if (slot >= 0) this.onReset(slot);
    } else if (slot < 0) {
      // Nobody here knows of the connection (RFC 9293 3.10.7.1).
      this.outbox.post(segments.peerOf(segment), Flag.Rst, segments.ackOf(segment), 0, 0);
    } else if ((flags & Flag.Syn) !== 0) {
      this.onSynAck(slot, segment);
    } else if (this.slots.stateOf(slot) !== ClientState.Connecting) {
      this.session.onSegment(slot, segment);
    }
  }

  onServed(peer: number): void {
    const slot = this.slots.find(peer);
    if (slot < 0) {
      if (this.isCounted(peer)) this.counters.add(ClientCounter.ServedTooLate, 1);
    } else if (this.slots.isSettled(slot)) {
      this.count(slot, ClientCounter.ServedTooLate);
    } else {
      this.count(slot, ClientCounter.Served);
      this.slots.settle(slot);
    }
  }

  /** The client of `slot` failed with `outcome`, unless it is counted already, or connects again. */
  fail(slot: number, outcome: number): void {
    if (this.slots.isSettled(slot)) return;
    if (this.reconnectLane >= 0 && this.slots.attemptsOf(slot) < this.spec.reconnects) {
      this.count(slot, ClientCounter.Reconnects);
      this.env.loop.scheduleIn(this.reconnectLane, this.slots.replace(slot));
      return;
    }
    this.slots.settle(slot);
    if (this.count(slot, outcome)) this.observer.onFailed(this.env.source, this.slots.peerOf(slot), outcome);
  }

  /** Tells the observer of the first sign of an answer. */
  respond(slot: number): void {
    const startedAtNs = this.slots.startedAtNsOf(slot);
    if (startedAtNs < this.env.countFromNs) return;
    this.observer.onResponse(this.env.source, this.slots.peerOf(slot), this.env.loop.nowNs - startedAtNs);
  }

  /** Forgets the connection. In a closed population its user thinks, and begins anew. */
  remove(slot: number): void {
    const { arrivals } = this.spec;
    const isReplaced = this.slots.isReplaced(slot);
    this.timers.disarm(slot);
    this.slots.close(slot);
    if (arrivals.kind === 'closed' && !isReplaced) {
      this.env.loop.schedule(this.env.loop.nowNs + arrivals.thinkNs, this.closedArrivalType, 0);
    }
  }

  /** Counts something of a client that began after the warm-up. @returns whether it did. */
  count(slot: number, counter: number): boolean {
    if (this.slots.startedAtNsOf(slot) < this.env.countFromNs) return false;
    this.counters.add(counter, 1);
    return true;
  }

  /** Did `peer`, which may be forgotten, begin after the warm-up? Numbers wrap. */
  private isCounted(peer: number): boolean {
    const first = this.countedFromPeer;
    return first >= 0 && (peer - first) >>> 0 < (this.nextPeer - first) >>> 0;
  }

  private scheduleArrival(): void {
    const atNs = this.env.arrivals === null ? NEVER_NS : this.env.arrivals.nextNs();
    if (atNs !== NEVER_NS) this.env.loop.schedule(atNs, this.arrivalType, 0);
  }

  private begin(): void {
    const { loop, source } = this.env;
    const slot = this.slots.open(this.nextStack, loop.nowNs);
    this.nextStack = this.nextStack + 1 === this.spec.stacks.length ? 0 : this.nextStack + 1;
    if (this.count(slot, ClientCounter.Started)) {
      if (this.countedFromPeer < 0) this.countedFromPeer = this.nextPeer;
      this.observer.onStarted(source, this.nextPeer);
    }
    this.connect(slot);
  }

  /** connect(), from a port that was never used before. */
  private connect(slot: number): void {
    const { loop } = this.env;
    const peer = this.nextPeer;
    this.nextPeer = (peer + 1) >>> 0;
    this.slots.connect(slot, peer, loop.nowNs);
    this.timers.renew(slot);
    if (this.patienceLane >= 0) loop.scheduleIn(this.patienceLane, slot);
    const number = this.slots.takeSend(slot);
    this.clocks[this.slots.stackOf(slot)]!.armSyn(slot, number);
    this.sendSyn(slot, number);
  }

  private onSynTimer(slot: number): void {
    const clock = this.clocks[this.slots.stackOf(slot)]!;
    const number = this.slots.takeSend(slot);
    if (number >= clock.synsMax) return this.giveUp(slot);
    if (clock.isInVain(number)) {
      const peer = this.slots.peerOf(slot);
      const options = this.options[this.slots.stackOf(slot)]!;
      this.giveUp(slot);
      return this.env.network.transmit(this.openSyn(peer, number, options));
    }
    clock.armSyn(slot, number);
    this.sendSyn(slot, number);
  }

  private giveUp(slot: number): void {
    this.fail(slot, ClientCounter.TimedOut);
    this.remove(slot);
  }

  private sendSyn(slot: number, number: number): void {
    const { network, segments } = this.env;
    const peer = this.slots.peerOf(slot);
    this.slots.setSentAt(slot, this.env.loop.nowNs);
    const segment = this.openSyn(peer, number, this.options[this.slots.stackOf(slot)]!);
    if (number === 0 && this.fastOpen !== null) {
      const payloadBytes = this.spec.speaks ? REQUEST_BYTES : 0;
      this.slots.setSynData(slot, this.fastOpen.addTo(segments, segment, peer, payloadBytes));
    }
    network.transmit(segment);
  }

  /** A SYN that is about to be sent. */
  private openSyn(peer: number, number: number, options: number): number {
    const { segments, source } = this.env;
    const segment = segments.open(source, peer, this.spec.port, Flag.Syn, CLIENT_ISN, 0);
    segments.setWindow(segment, CLIENT_WINDOW);
    segments.setMss(segment, CLIENT_MSS_BYTES);
    if (options !== 0) segments.setOptions(segment, options);
    this.counters.add(ClientCounter.SynsSent, 1);
    if (number > 0) this.counters.add(ClientCounter.SynsRetransmitted, 1);
    return segment;
  }

  /** The first SYN-ACK connects; every one is answered by an ACK. */
  private onSynAck(slot: number, segment: number): void {
    const { loop, segments, source } = this.env;
    const peer = this.slots.peerOf(slot);
    const ack = segments.ackOf(segment);
    const takesData = ack === CLIENT_ISN + 1 + REQUEST_BYTES && this.slots.hasSynData(slot);
    if (ack !== CLIENT_ISN + 1 && !takesData) return this.outbox.post(peer, Flag.Rst, ack, 0, 0);
    if (this.fastOpen !== null) this.fastOpen.learn(segments, segment, peer);
    const connects = this.slots.stateOf(slot) === ClientState.Connecting;
    if (connects && this.slots.takeFirstConnect(slot) && this.count(slot, ClientCounter.Connected)) {
      this.observer.onConnected(source, peer, loop.nowNs - this.slots.startedAtNsOf(slot));
    }
    this.session.onSynAck(slot, segment, connects);
  }

  private onReset(slot: number): void {
    const isConnecting = this.slots.stateOf(slot) === ClientState.Connecting;
    if (isConnecting && this.retriesAfterReset(slot)) return;
    this.fail(slot, isConnecting ? ClientCounter.Refused : ClientCounter.Reset);
    this.remove(slot);
  }

  /** The application gives up. connect() is abandoned without a word; a connection is closed. */
  private onPatienceEnd(slot: number): void {
    this.fail(slot, ClientCounter.TimedOut);
    if (this.slots.stateOf(slot) === ClientState.Connecting) this.remove(slot);
    else this.session.close(slot);
  }

  /** Windows takes a RST for a server that is busy: its next SYN goes out a little later. */
  private retriesAfterReset(slot: number): boolean {
    const stack = this.slots.stackOf(slot);
    const { resetRetryNs } = this.spec.stacks[stack]!;
    if (resetRetryNs === NEVER_NS || this.slots.sendsOf(slot) >= this.clocks[stack]!.synsMax) return false;
    this.timers.armIn(slot, resetRetryNs, -1);
    return true;
  }
}
