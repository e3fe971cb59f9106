/**
 * Segments for a half-open request: repeated SYNs, the final ACK, what ends it.
 * Leaves out: PAWS and other checks of time stamps.
 * Source: tcp_check_req, tcp_v4_syn_recv_sock, tcp_rtx_synack (A1.5-7, A2.8, A4.8, B3, R5, R6).
 */
import { Flag } from '../../network/segment.ts';
import { SynFate } from '../syn-ledger.ts';
import { enqueueChild, overflows } from './accept-queue.ts';
import { Loss } from './causes.ts';
import { ChildState, UNTIMED } from './children.ts';
import { Count } from './counters.ts';
import { isDeferred } from './defer-accept.ts';
import { DuplicateSyn, TimerCounters } from './feature.ts';
import type { Kernel } from './kernel.ts';
import type { ListenSocket } from './listen-socket.ts';
import { tryReply } from './reply-limit.ts';
import { tcpChildRcv } from './tcp-child.ts';
import { tcpListenRcv } from './tcp-listen.ts';
import { sendRequestAck, sendReset, sendSynAck } from './tcp-output.ts';

const SYN = Flag.Syn;
const ALL = Flag.Syn | Flag.Ack | Flag.Rst | Flag.Fin;
/** A request offers this window at most (B3.3). */
const WINDOW = 65_535;

export function tcpCheckReq(kernel: Kernel, slot: number, segment: number): void {
  const { segments } = kernel.env;
  const flags = segments.flagsOf(segment) & ALL;
  const seq = segments.seqOf(segment);
  const isn = kernel.requests.clientIsnOf(slot);
  if (flags === SYN && isRepeated(kernel, seq, isn)) return onDuplicateSyn(kernel, slot, segment);
  const listener = kernel.listeners[kernel.requests.listener[slot]!]!;
  if (isNewerSyn(kernel, flags, seq, isn)) {
    // A1.5: the request of old would be forgotten in its own time.
    dropRequest(kernel, slot);
    return tcpListenRcv(kernel, listener, segment);
  }
  // B3.2: an ACK of something else is the listener's business.
  const isStray = (flags & Flag.Ack) !== 0 && segments.ackOf(segment) !== (kernel.requests.serverIsnOf(slot) + 1) >>> 0;
  if (isStray) return tcpListenRcv(kernel, listener, segment);
  if ((flags & SYN) !== 0 && (flags & Flag.Ack) === 0) noteSyn(kernel, segment);
  if (!isInWindow(kernel, slot, segment)) return onOutOfWindow(kernel, slot, segment, flags);
  // A SYN with the same number counts for what else the segment says.
  const decisive = seq === isn ? flags & ~SYN : flags;
  if ((decisive & (Flag.Rst | SYN)) !== 0) return onReset(kernel, slot, segment, decisive);
  if ((decisive & Flag.Ack) === 0) return;
  if (isDeferred(kernel, slot, segment)) return;
  onFinalAck(kernel, listener, slot, segment);
}

/** A request ends. */
export function dropRequest(kernel: Kernel, slot: number): void {
  const { requests } = kernel;
  const listener = kernel.listeners[requests.listener[slot]!]!;
  kernel.countRequest(listener, -1, requests.timeouts[slot] === 0 ? 1 : 0);
  kernel.synAckTimers.cancel(slot);
  requests.close(slot);
}

/** Sends the SYN-ACK of a request again. */
export function retransmitSynAck(kernel: Kernel, slot: number): void {
  countSynAckAgain(kernel);
  kernel.requests.setResent(slot);
  sendSynAck(kernel, slot);
}

/** A SYN-ACK is sent again (tcp_rtx_synack). */
export function countSynAckAgain(kernel: Kernel): void {
  const { values } = kernel.counters;
  const { timerCounters } = kernel.profile;
  if (timerCounters !== TimerCounters.None) values[Count.TcpRetransSegs]!++;
  if (timerCounters === TimerCounters.SynRetrans) values[Count.SynRetrans]!++;
}

/** The SYN again: answered at once; the present time-out starts anew, and none is counted (B3.1, A4.8). */
function onDuplicateSyn(kernel: Kernel, slot: number, segment: number): void {
  const { requests } = kernel;
  const { duplicateSyn } = kernel.profile;
  noteSyn(kernel, segment);
  if (!tryReply(kernel, requests.repliedAtMs, slot, segment)) return;
  if (duplicateSyn >= DuplicateSyn.Rearms) {
    kernel.synAckTimers.arm(slot, kernel.timeoutNs[requests.timeouts[slot]!]!);
  }
  retransmitSynAck(kernel, slot);
}

/** A SYN for a request takes no slot. */
function noteSyn(kernel: Kernel, segment: number): void {
  kernel.ledger.record(kernel.env.segments.sourceOf(segment), SynFate.Duplicate, kernel.env.loop.nowNs);
}

/** The same number; to Linux 2.2 any that is not newer (A1.5). */
function isRepeated(kernel: Kernel, seq: number, isn: number): boolean {
  return seq === isn || (kernel.profile.duplicateSyn === DuplicateSyn.NothingOrNew && ((seq - isn) | 0) < 0);
}

/** A SYN of another connection, to Linux 2.2, which goes by its number. */
function isNewerSyn(kernel: Kernel, flags: number, seq: number, isn: number): boolean {
  return kernel.profile.duplicateSyn === DuplicateSyn.NothingOrNew && flags === SYN && ((seq - isn) | 0) > 0;
}

/** Does the segment lie in the window that the SYN-ACK offered (tcp_in_window)? */
function isInWindow(kernel: Kernel, slot: number, segment: number): boolean {
  const { segments } = kernel.env;
  const flags = segments.flagsOf(segment);
  if (kernel.profile.resetsStraySegments) {
    const ahead = (segments.seqOf(segment) - kernel.requests.clientIsnOf(slot)) | 0;
    return ahead === 1 || ((flags & Flag.Rst) !== 0 && ahead === 0);
  }
  const length = segments.lengthOf(segment) + ((flags & SYN) === 0 ? 0 : 1) + ((flags & Flag.Fin) === 0 ? 0 : 1);
  const from = (segments.seqOf(segment) - kernel.requests.clientIsnOf(slot) - 1) | 0;
  const end = (from + length) | 0;
  if (from === 0) return true;
  if (end > 0 && from < WINDOW) return true;
  return from === WINDOW && end === WINDOW;
}

/** B3.3: says what would be in the window. */
function onOutOfWindow(kernel: Kernel, slot: number, segment: number, flags: number): void {
  if ((flags & Flag.Rst) !== 0) return;
  if (kernel.profile.resetsStraySegments) return sendReset(kernel, segment);
  if (tryReply(kernel, kernel.requests.repliedAtMs, slot, segment)) sendRequestAck(kernel, slot);
}

/** B3.4: RST, or a SYN that begins another connection, ends the request; the SYN is answered by RST. */
function onReset(kernel: Kernel, slot: number, segment: number, flags: number): void {
  const { values } = kernel.counters;
  if (kernel.profile.resetCountsAttemptFails) values[Count.TcpAttemptFails]!++;
  values[Count.EmbryonicRsts]!++;
  dropRequest(kernel, slot);
  if ((flags & Flag.Rst) === 0) sendReset(kernel, segment);
}

/** B3.7, R5: the final ACK, or data in its stead, makes a child, if there is room. */
function onFinalAck(kernel: Kernel, listener: ListenSocket, slot: number, segment: number): void {
  if (overflows(kernel, listener, Loss.AckOverflow)) return onOverflow(kernel, slot, segment);
  const { children, env, requests } = kernel;
  const rttUs = requests.isTimed(slot) ? requests.rttUsOf(slot, env.loop.nowNs) : UNTIMED;
  const rcvNxt = (requests.clientIsnOf(slot) + 1) >>> 0;
  const sndNxt = (requests.serverIsnOf(slot) + 1) >>> 0;
  const options = requests.optionsOf(slot);
  dropRequest(kernel, slot);
  const child = openChild(kernel, listener, segment, rcvNxt, sndNxt);
  children.rttUs[child] = rttUs;
  children.setOptions(child, options);
  enqueueChild(kernel, listener, child);
  tcpChildRcv(kernel, child, segment);
}

/** No room: the request stays, and its timer too (B3.7); with tcp_abort_on_overflow it ends by RST. */
function onOverflow(kernel: Kernel, slot: number, segment: number): void {
  if (kernel.settings.abortOnOverflow === 0) {
    if (!kernel.requests.isAcked(slot)) kernel.counters.values[Count.RequestsAcked]!++;
    kernel.requests.setAcked(slot);
    return;
  }
  kernel.counters.values[Count.EmbryonicRsts]!++;
  dropRequest(kernel, slot);
  sendReset(kernel, segment);
}

/** A child socket for who sent `segment`, established. @returns its slot. */
export function openChild(
  kernel: Kernel,
  listener: ListenSocket,
  segment: number,
  rcvNxt: number,
  sndNxt: number,
): number {
  const { segments } = kernel.env;
  const { values } = kernel.counters;
  const endpoint = segments.endpointOf(segment);
  const peer = segments.peerOf(segment);
  const child = kernel.children.open(endpoint, peer, listener.index, ChildState.Established, rcvNxt, sndNxt);
  values[Count.TcpPassiveOpens]!++;
  values[Count.TcpCurrEstab]!++;
  return child;
}
