/**
 * What arrives for a connection: RST and SYN, acknowledgments, data, FIN. A child is a full socket before anybody accepts
 * it: it takes data, and it may be closed by its peer or reset in the queue (B7.2, B7.3).
 * Leaves out: data out of order (dropped, and asked for again), urgent data, PAWS, the rate limit of challenge ACKs.
 * Source: tcp_validate_incoming, tcp_rcv_state_process, tcp_set_state, tcp_timewait_state_process; RFC 9293, RFC 5961.
 */
import { Flag } from '../../network/segment.ts';
import { SynFate } from '../syn-ledger.ts';
import { ChildState, Holder } from './children.ts';
import { Count } from './counters.ts';
import { onFastOpenSegment, releaseFastOpen } from './fast-open-child.ts';
import type { Kernel } from './kernel.ts';
import { sendFromChild, sendReset } from './tcp-output.ts';
import { armChild } from './tcp-child-timer.ts';

const WINDOW = 65_535;
/** TCP_TIMEWAIT_LEN, and tcp_fin_timeout by default. */
const TIME_WAIT_NS = 60e9;
/** tcp_max_tw_buckets by default with much memory: beyond it there is no TIME_WAIT. */
const TIME_WAIT_MAX = 131_072;

export function tcpChildRcv(kernel: Kernel, slot: number, segment: number): void {
  const { segments } = kernel.env;
  if (kernel.children.state[slot]! >= ChildState.SynRecv && !onFastOpenSegment(kernel, slot, segment)) return;
  const flags = segments.flagsOf(segment);
  const isSyn = (flags & Flag.Syn) !== 0;
  if (isSyn && (flags & Flag.Ack) === 0) noteSyn(kernel, segment);
  const from = (segments.seqOf(segment) - kernel.children.rcvNxt[slot]!) | 0;
  const length = segments.lengthOf(segment) + (isSyn ? 1 : 0) + ((flags & Flag.Fin) === 0 ? 0 : 1);
  if (from + length < 0 || from > WINDOW) return onOutOfWindow(kernel, slot, flags);
  if ((flags & Flag.Rst) !== 0) {
    if (from === 0 || !kernel.profile.challengesSegments) resetChild(kernel, slot);
    else challenge(kernel, slot);
    return;
  }
  if (isSyn) return onSyn(kernel, slot, segment);
  if ((flags & Flag.Ack) === 0) return;
  if (!takeAck(kernel, slot, segments.ackOf(segment))) return;
  if (length > 0) receive(kernel, slot, from, length, (flags & Flag.Fin) !== 0);
}

/** The connection is dead; whoever holds it finds out, and keeps it until then. */
function resetChild(kernel: Kernel, slot: number): void {
  const { children } = kernel;
  endChild(kernel, slot);
  if (children.holder[slot] === Holder.Nobody) children.close(slot);
}

/** The connection is no more: segments do not find it, its timer is off. The slot stays its holder's. */
export function endChild(kernel: Kernel, slot: number): void {
  const { children } = kernel;
  if (children.state[slot]! >= ChildState.SynRecv) releaseFastOpen(kernel, slot, false);
  setState(kernel, slot, ChildState.Close);
  kernel.childTimers.clear(slot);
  children.hide(slot);
}

/** Every change of a state: TcpCurrEstab follows, and what goes from ESTABLISHED to CLOSE is a reset, whoever is the cause (B11). */
export function setState(kernel: Kernel, slot: number, state: number): void {
  const { children } = kernel;
  const { values } = kernel.counters;
  const was = children.state[slot]!;
  if (was === ChildState.TimeWait) kernel.timeWaitCount--;
  const { countsCloseWait } = kernel.profile;
  if (isCounted(was, countsCloseWait) && !isCounted(state, countsCloseWait)) values[Count.TcpCurrEstab]!--;
  if (isCounted(was, true) && state === ChildState.Close) values[Count.TcpEstabResets]!++;
  children.state[slot] = state;
}

function isCounted(state: number, countsCloseWait: boolean): boolean {
  return state === ChildState.Established || (countsCloseWait && state === ChildState.CloseWait);
}

function noteSyn(kernel: Kernel, segment: number): void {
  kernel.ledger.record(kernel.env.segments.sourceOf(segment), SynFate.Duplicate, kernel.env.loop.nowNs);
}

/** Old or far ahead: says what would be next. */
function onOutOfWindow(kernel: Kernel, slot: number, flags: number): void {
  if ((flags & Flag.Rst) !== 0) return;
  if ((flags & Flag.Syn) !== 0 && kernel.profile.challengesSegments) {
    kernel.counters.values[Count.SynChallenge]!++;
    return challenge(kernel, slot);
  }
  sendAck(kernel, slot);
}

/** RFC 5961 4.2: a SYN proves nothing; before, it was an error. */
function onSyn(kernel: Kernel, slot: number, segment: number): void {
  if (kernel.profile.challengesSegments) {
    kernel.counters.values[Count.SynChallenge]!++;
    return challenge(kernel, slot);
  }
  resetChild(kernel, slot);
  sendReset(kernel, segment);
}

/** RFC 5961: whoever is really there answers it by a RST that fits. */
function challenge(kernel: Kernel, slot: number): void {
  kernel.counters.values[Count.ChallengeAck]!++;
  sendAck(kernel, slot);
}

/** Says what is expected. */
export function sendAck(kernel: Kernel, slot: number): void {
  sendFromChild(kernel, slot, Flag.Ack, kernel.children.sndNxt[slot]!, 0);
}

/** Takes an acknowledgment in. @returns whether there is more to do with the segment. */
function takeAck(kernel: Kernel, slot: number, ack: number): boolean {
  const { children } = kernel;
  const sndNxt = children.sndNxt[slot]!;
  const isNew = ((ack - children.sndUna[slot]!) | 0) > 0;
  if (!isNew) return true;
  if (((ack - sndNxt) | 0) > 0) {
    // Of what was never sent (RFC 9293 3.10.7.4).
    sendAck(kernel, slot);
    return false;
  }
  children.sndUna[slot] = ack;
  children.resends[slot] = 0;
  if (ack !== sndNxt) {
    armChild(kernel, slot);
    return true;
  }
  kernel.childTimers.clear(slot);
  return onAllAcked(kernel, slot);
}

/** Nothing is outstanding, a FIN included. @returns false when that ends the connection. */
function onAllAcked(kernel: Kernel, slot: number): boolean {
  switch (kernel.children.state[slot]) {
    case ChildState.FinWait1:
      setState(kernel, slot, ChildState.FinWait2);
      // tcp_fin_timeout: nobody is left who would wait longer for the peer's FIN.
      kernel.childTimers.set(slot, kernel.env.loop.nowNs + TIME_WAIT_NS);
      return true;
    case ChildState.Closing:
      wait(kernel, slot);
      return false;
    case ChildState.LastAck:
      kernel.provenPeers.add(kernel.children.endpointOf(slot) >>> 16, kernel.children.peerOf(slot));
      endChild(kernel, slot);
      kernel.children.close(slot);
      return false;
    default:
      return true;
  }
}

/** Data or FIN: what is next in sequence is taken, and everything is answered by an ACK. */
function receive(kernel: Kernel, slot: number, from: number, length: number, isFin: boolean): void {
  const { children } = kernel;
  const news = from + length;
  if (from <= 0 && news > 0 && children.state[slot] !== ChildState.TimeWait) {
    children.rcvNxt[slot] = (children.rcvNxt[slot]! + news) >>> 0;
    children.received[slot]! += news - (isFin ? 1 : 0);
    if (isFin) return onFin(kernel, slot);
  }
  sendAck(kernel, slot);
}

function onFin(kernel: Kernel, slot: number): void {
  switch (kernel.children.state[slot]) {
    case ChildState.Established:
      setState(kernel, slot, ChildState.CloseWait);
      break;
    case ChildState.FinWait1:
      setState(kernel, slot, ChildState.Closing);
      break;
    case ChildState.FinWait2:
      sendAck(kernel, slot);
      wait(kernel, slot);
      return;
    default:
      break;
  }
  sendAck(kernel, slot);
}

/** TIME_WAIT: answers what comes late, for a minute; forgotten at once when there are too many of them. */
function wait(kernel: Kernel, slot: number): void {
  kernel.provenPeers.add(kernel.children.endpointOf(slot) >>> 16, kernel.children.peerOf(slot));
  if (kernel.timeWaitCount >= TIME_WAIT_MAX) {
    endChild(kernel, slot);
    kernel.children.close(slot);
    return;
  }
  setState(kernel, slot, ChildState.TimeWait);
  kernel.timeWaitCount++;
  kernel.childTimers.set(slot, kernel.env.loop.nowNs + TIME_WAIT_NS);
}
