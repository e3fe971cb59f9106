/**
 * The textbook listener: half-open slots, each held for a fixed or exponential time or until the third
 * ACK, and an accept queue of `backlog` connections. A full queue drops the arriving SYN without a word, and so does
 * a full table, unless the policy is another: a half-open connection goes (evictions.ts), or a cookie is sent (cookies.ts).
 * Leaves out: SYN-ACK retransmission, TIME_WAIT, retransmission of the reply; a full accept queue
 * ignores the third ACK, and the slot stays half-open until its hold ends or another ACK comes.
 * Validates against Erlang-B (slots), M/M/1/K (accept queue) and the capture oracles.
 */
import { Counters } from '../../engine/counters.ts';
import { type Sampler, sampler } from '../../engine/distributions.ts';
import { assert } from '../../engine/errors.ts';
import { Gauges } from '../../engine/gauges.ts';
import type { EventSink } from '../../engine/loop.ts';
import { Flag, Refusal } from '../../network/segment.ts';
import { BLOCKED, Errno, READY, TIMED_OUT } from '../../network/socket-api.ts';
import { ConnectionLosses } from '../connection-losses.ts';
import { COMMON_GAUGES, type Listener, type StackEnvironment, SYN_QUEUE } from '../listener.ts';
import type { QueueBounds, WaitingVisitor } from '../waiting.ts';
import { LOOK_AGAIN, Sleep, Sleepers } from '../sleepers.ts';
import type { ClassicSpec } from '../specs.ts';
import { SynFate, SynLedger } from '../syn-ledger.ts';
import { AcceptQueue } from './accept-queue.ts';
import { Cause, CAUSES, Loss, LOSSES } from './causes.ts';
import { ConnectionState, Connections } from './connections.ts';
import { Cookies } from '../textbook-cookies.ts';
import { CLASSIC_COUNTERS, ClassicCounter, POLICY_COUNTERS } from './counters.ts';
import { Evictions } from './evictions.ts';
import { Output } from './output.ts';

/** Cause → its counter: of those that a full table or queue has. */
const COUNTER_OF_CAUSE = [ClassicCounter.RefusedSlotsFull, ClassicCounter.RefusedAcceptQueueFull] as const;

/** How long a closed connection waits for the peer's FIN before it is forgotten. */
const LINGER_NS = 60e9;

export class Classic implements Listener, EventSink {
  readonly counters: Counters;
  readonly gauges: Gauges;
  readonly ledger: SynLedger;
  readonly losses: ConnectionLosses;
  private readonly spec: ClassicSpec;
  private readonly env: StackEnvironment;
  private readonly hold: Sampler;
  private readonly connections: Connections;
  private readonly output: Output;
  private readonly sleepers: Sleepers;
  private readonly evictions: Evictions | null; // null: no half-open connection has to go
  private readonly cookies: Cookies | null; // null: none are sent
  private readonly acceptQueue: AcceptQueue;
  private backlog: number;
  private halfOpenCount: number;

  constructor(spec: ClassicSpec, env: StackEnvironment) {
    const { policy } = spec;
    const isPlain = policy === 'tail-drop';
    this.counters = new Counters(isPlain ? CLASSIC_COUNTERS : [...CLASSIC_COUNTERS, ...POLICY_COUNTERS]);
    this.gauges = new Gauges(COMMON_GAUGES);
    this.ledger = new SynLedger(env.sourceCount, CAUSES, this.gauges);
    this.losses = new ConnectionLosses(isPlain ? [] : LOSSES);
    this.spec = spec;
    this.env = env;
    this.hold = sampler(spec.hold, env.random.stream('server.classic.hold'));
    this.connections = new Connections(env.loop, this, spec.hold.kind === 'constant' ? spec.hold.meanNs : LINGER_NS);
    this.output = new Output(env, this.counters, this.connections);
    this.sleepers = new Sleepers(env.loop, env.waker);
    const sendsCookies = policy === 'cookies' || policy === 'hybrid';
    const random = isPlain ? null : env.random.stream('server.classic.policy');
    this.evictions = random === null || sendsCookies ? null : new Evictions(spec, random);
    this.cookies = random !== null && sendsCookies ? new Cookies(env.loop, random) : null;
    this.acceptQueue = new AcceptQueue(this.gauges, env.loop, this.connections);
    this.backlog = -1;
    this.halfOpenCount = 0;
  }

  settingOf(cause: number): string | null {
    return this.ledger.causes[cause]?.setting ?? null;
  }

  lossSettingOf(loss: number): string | null {
    return this.losses.causes[loss]?.setting ?? null;
  }

  get bytes(): number {
    return this.connections.bytes + this.acceptQueue.bytes + (this.evictions?.bytes ?? 0);
  }

  // --- segments

  onSegment(segment: number): void {
    const { segments } = this.env;
    this.counters.add(ClassicCounter.SegmentsIn, 1);
    const flags = segments.flagsOf(segment);
    const slot = this.connections.find(segments, segment);
    if ((flags & (Flag.Syn | Flag.Ack)) === Flag.Syn) this.onSyn(slot, segment, flags);
    else if (slot < 0) this.onUnknown(segment, flags);
    else if ((flags & Flag.Rst) !== 0) this.onReset(slot);
    else if ((flags & Flag.Ack) !== 0) this.onAck(slot, segment, flags);
  }

  /** A hold or a linger ends. */
  onEvent(_kind: number, slot: number): void {
    if (this.connections.stateOf(slot) === ConnectionState.HalfOpen) this.counters.add(ClassicCounter.Expired, 1);
    this.forget(slot);
  }

  private onSyn(slot: number, segment: number, flags: number): void {
    const { loop, segments } = this.env;
    const source = segments.sourceOf(segment);
    if (slot >= 0) {
      this.ledger.record(source, SynFate.Duplicate, loop.nowNs);
      if (this.connections.stateOf(slot) === ConnectionState.HalfOpen) this.output.sendSynAck(slot);
      return;
    }
    if ((flags & Flag.Rst) !== 0) return this.refuseFor(source, Cause.NotARequest);
    if (segments.portOf(segment) !== this.env.port || this.backlog < 0) {
      this.ledger.record(source, SynFate.AnsweredByReset, loop.nowNs);
      return this.output.reset(segment, flags);
    }
    const cause = this.causeOfRefusal();
    if (cause < 0) return this.sendsCookie() ? this.answerByCookie(segment) : this.admit(segment);
    this.counters.add(COUNTER_OF_CAUSE[cause]!, 1);
    this.refuseFor(source, cause);
  }

  /** Why a SYN of a new 4-tuple would be refused now, -1: it would not. */
  private causeOfRefusal(): number {
    const drops = this.evictions === null && this.cookies === null;
    if (drops && this.halfOpenCount >= this.spec.slots) return Cause.SlotsFull;
    return this.acceptQueue.count >= this.backlog ? Cause.AcceptQueueFull : -1;
  }

  refuse(source: number, port: number, count: number): number {
    const cause = this.causeOfRefusal();
    if (port !== this.env.port || this.backlog < 0) return Refusal.None;
    if (cause < 0) return this.sendsCookie() ? this.answerMoreByCookie(source, count) : Refusal.None;
    if (!this.ledger.tryRecordMore(source, cause, count)) return Refusal.None;
    this.counters.add(ClassicCounter.SegmentsIn, count);
    this.counters.add(COUNTER_OF_CAUSE[cause]!, count);
    return Refusal.Counted;
  }

  private refuseFor(source: number, cause: number): void {
    this.ledger.record(source, SynLedger.refusal(cause), this.env.loop.nowNs);
  }

  private admit(segment: number): void {
    const { loop, segments } = this.env;
    const source = segments.sourceOf(segment);
    this.ledger.record(source, SynFate.Admitted, loop.nowNs);
    const iss = Math.imul(this.counters.valueOf(ClassicCounter.Admitted), 64_013);
    this.counters.add(ClassicCounter.Admitted, 1);
    const { evictions } = this;
    if (evictions !== null) this.evictFor(evictions, segments.endpointOf(segment), segments.peerOf(segment));
    const slot = this.connections.open(segments, segment, iss);
    evictions?.add(slot, segments.endpointOf(segment), segments.peerOf(segment));
    this.connections.timers.set(slot, loop.nowNs + this.hold.next());
    this.setHalfOpen(this.halfOpenCount + 1);
    this.output.sendSynAck(slot);
  }

  private evictFor(evictions: Evictions, endpoint: number, peer: number): void {
    const victim = evictions.victimFor(endpoint, peer);
    this.counters.add(ClassicCounter.LookupVisits, evictions.visits);
    if (victim < 0) return;
    this.counters.add(ClassicCounter.Evicted, 1);
    this.forget(victim);
  }

  // --- cookies

  /** Does a SYN get a cookie now, and no slot? */
  private sendsCookie(): boolean {
    return this.cookies !== null && (this.spec.policy === 'cookies' || this.halfOpenCount >= this.spec.slots);
  }

  private answerByCookie(segment: number): void {
    const { loop, segments } = this.env;
    const endpoint = segments.endpointOf(segment);
    const peer = segments.peerOf(segment);
    const irs = segments.seqOf(segment);
    const iss = this.cookies === null ? 0 : this.cookies.make(endpoint, peer, irs);
    this.ledger.record(segments.sourceOf(segment), SynFate.Cookie, loop.nowNs);
    this.counters.add(ClassicCounter.CookiesSent, 1);
    this.output.synAck(endpoint, peer, iss, irs + 1);
  }

  private answerMoreByCookie(source: number, count: number): number {
    if (!this.ledger.tryRecordMoreOf(source, SynFate.Cookie, count)) return Refusal.None;
    this.counters.add(ClassicCounter.SegmentsIn, count);
    this.counters.add(ClassicCounter.CookiesSent, count);
    this.counters.add(ClassicCounter.SynAcksOut, count);
    return Refusal.Answered;
  }

  /** A segment of no connection: an ACK may bring a cookie, or come too late for its slot. */
  private onUnknown(segment: number, flags: number): void {
    const { env, losses } = this;
    const isPureAck = (flags & (Flag.Rst | Flag.Fin | Flag.Ack)) === Flag.Ack;
    if (isPureAck && this.cookies !== null && this.tryCookie(segment, this.cookies, flags)) return;
    if (isPureAck && this.evictions !== null && env.segments.lengthOf(segment) === 0)
      losses.record(Loss.SlotTaken, env.loop.nowNs);
    this.output.reset(segment, flags);
  }

  /** @returns false when the segment has to be answered by RST. */
  private tryCookie(segment: number, cookies: Cookies, flags: number): boolean {
    const { loop, port, segments } = this.env;
    const endpoint = segments.endpointOf(segment);
    const peer = segments.peerOf(segment);
    const irs = (segments.seqOf(segment) - 1) >>> 0;
    const iss = (segments.ackOf(segment) - 1) >>> 0;
    if (this.backlog < 0 || segments.portOf(segment) !== port) return false;
    if (!cookies.check(endpoint, peer, irs, iss)) {
      this.counters.add(ClassicCounter.CookiesFailed, 1);
      if (segments.lengthOf(segment) === 0) this.losses.record(Loss.CookieRefused, loop.nowNs);
      return false;
    }
    this.counters.add(ClassicCounter.CookiesReceived, 1);
    if (this.acceptQueue.count >= this.backlog) {
      this.counters.add(ClassicCounter.AcceptOverflows, 1);
      this.losses.record(Loss.AcceptQueueFull, loop.nowNs);
      return true;
    }
    const slot = this.connections.openAt(endpoint, peer, iss, irs);
    this.enqueue(slot);
    this.onAck(slot, segment, flags);
    return true;
  }

  /** Third ACK, request, or FIN. */
  private onAck(slot: number, segment: number, flags: number): void {
    const { segments } = this.env;
    if (this.connections.stateOf(slot) === ConnectionState.HalfOpen && !this.establish(slot, segment)) return;
    const isFin = (flags & Flag.Fin) !== 0;
    const length = segments.lengthOf(segment);
    if (length === 0 && !isFin) return;
    this.connections.receive(slot, segments.seqOf(segment), length, isFin);
    this.output.send(slot, Flag.Ack, 0);
    if (isFin && this.connections.stateOf(slot) === ConnectionState.Closed) this.forget(slot);
  }

  /** @returns false when the segment does not complete the handshake, or finds no room. */
  private establish(slot: number, segment: number): boolean {
    if (this.env.segments.ackOf(segment) !== this.connections.sndNxtOf(slot)) {
      this.output.reset(segment, Flag.Ack);
      return false;
    }
    if (this.acceptQueue.count >= this.backlog) {
      this.counters.add(ClassicCounter.AcceptOverflows, 1);
      return false;
    }
    this.evictions?.remove(slot);
    this.connections.timers.clear(slot);
    this.setHalfOpen(this.halfOpenCount - 1);
    this.enqueue(slot);
    return true;
  }

  private enqueue(slot: number): void {
    this.connections.setState(slot, ConnectionState.Queued);
    this.acceptQueue.push(slot);
    this.counters.add(ClassicCounter.Wakeups, this.sleepers.wake());
  }

  /** A queued child that is reset leaves the queue at once. */
  private onReset(slot: number): void {
    this.counters.add(ClassicCounter.ResetsIn, 1);
    switch (this.connections.stateOf(slot)) {
      case ConnectionState.Queued:
        this.acceptQueue.remove(slot);
        this.forget(slot);
        break;
      // The application still holds the descriptor: it finds the connection dead.
      case ConnectionState.Accepted:
        this.connections.setState(slot, ConnectionState.Dead);
        break;
      default:
        this.forget(slot);
    }
  }

  private forget(slot: number): void {
    if (this.connections.stateOf(slot) === ConnectionState.HalfOpen) {
      this.evictions?.remove(slot);
      this.setHalfOpen(this.halfOpenCount - 1);
    }
    this.connections.close(slot);
  }

  private setHalfOpen(count: number): void {
    this.halfOpenCount = count;
    this.gauges.set(SYN_QUEUE, count, this.env.loop.nowNs);
  }

  // --- system calls

  listen(backlog: number): number {
    this.backlog = Math.max(0, backlog);
    return 0;
  }

  accept(process: number, nonblock: boolean): number {
    if (this.backlog < 0) return -Errno.EINVAL;
    if (this.acceptQueue.count > 0) return this.acceptQueue.accept();
    if (nonblock) return -Errno.EAGAIN;
    this.sleepers.sleepInAccept(process);
    return BLOCKED;
  }

  select(process: number, timeoutNs: number): number {
    if (this.acceptQueue.count > 0) return READY;
    if (timeoutNs === 0) return TIMED_OUT;
    this.sleepers.sleepInSelect(process, this.env.loop.nowNs + timeoutNs);
    return BLOCKED;
  }

  resume(process: number): number {
    const outcome = this.sleepers.outcomeOf(process);
    if (outcome !== LOOK_AGAIN) return outcome;
    const selects = this.sleepers.lastSleepOf(process) === Sleep.Select;
    if (this.acceptQueue.count > 0) return selects ? READY : this.acceptQueue.accept();
    this.counters.add(ClassicCounter.WakeupsInVain, 1);
    return this.sleepers.sleepAgain(process);
  }

  signal(process: number): void {
    this.sleepers.interrupt(process);
  }

  read(descriptor: number, bytesMax: number): number {
    if (!this.connections.isDescriptor(descriptor)) return -Errno.EBADF;
    if (this.connections.stateOf(descriptor) === ConnectionState.Dead) return -Errno.ECONNRESET;
    const bytes = this.connections.takeReceived(descriptor, bytesMax);
    return bytes > 0 || this.connections.hasEnded(descriptor) ? bytes : -Errno.EAGAIN;
  }

  write(descriptor: number, bytes: number): number {
    if (!this.connections.isDescriptor(descriptor)) return -Errno.EBADF;
    if (this.connections.stateOf(descriptor) === ConnectionState.Dead) return -Errno.EPIPE;
    this.output.send(descriptor, Flag.Ack | Flag.Psh, bytes);
    this.connections.advance(descriptor, bytes);
    return bytes;
  }

  close(descriptor: number): number {
    if (!this.connections.isDescriptor(descriptor)) return -Errno.EBADF;
    if (this.connections.stateOf(descriptor) === ConnectionState.Dead) {
      this.forget(descriptor);
      return 0;
    }
    this.output.send(descriptor, Flag.Ack | Flag.Fin, 0);
    this.connections.advance(descriptor, 1);
    this.connections.setState(descriptor, ConnectionState.Closed);
    this.connections.timers.set(descriptor, this.env.loop.nowNs + LINGER_NS);
    return 0;
  }

  /** The queued children are reset, the half-open ones forgotten; whoever sleeps on the listener is told that it is none. */
  closeListener(): number {
    if (this.backlog < 0) return -Errno.EINVAL;
    this.backlog = -1;
    while (this.acceptQueue.count > 0) {
      const slot = this.acceptQueue.shift();
      this.output.send(slot, Flag.Rst | Flag.Ack, 0);
      this.forget(slot);
    }
    for (let slot = 0; slot < this.connections.capacity; slot++) {
      if (this.connections.isHalfOpen(slot)) this.forget(slot);
    }
    this.counters.add(ClassicCounter.Wakeups, this.sleepers.wakeAll(-Errno.EINVAL));
    return 0;
  }

  sourceOf(descriptor: number): number {
    return this.connections.sourceOf(descriptor);
  }

  peerOf(descriptor: number): number {
    return this.connections.peerOf(descriptor);
  }

  isDead(descriptor: number): boolean {
    return this.connections.stateOf(descriptor) === ConnectionState.Dead;
  }

  bounds(): QueueBounds {
    return { synQueue: this.spec.slots, acceptQueue: Math.max(0, this.backlog), members: [] };
  }

  eachWaiting(visit: WaitingVisitor): void {
    this.acceptQueue.eachWaiting(visit);
  }

  checkInvariants(): void {
    assert(this.halfOpenCount <= this.spec.slots, 'more half-open connections than slots');
    assert(this.halfOpenCount === this.connections.countIn(ConnectionState.HalfOpen), 'half-open count is wrong');
    assert(this.acceptQueue.count === this.connections.countIn(ConnectionState.Queued), 'accept queue length is wrong');
    this.connections.checkInvariants();
  }
}
