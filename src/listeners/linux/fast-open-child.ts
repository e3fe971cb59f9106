/**
 * Connections of TCP Fast Open until their handshake is over: a child is in the accept queue as soon as its SYN has come (B8.3), with
 * the SYN's data; it may be accepted, served and closed before anybody knows that its client exists. It sends its SYN-ACK again by
 * itself, once more often than a request does, and nothing else meanwhile.
 * Leaves out: what RST and SYN do beside the window (tcp-check-req.ts has the same checks for requests).
 * Source: tcp_fastopen_create_child, reqsk_fastopen_remove, tcp_check_req, tcp_rcv_state_process, tcp_fastopen_synack_timer, tcp_done:
 * net/ipv4/tcp_fastopen.c, tcp_minisocks.c, tcp_input.c, tcp_timer.c, net/core/request_sock.c, v3.10, v4.2 and v6.6.
 */
import { Flag, Option } from '../../network/segment.ts';
import { SynFate } from '../syn-ledger.ts';
import { enqueueChild } from './accept-queue.ts';
import { ChildState, Holder, UNTIMED } from './children.ts';
import { Count } from './counters.ts';
import { TimerCounters } from './feature.ts';
import type { Kernel } from './kernel.ts';
import type { ListenSocket } from './listen-socket.ts';
import { tryReply } from './reply-limit.ts';
import { countSynAckAgain } from './tcp-check-req.ts';
import { endChild, sendAck, setState } from './tcp-child.ts';
import { armChild } from './tcp-child-timer.ts';
import { sendReset, sendSynAckOfChild } from './tcp-output.ts';

const WINDOW = 65_535;

/** A child for the SYN in `segment`, which goes to the end of the accept queue; then its SYN-ACK goes out. */
export function openFastOpenChild(kernel: Kernel, listener: ListenSocket, segment: number, isn: number): void {
  const { children, fastOpenRequests, counters, env } = kernel;
  const { segments } = env;
  const bytes = segments.lengthOf(segment);
  const clientIsn = segments.seqOf(segment);
  const slot = children.open(
    segments.endpointOf(segment),
    segments.peerOf(segment),
    listener.index,
    ChildState.SynRecv,
    (clientIsn + 1 + bytes) >>> 0,
    (isn + 1) >>> 0,
  );
  children.received[slot] = bytes;
  children.setOptions(slot, segments.optionsOf(segment) & ~Option.FastOpen);
  fastOpenRequests.open(slot, clientIsn, env.loop.nowNs, children.capacity);
  counters.values[Count.TcpPassiveOpens]!++;
  kernel.countFastOpen(listener, 1);
  kernel.childTimers.set(slot, env.loop.nowNs + kernel.timeoutNs[0]!);
  enqueueChild(kernel, listener, slot);
  sendSynAckOfChild(kernel, slot);
}

/** A segment for a child whose handshake is not over. @returns whether it ends it, and is to be handled as any other. */
export function onFastOpenSegment(kernel: Kernel, slot: number, segment: number): boolean {
  const { segments } = kernel.env;
  const flags = segments.flagsOf(segment);
  const isRepeated = segments.seqOf(segment) === kernel.fastOpenRequests.clientIsnOf(slot);
  const { repliedAtMs } = kernel.fastOpenRequests;
  const isSyn = segments.isSyn(segment);
  if (isSyn) kernel.ledger.record(segments.sourceOf(segment), SynFate.Duplicate, kernel.env.loop.nowNs);
  if (isSyn && isRepeated && (flags & (Flag.Rst | Flag.Fin)) === 0) {
    if (tryReply(kernel, repliedAtMs, slot, segment)) resendSynAck(kernel, slot);
    return false;
  }
  if (!isInWindow(kernel, slot, segment)) {
    if ((flags & Flag.Rst) === 0 && tryReply(kernel, repliedAtMs, slot, segment)) sendAck(kernel, slot);
    return false;
  }
  if ((flags & Flag.Rst) !== 0 || ((flags & Flag.Syn) !== 0 && !isRepeated)) {
    onReset(kernel, slot, segment);
    return false;
  }
  if ((flags & Flag.Ack) === 0) return false;
  return tryEstablish(kernel, slot, segment);
}

/** The SYN-ACK is not acknowledged in time. */
export function onFastOpenTimer(kernel: Kernel, slot: number): void {
  const { children, counters, env, profile, settings } = kernel;
  const timeouts = children.resends[slot]!;
  if (profile.timerCounters !== TimerCounters.None) counters.values[Count.Timeouts]!++;
  if (timeouts >= settings.synackRetries + 1) {
    counters.values[Count.AbortOnTimeout]!++;
    return fail(kernel, slot, false);
  }
  children.resends[slot] = timeouts + 1;
  kernel.childTimers.set(slot, env.loop.nowNs + kernel.timeoutNs[timeouts + 1]!);
  resendSynAck(kernel, slot);
}

/**
 * The request of child `slot` is pending no more. @param isReset by RST: if it was accepted already, and somebody still listens, it
 * counts for a minute more (B8.2: one that waits for accept() counts no longer).
 */
export function releaseFastOpen(kernel: Kernel, slot: number, isReset: boolean): void {
  const { children, env } = kernel;
  const listener = kernel.listeners[children.listener[slot]!]!;
  kernel.countFastOpen(listener, -1);
  if (!isReset || children.holder[slot] === Holder.AcceptQueue || !listener.isListening) return;
  listener.fastOpen.punish(env.loop.nowNs);
  kernel.gaugeFastOpen();
}

/** Another member of the group takes child `slot` over from a closed one. */
export function moveFastOpen(kernel: Kernel, slot: number, heir: ListenSocket): void {
  const { children } = kernel;
  const isPending = children.state[slot]! >= ChildState.SynRecv;
  if (isPending) kernel.countFastOpen(kernel.listeners[children.listener[slot]!]!, -1);
  children.listener[slot] = heir.index;
  if (isPending) kernel.countFastOpen(heir, 1);
}

function resendSynAck(kernel: Kernel, slot: number): void {
  countSynAckAgain(kernel);
  kernel.fastOpenRequests.noteResend(slot, kernel.env.loop.nowNs);
  sendSynAckOfChild(kernel, slot);
}

/** tcp_in_window, from what the SYN brought on. */
function isInWindow(kernel: Kernel, slot: number, segment: number): boolean {
  const { segments } = kernel.env;
  const flags = segments.flagsOf(segment);
  const length = segments.lengthOf(segment) + ((flags & Flag.Syn) === 0 ? 0 : 1) + ((flags & Flag.Fin) === 0 ? 0 : 1);
  const from = (segments.seqOf(segment) - kernel.children.rcvNxt[slot]!) | 0;
  return from === 0 || (from + length > 0 && from < WINDOW);
}

/** A SYN is answered by RST, and does no harm; a RST ends the connection, and both functions that it passes count it. */
function onReset(kernel: Kernel, slot: number, segment: number): void {
  kernel.counters.values[Count.TcpAttemptFails]!++;
  if ((kernel.env.segments.flagsOf(segment) & Flag.Rst) === 0) sendReset(kernel, segment);
  else fail(kernel, slot, true);
}

/** The connection is dead; whoever holds it finds out. */
function fail(kernel: Kernel, slot: number, isReset: boolean): void {
  const { children } = kernel;
  if (children.state[slot] === ChildState.SynRecv) kernel.counters.values[Count.TcpAttemptFails]!++;
  releaseFastOpen(kernel, slot, isReset);
  setState(kernel, slot, ChildState.Close);
  endChild(kernel, slot);
  if (children.holder[slot] === Holder.Nobody) children.close(slot);
}

/** The ACK of the SYN-ACK. @returns false when it is one of something else. */
function tryEstablish(kernel: Kernel, slot: number, segment: number): boolean {
  const { children, counters, env, fastOpenRequests } = kernel;
  const { segments } = env;
  const isOpen = children.state[slot] === ChildState.SynRecv;
  const acked = (segments.ackOf(segment) - children.sndUna[slot]!) | 0;
  const isAcceptable = acked >= 0 && ((segments.ackOf(segment) - children.sndNxt[slot]!) | 0) <= 0;
  if (!isAcceptable || (segments.flagsOf(segment) & Flag.Syn) !== 0) {
    if (isOpen && !isAcceptable) sendReset(kernel, segment);
    else sendAck(kernel, slot);
    return false;
  }
  releaseFastOpen(kernel, slot, false);
  if (isOpen) counters.values[Count.TcpCurrEstab]!++;
  setState(kernel, slot, isOpen ? ChildState.Established : ChildState.FinWait1);
  const isTimed = fastOpenRequests.isSentOnce(slot) || (children.optionsOf(slot) & Option.Timestamps) !== 0;
  children.rttUs[slot] = isTimed ? fastOpenRequests.rttUsOf(slot, env.loop.nowNs) : UNTIMED;
  children.resends[slot] = 0;
  if (children.sndUna[slot] === children.sndNxt[slot]) kernel.childTimers.clear(slot);
  else armChild(kernel, slot);
  return true;
}
