/**
 * The textbook listener: half-open slots, each held for a fixed or exponential time or until the third
 * ACK, and an accept queue of `backlog` connections. A full table or queue drops the arriving SYN
 * without a word (tail-drop).
 * Leaves out: SYN-ACK retransmission, TIME_WAIT, retransmission of the reply; a full accept queue
 * ignores the third ACK, and the slot stays half-open until its hold ends or another ACK comes.
 * Validates against Erlang-B (slots), M/M/1/K (accept queue) and the capture oracles.
 */
import { Counters } from '../../engine/counters.ts';
import { type Sampler, sampler } from '../../engine/distributions.ts';
import { assert } from '../../engine/errors.ts';
import { Gauges } from '../../engine/gauges.ts';
import type { EventSink } from '../../engine/loop.ts';
import { RingBuffer } from '../../engine/ring-buffer.ts';
import { Flag, Refusal } from '../../network/segment.ts';
import { BLOCKED, Errno, READY, TIMED_OUT } from '../../network/socket-api.ts';
import { ACCEPT_QUEUE, COMMON_GAUGES, type Listener, type StackEnvironment, SYN_QUEUE } from '../listener.ts';
import { LOOK_AGAIN, Sleep, Sleepers } from '../sleepers.ts';
import type { ClassicSpec } from '../specs.ts';
import { type RefusalCause, SynFate, SynLedger } from '../syn-ledger.ts';
import { ClassicCounter, CLASSIC_COUNTERS } from './counters.ts';
import { ConnectionState, Connections } from './connections.ts';

const Cause = { SlotsFull: 0, AcceptQueueFull: 1, NotARequest: 2 } as const;
const CAUSES: readonly RefusalCause[] = [
  {
    cause: 'slots_full',
    text: 'every half-open slot was taken',
    counter: 'refused_slots_full',
    setting: 'server.classic.slots',
    rule: 'classic: tail-drop',
  },
  {
    cause: 'accept_queue_full',
    text: 'the accept queue was full',
    counter: 'refused_accept_queue_full',
    setting: 'server.listen.backlog',
    rule: 'classic: tail-drop',
  },
  {
    cause: 'not_a_request',
    text: 'the SYN carried RST',
    counter: null,
    setting: null,
    rule: 'RFC 9293 3.10.7.2',
  },
];

/** Cause → its counter: of those that a full table or queue has. */
const COUNTER_OF_CAUSE = [ClassicCounter.RefusedSlotsFull, ClassicCounter.RefusedAcceptQueueFull] as const;

const WINDOW = 14600;
const MSS_BYTES = 1460;
const BACKLOG_MAX = 2 ** 24;
/** How long a closed connection waits for the peer's FIN before it is forgotten. */
const LINGER_NS = 60e9;

export class Classic implements Listener, EventSink {
  readonly counters: Counters;
  readonly gauges: Gauges;
  readonly ledger: SynLedger;
  private readonly spec: ClassicSpec;
  private readonly env: StackEnvironment;
  private readonly hold: Sampler;
  private readonly connections: Connections;
  private readonly sleepers: Sleepers;
  private acceptQueue: RingBuffer; // slots, oldest first
  private backlog: number;
  private halfOpenCount: number;

  constructor(spec: ClassicSpec, env: StackEnvironment) {
    this.counters = new Counters(CLASSIC_COUNTERS);
    this.gauges = new Gauges(COMMON_GAUGES);
    this.ledger = new SynLedger(env.sourceCount, CAUSES, this.gauges);
    this.spec = spec;
    this.env = env;
    this.hold = sampler(spec.hold, env.random.stream('server.classic.hold'));
    this.connections = new Connections(env.loop, this, spec.hold.kind === 'constant' ? spec.hold.meanNs : LINGER_NS);
    this.sleepers = new Sleepers(env.loop, env.waker);
    this.acceptQueue = new RingBuffer('i32', 16, BACKLOG_MAX);
    this.backlog = -1;
    this.halfOpenCount = 0;
  }

  settingOf(cause: number): string | null {
    return this.ledger.causes[cause]?.setting ?? null;
  }

  get bytes(): number {
    return this.connections.bytes + this.acceptQueue.bytes;
  }

  // --- segments

  onSegment(segment: number): void {
    const { segments } = this.env;
    this.counters.add(ClassicCounter.SegmentsIn, 1);
    const flags = segments.flagsOf(segment);
    const slot = this.connections.find(segments, segment);
    if ((flags & (Flag.Syn | Flag.Ack)) === Flag.Syn) this.onSyn(slot, segment, flags);
    else if (slot < 0) this.resetUnknown(segment, flags);
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
      if (this.connections.stateOf(slot) === ConnectionState.HalfOpen) this.sendSynAck(slot);
      return;
    }
    if ((flags & Flag.Rst) !== 0) return this.refuseFor(source, Cause.NotARequest);
    if (segments.portOf(segment) !== this.env.port || this.backlog < 0) {
      this.ledger.record(source, SynFate.AnsweredByReset, loop.nowNs);
      return this.resetUnknown(segment, flags);
    }
    const cause = this.causeOfRefusal();
    if (cause < 0) return this.admit(segment);
    this.counters.add(COUNTER_OF_CAUSE[cause]!, 1);
    this.refuseFor(source, cause);
  }

  /** Why a SYN of a new 4-tuple would be refused now, -1: it would not. */
  private causeOfRefusal(): number {
    if (this.halfOpenCount >= this.spec.slots) return Cause.SlotsFull;
    return this.acceptQueue.count >= this.backlog ? Cause.AcceptQueueFull : -1;
  }

  refuse(source: number, port: number, count: number): number {
    const cause = this.causeOfRefusal();
    if (port !== this.env.port || this.backlog < 0 || cause < 0) return Refusal.None;
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
    const slot = this.connections.open(segments, segment, iss);
    this.connections.timers.set(slot, loop.nowNs + this.hold.next());
    this.setHalfOpen(this.halfOpenCount + 1);
    this.sendSynAck(slot);
  }

  /** Third ACK, request, or FIN. */
  private onAck(slot: number, segment: number, flags: number): void {
    const { segments } = this.env;
    if (this.connections.stateOf(slot) === ConnectionState.HalfOpen && !this.establish(slot, segment)) return;
    const isFin = (flags & Flag.Fin) !== 0;
    const length = segments.lengthOf(segment);
    if (length === 0 && !isFin) return;
    this.connections.receive(slot, segments.seqOf(segment), length, isFin);
    this.send(slot, Flag.Ack, 0);
    if (isFin && this.connections.stateOf(slot) === ConnectionState.Closed) this.forget(slot);
  }

  /** @returns false when the segment does not complete the handshake, or finds no room. */
  private establish(slot: number, segment: number): boolean {
    if (this.env.segments.ackOf(segment) !== this.connections.sndNxtOf(slot)) {
      this.resetUnknown(segment, Flag.Ack);
      return false;
    }
    if (this.acceptQueue.count >= this.backlog) {
      this.counters.add(ClassicCounter.AcceptOverflows, 1);
      return false;
    }
    this.connections.setState(slot, ConnectionState.Queued);
    this.connections.timers.clear(slot);
    this.setHalfOpen(this.halfOpenCount - 1);
    assert(this.acceptQueue.tryPush(slot), 'the accept queue is longer than any backlog');
    this.gaugeAcceptQueue();
    this.counters.add(ClassicCounter.Wakeups, this.sleepers.wake());
    return true;
  }

  /** A queued child that is reset leaves the queue at once. */
  private onReset(slot: number): void {
    this.counters.add(ClassicCounter.ResetsIn, 1);
    switch (this.connections.stateOf(slot)) {
      case ConnectionState.Queued:
        for (let i = 0; i < this.acceptQueue.count; i++) {
          if (this.acceptQueue.at(i) === slot) {
            this.acceptQueue.removeAt(i);
            break;
          }
        }
        this.gaugeAcceptQueue();
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
    if (this.connections.stateOf(slot) === ConnectionState.HalfOpen) this.setHalfOpen(this.halfOpenCount - 1);
    this.connections.close(slot);
  }

  private setHalfOpen(count: number): void {
    this.halfOpenCount = count;
    this.gauges.set(SYN_QUEUE, count, this.env.loop.nowNs);
  }

  private gaugeAcceptQueue(): void {
    this.gauges.set(ACCEPT_QUEUE, this.acceptQueue.count, this.env.loop.nowNs);
  }

  private sendSynAck(slot: number): void {
    const { segments, network } = this.env;
    const { connections } = this;
    const iss = connections.sndNxtOf(slot) - 1;
    const flags = Flag.Syn | Flag.Ack;
    const answer = segments.openWith(
      connections.endpointOf(slot),
      connections.peerOf(slot),
      flags,
      iss,
      connections.rcvNxtOf(slot),
      WINDOW,
      MSS_BYTES,
    );
    this.counters.add(ClassicCounter.SynAcksOut, 1);
    network.transmit(answer);
  }

  private send(slot: number, flags: number, lengthBytes: number): void {
    const { segments, network } = this.env;
    const { connections } = this;
    const segment = segments.openWith(
      connections.endpointOf(slot),
      connections.peerOf(slot),
      flags,
      connections.sndNxtOf(slot),
      connections.rcvNxtOf(slot),
      WINDOW,
      0,
    );
    segments.setLength(segment, lengthBytes);
    network.transmit(segment);
  }

  private resetUnknown(segment: number, flags: number): void {
    if ((flags & Flag.Rst) !== 0) return;
    const { segments, network } = this.env;
    const hasAck = (flags & Flag.Ack) !== 0;
    const seq = hasAck ? segments.ackOf(segment) : 0;
    const ack = hasAck ? 0 : segments.seqOf(segment) + 1;
    const rst = hasAck ? Flag.Rst : Flag.Rst | Flag.Ack;
    this.counters.add(ClassicCounter.ResetsOut, 1);
    network.transmit(
      segments.open(segments.sourceOf(segment), segments.peerOf(segment), segments.portOf(segment), rst, seq, ack),
    );
  }

  // --- system calls

  listen(backlog: number): number {
    this.backlog = Math.max(0, backlog);
    return 0;
  }

  accept(process: number, nonblock: boolean): number {
    if (this.backlog < 0) return -Errno.EINVAL;
    if (this.acceptQueue.count > 0) return this.takeFirst();
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
    if (this.acceptQueue.count > 0) return selects ? READY : this.takeFirst();
    this.counters.add(ClassicCounter.WakeupsInVain, 1);
    if (selects) this.sleepers.sleepInSelect(process, this.sleepers.deadlineNsOf(process));
    else this.sleepers.sleepInAccept(process);
    return BLOCKED;
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
    this.send(descriptor, Flag.Ack | Flag.Psh, bytes);
    this.connections.advance(descriptor, bytes);
    return bytes;
  }

  close(descriptor: number): number {
    if (!this.connections.isDescriptor(descriptor)) return -Errno.EBADF;
    if (this.connections.stateOf(descriptor) === ConnectionState.Dead) {
      this.forget(descriptor);
      return 0;
    }
    this.send(descriptor, Flag.Ack | Flag.Fin, 0);
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
      this.send(slot, Flag.Rst | Flag.Ack, 0);
      this.forget(slot);
    }
    this.gaugeAcceptQueue();
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

  checkInvariants(): void {
    assert(this.halfOpenCount <= this.spec.slots, 'more half-open connections than slots');
    assert(this.halfOpenCount === this.connections.countIn(ConnectionState.HalfOpen), 'half-open count is wrong');
    assert(this.acceptQueue.count === this.connections.countIn(ConnectionState.Queued), 'accept queue length is wrong');
    this.connections.checkInvariants();
  }

  private takeFirst(): number {
    const slot = this.acceptQueue.shift();
    this.gaugeAcceptQueue();
    this.connections.setState(slot, ConnectionState.Accepted);
    return slot;
  }
}
