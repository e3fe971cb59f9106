/**
 * A client's connection after its SYN-ACK: the request (or the wait), the server's answer, the close.
 * Request and FIN are sent again, as the stack does it (retry-clock.ts), until they are acknowledged.
 * Leaves out: round trips measured after the handshake, congestion control, windows, more than one request.
 * Source: RFC 9293 3.10.7.4; an ACK answers every segment that occupies sequence space.
 */
import { Flag, Option } from '../network/segment.ts';
import { ClientCounter } from './client-counters.ts';
import { type ClientSlots, ClientState } from './client-slots.ts';
import { REQUEST_BYTES } from './fast-open.ts';
import type { Outbox } from './outbox.ts';
import type { ClientTimers } from './client-timers.ts';
import type { RetryClock } from './retry-clock.ts';
import type { SourceEnvironment } from './source.ts';
import type { ClientsSpec } from './specs.ts';

/** Every client begins with this sequence number: its 4-tuple is new, and nothing depends on the number. */
export const CLIENT_ISN = 0x10000;

/** The owner of the sessions. */
export interface SessionHost {
  /** Counts something of the client of `slot`. */
  count(slot: number, counter: number): boolean;
  fail(slot: number, outcome: number): void;
  respond(slot: number): void;
  remove(slot: number): void;
}

export class ClientSession {
  private readonly spec: ClientsSpec;
  private readonly env: SourceEnvironment;
  private readonly slots: ClientSlots;
  private readonly outbox: Outbox;
  private readonly host: SessionHost;
  private readonly timers: ClientTimers;
  private readonly clocks: readonly RetryClock[]; // stack → gaps between what is sent again
  private readonly finSeq: number; // sequence number of the client's FIN

  constructor(
    spec: ClientsSpec,
    env: SourceEnvironment,
    slots: ClientSlots,
    timers: ClientTimers,
    clocks: readonly RetryClock[],
    outbox: Outbox,
    host: SessionHost,
  ) {
    this.spec = spec;
    this.env = env;
    this.slots = slots;
    this.timers = timers;
    this.clocks = clocks;
    this.outbox = outbox;
    this.host = host;
    this.finSeq = CLIENT_ISN + 1 + (spec.speaks ? REQUEST_BYTES : 0);
  }

  /** Answers a SYN-ACK. @param connects it is the first one: the session begins. */
  onSynAck(slot: number, segment: number, connects: boolean): void {
    const { nowNs } = this.env.loop;
    const next = (this.env.segments.seqOf(segment) + 1) >>> 0;
    if (connects) {
      this.enter(slot, ClientState.Connected);
      this.slots.setRcvNxt(slot, next);
      this.slots.measureRtt(slot, nowNs);
      this.noteOptions(slot, segment);
      if (this.slots.hasSynData(slot)) return this.onSynDataAnswered(slot, segment, next);
    } else {
      const { challengeGapNs } = this.spec.stacks[this.slots.stackOf(slot)]!;
      if (challengeGapNs > 0 && !this.slots.takeChallenge(slot, nowNs, challengeGapNs)) return;
    }
    const seq = this.slots.hasSynData(slot) ? this.finSeq : CLIENT_ISN + 1;
    this.outbox.post(this.slots.peerOf(slot), Flag.Ack, seq, next, 0, this.slots.optionsOf(slot));
    if (connects && this.spec.speaks) this.sendRequest(slot);
  }

  /** Fast Open: the SYN-ACK takes the request that the SYN brought, or not; then the request goes out again, in place of the ACK. */
  private onSynDataAnswered(slot: number, segment: number, next: number): void {
    const { outbox, slots } = this;
    if (this.env.segments.ackOf(segment) === CLIENT_ISN + 1) {
      slots.setSynData(slot, false);
      this.host.count(slot, ClientCounter.FastOpenActiveFail);
      return this.sendRequest(slot);
    }
    slots.acknowledge(slot);
    this.host.count(slot, ClientCounter.FastOpenActive);
    outbox.post(slots.peerOf(slot), Flag.Ack, this.finSeq, next, 0, slots.optionsOf(slot));
  }

  /** ACK, payload or FIN of the server. */
  onSegment(slot: number, segment: number): void {
    const { segments } = this.env;
    const closing = this.slots.stateOf(slot) === ClientState.Closing;
    const isAcked = segments.ackOf(segment) === this.finSeq + (closing ? 1 : 0);
    if (isAcked) this.slots.acknowledge(slot);
    const isFin = (segments.flagsOf(segment) & Flag.Fin) !== 0;
    const length = segments.lengthOf(segment) + (isFin ? 1 : 0);
    if (length > 0) this.receive(slot, segment, length, isFin);
    if (closing && isAcked) this.host.remove(slot);
  }

  /** Sends FIN; the client forgets the connection when it is acknowledged. */
  close(slot: number): void {
    if (this.slots.stateOf(slot) === ClientState.Closing) return;
    this.enter(slot, ClientState.Closing);
    this.sendFin(slot);
  }

  /** What was sent last is not acknowledged in time. */
  onTimer(slot: number): void {
    if (this.slots.isAcknowledged(slot)) return;
    if (this.slots.sendsOf(slot) >= this.clocks[this.slots.stackOf(slot)]!.dataSendsMax) {
      this.host.fail(slot, ClientCounter.TimedOut);
      this.host.remove(slot);
    } else {
      this.sendAgain(slot);
    }
  }

  /** What a timer sends takes no thought of the client's: it goes out in the order of the timers, before any answer. */
  private sendAgain(slot: number): void {
    this.arm(slot);
    const { outbox, slots } = this;
    const isFin = slots.stateOf(slot) === ClientState.Closing;
    const flags = Flag.Ack | (isFin ? Flag.Fin : Flag.Psh);
    const seq = isFin ? this.finSeq : CLIENT_ISN + 1;
    outbox.send(slots.peerOf(slot), flags, seq, slots.rcvNxtOf(slot), isFin ? 0 : REQUEST_BYTES, slots.optionsOf(slot));
  }

  /** Takes what is next in sequence, and acknowledges everything that occupies sequence space. */
  private receive(slot: number, segment: number, length: number, isFin: boolean): void {
    const seq = this.env.segments.seqOf(segment);
    const closing = this.slots.stateOf(slot) === ClientState.Closing;
    if (seq === this.slots.rcvNxtOf(slot)) {
      this.slots.setRcvNxt(slot, (seq + length) >>> 0);
      if (this.slots.takeFirstResponse(slot)) this.host.respond(slot);
      if (isFin) this.host.fail(slot, ClientCounter.Reset); // closed before it was served
      // The client's FIN acknowledges the server's.
      if (isFin && !closing) return this.close(slot);
    }
    const sndNxt = this.finSeq + (closing ? 1 : 0);
    this.post(slot, Flag.Ack, sndNxt, 0);
  }

  private sendRequest(slot: number): void {
    this.arm(slot);
    this.post(slot, Flag.Ack | Flag.Psh, CLIENT_ISN + 1, REQUEST_BYTES);
  }

  private sendFin(slot: number): void {
    this.arm(slot);
    this.post(slot, Flag.Fin | Flag.Ack, this.finSeq, 0);
  }

  private post(slot: number, flags: number, seq: number, lengthBytes: number): void {
    const { outbox, slots } = this;
    outbox.post(slots.peerOf(slot), flags, seq, slots.rcvNxtOf(slot), lengthBytes, slots.optionsOf(slot));
  }

  /** Time stamps bring back what the server has put into theirs; without them nothing is (B6.5). */
  private noteOptions(slot: number, segment: number): void {
    const options = this.env.segments.optionsOf(segment);
    this.slots.setOptions(slot, (options & Option.Timestamps) === 0 ? 0 : options & ~Option.FastOpen);
  }

  private enter(slot: number, state: number): void {
    this.timers.disarm(slot);
    this.slots.setState(slot, state);
  }

  private arm(slot: number): void {
    const number = this.slots.takeSend(slot);
    this.clocks[this.slots.stackOf(slot)]!.armData(slot, number, this.slots.rttNsOf(slot));
  }
}
