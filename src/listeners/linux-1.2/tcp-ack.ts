/**
 * The acknowledgment of a segment: tcp_ack of net/inet/tcp.c, 1.2.13.
 * Leaves out: window shrinking that moves sent buffers back, zero-window probes.
 */
import { NO_BUFFER } from './buffers.ts';
import {
  RTO_MAX_S,
  RTO_MIN_TICKS,
  SEND_SHUTDOWN,
  SHUTDOWN_MASK,
  TCP_TIMEOUT_LEN_S,
  TCP_TIMEWAIT_LEN_S,
  TcpState,
} from './constants.ts';
import type { Kernel } from './kernel.ts';
import { after, before } from './sequence.ts';
import { resetTimer, resetXmitTimer, stopXmitTimer } from './sock.ts';
import { Timeout, Why } from './socks.ts';
import { canWriteXmit, tcpDoRetransmit, tcpRetransmit, tcpWriteXmit } from './tcp-output.ts';

/** What an ACK did, as the kernel's flag bits. */
const Did = { Data: 1, Acked: 2, Window: 4 } as const;
const CONG_WINDOW_MAX = 2048;
const MAX_WINDOW_UNKNOWN = 32;

/** @returns false when the ACK is of something that was never sent (R53). */
export function tcpAck(k: Kernel, child: number, segment: number): boolean {
  k.called('tcp_ack', child);
  const { segments } = k.env;
  const { socks } = k;
  const ack = segments.ackOf(segment);
  const window = segments.windowOf(segment);
  if (window > socks.maxWindow[child]!) {
    socks.maxWindow[child] = window;
    socks.mss[child] = Math.min(window, socks.mtu[child]!);
  }
  if (socks.xmitWhy[child] === Why.KeepOpen) socks.retransmits[child] = 0;
  if (after(ack, socks.sentSeq[child]!)) return false;
  // R55: older than what is known counts as fine; the rest of the segment is processed.
  if (before(ack, socks.rcvAckSeq[child]!)) {
    if (socks.xmitWhy[child] === Why.KeepOpen) resetXmitTimer(k, child, Why.KeepOpen, k.ticks(TCP_TIMEOUT_LEN_S));
    return true;
  }
  let did = segments.lengthOf(segment) > 0 ? Did.Data : 0;
  if (after(socks.windowSeq[child]!, ack + window)) did |= Did.Window;
  if (k.sent.isEmpty(child)) socks.packetsOut[child] = 0;
  socks.windowSeq[child] = ack + window;
  openCongestionWindow(k, child, ack);
  socks.rcvAckSeq[child] = ack;
  did |= removeAcked(k, child, ack);
  did |= restartTimer(k, child);
  did |= advanceState(k, child);
  retransmitMore(k, child, did);
  return true;
}

/** Slow start and congestion avoidance, counted in segments. */
function openCongestionWindow(k: Kernel, child: number, ack: number): void {
  const { socks } = k;
  const congWindow = socks.congWindow[child]!;
  if (socks.xmitWhy[child] !== Why.Write || congWindow >= CONG_WINDOW_MAX) return;
  if (!after(ack, socks.rcvAckSeq[child]!)) return;
  if (congWindow < socks.ssthresh[child]!) {
    socks.congWindow[child] = congWindow + 1;
  } else if (socks.congCount[child]! >= congWindow) {
    socks.congWindow[child] = congWindow + 1;
    socks.congCount[child] = 0;
  } else {
    socks.congCount[child]!++;
  }
}

/** Frees what `ack` covers. R54: the SYN-ACK's own number is ISS, so an ACK of ISS covers it. */
function removeAcked(k: Kernel, child: number, ack: number): number {
  const { buffers, socks } = k;
  let did = 0;
  for (;;) {
    const buffer = k.sent.headOf(child);
    if (buffer === NO_BUFFER || !before(buffers.endSeq[buffer]!, ack + 1)) return did;
    if (socks.retransmits[child]! > 0) {
      // Karn: a round trip that includes a retransmission is not measured, and the doubled time-out stays (R58).
      did |= Did.Acked;
      socks.retransmits[child] = buffers.next[buffer] === NO_BUFFER ? 0 : 1;
    }
    if (socks.packetsOut[child]! > 0) socks.packetsOut[child]!--;
    k.wakeOwner(child);
    if ((did & Did.Acked) === 0) measureRoundTrip(k, child, buffers.when[buffer]!);
    did |= Did.Acked | Did.Window;
    k.sent.unlink(child, buffer);
    buffers.free(buffer);
    k.wakeOwner(child);
  }
}

/** Jacobson's estimate in ticks: rtt scaled by 8, mdev by 4. */
function measureRoundTrip(k: Kernel, child: number, when: number): void {
  const { socks, timers } = k;
  const ticks = Math.max(1, Math.floor(timers.ticksBetween(when, timers.clock())));
  const error = ticks - (socks.rtt[child]! >> 3);
  socks.rtt[child]! += error;
  socks.mdev[child]! += Math.abs(error) - (socks.mdev[child]! >> 2);
  const rto = ((socks.rtt[child]! >> 2) + socks.mdev[child]!) >> 1;
  socks.rto[child] = Math.max(RTO_MIN_TICKS, Math.min(rto, k.ticks(RTO_MAX_S)));
}

/** Sends what waits, or arms the timer for what is still unacknowledged. */
function restartTimer(k: Kernel, child: number): number {
  const { socks } = k;
  if (!k.unsent.isEmpty(child)) {
    if (!canWriteXmit(k, child)) return 0;
    tcpWriteXmit(k, child);
    return Did.Data;
  }
  switch (socks.state[child]) {
    case TcpState.TimeWait:
      resetTimer(k, child, Timeout.Close, k.ticks(TCP_TIMEWAIT_LEN_S));
      break;
    case TcpState.Close:
      break;
    default:
      if (!k.sent.isEmpty(child) || socks.ackBacklog[child]! > 0) {
        resetXmitTimer(k, child, Why.Write, socks.rto[child]!);
      } else if (socks.keepopen[child] === 1) {
        resetXmitTimer(k, child, Why.KeepOpen, k.ticks(TCP_TIMEOUT_LEN_S));
      } else {
        stopXmitTimer(k, child);
      }
  }
  return 0;
}

/** What the acknowledgment completes: our FIN, or the handshake. */
function advanceState(k: Kernel, child: number): number {
  const { socks } = k;
  const isAllAcked = socks.rcvAckSeq[child] === socks.writeSeq[child];
  switch (socks.state[child]) {
    // The peer closed first, and now has our FIN.
    case TcpState.LastAck:
      k.wakeOwner(child);
      if (!isAllAcked) return 0;
      k.setState(child, TcpState.Close);
      socks.shutdown[child] = SHUTDOWN_MASK;
      return Did.Data;
    // The peer has our FIN; its own is still to come.
    case TcpState.FinWait1:
      k.wakeOwner(child);
      if (!isAllAcked) return 0;
      socks.shutdown[child]! |= SEND_SHUTDOWN;
      k.setState(child, TcpState.FinWait2);
      return Did.Data;
    // Both closed at once.
    case TcpState.Closing:
      k.wakeOwner(child);
      if (!isAllAcked) return 0;
      tcpTimeWait(k, child);
      return Did.Data;
    // R57: the third ACK. The queue's length is not looked at again.
    case TcpState.SynRecv:
      k.setState(child, TcpState.Established);
      socks.copiedSeq[child] = socks.ackedSeq[child]!;
      k.wakeOwner(child);
      if (socks.maxWindow[child] === 0) {
        socks.maxWindow[child] = MAX_WINDOW_UNKNOWN;
        socks.mss[child] = Math.min(MAX_WINDOW_UNKNOWN, socks.mtu[child]!);
      }
      return 0;
    default:
      return 0;
  }
}

function tcpTimeWait(k: Kernel, child: number): void {
  k.setState(child, TcpState.TimeWait);
  k.socks.shutdown[child] = SHUTDOWN_MASK;
  k.wakeOwner(child);
  resetTimer(k, child, Timeout.Close, k.ticks(TCP_TIMEWAIT_LEN_S));
}

/** After an ACK that moved nothing new, or during a retransmission: the next buffer may be due. */
function retransmitMore(k: Kernel, child: number, did: number): void {
  const { buffers, socks, timers } = k;
  const buffer = k.sent.headOf(child);
  if (buffer === NO_BUFFER || (did !== 0 && (did & Did.Window) === 0)) return;
  const isOverdue = timers.clockAfter(buffers.when[buffer]!, socks.rto[child]!) < timers.clock();
  if (isOverdue) {
    tcpRetransmit(k, child);
  } else if ((did & Did.Acked) !== 0 && socks.retransmits[child]! > 0) {
    tcpDoRetransmit(k, child, true);
    resetXmitTimer(k, child, Why.Write, socks.rto[child]!);
  }
}
