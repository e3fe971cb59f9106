/**
 * What a 1.2.13 TCP sends: SYN-ACK, RST, ACK, FIN, payload, and all of it again.
 * Names as in net/inet/tcp.c: tcp_reset, tcp_send_ack, tcp_read_wakeup, tcp_send_fin, tcp_do_retransmit, …
 * Leaves out: Nagle's partial segments (a write is sent or queued as it is), zero-window probes.
 */
import { Flag } from '../../network/segment.ts';
import { NO_BUFFER } from './buffers.ts';
import { MAX_WINDOW, RTO_MAX_S, TCP_TIMEOUT_LEN_S, TcpState } from './constants.ts';
import { Count } from './counters.ts';
import type { Kernel } from './kernel.ts';
import { after, before } from './sequence.ts';
import { deleteTimer, NO_SOCK, resetXmitTimer, sockRspace } from './sock.ts';
import { Why } from './socks.ts';

const SYN_ACK = Flag.Syn | Flag.Ack;

/** The window to advertise: never less than before, and no growth below one segment. */
export function tcpSelectWindow(k: Kernel, child: number): number {
  const room = sockRspace(k, child);
  const present = k.socks.window[child]!;
  const step = Math.min(k.socks.mss[child]!, MAX_WINDOW / 2);
  return room < step || room < present ? present : room;
}

/** R12: RST in answer to `segment`, unless that is one. */
export function tcpReset(k: Kernel, segment: number): void {
  const { segments, network } = k.env;
  const flags = segments.flagsOf(segment);
  if ((flags & Flag.Rst) !== 0) return;
  k.called('tcp_reset', NO_SOCK);
  const source = segments.sourceOf(segment);
  const peer = segments.peerOf(segment);
  const port = segments.portOf(segment);
  k.count(Count.TcpOutSegs);
  k.count(Count.ResetsSent);
  if ((flags & Flag.Ack) !== 0) {
    network.transmit(segments.open(source, peer, port, Flag.Rst, segments.ackOf(segment), 0));
  } else {
    const ack = segments.seqOf(segment) + ((flags & Flag.Syn) !== 0 ? 1 : 0);
    network.transmit(segments.open(source, peer, port, Flag.Rst | Flag.Ack, 0, ack));
  }
}

/** Sends one segment of `child` now. */
function transmit(k: Kernel, child: number, flags: number, seq: number, window: number, lengthBytes: number): void {
  const { segments, network } = k.env;
  const { socks } = k;
  const mssBytes = (flags & Flag.Syn) === 0 ? 0 : socks.mtu[child]!;
  const ack = socks.ackedSeq[child]!;
  const endpoint = k.index.endpointOf(child);
  const segment = segments.openWith(endpoint, k.index.peerOf(child), flags, seq, ack, window, mssBytes);
  segments.setLength(segment, lengthBytes);
  network.transmit(segment);
}

/** Sends a buffer for the first time and keeps it until it is acknowledged (ip_queue_xmit links it to send_head). */
export function queueXmit(k: Kernel, child: number, buffer: number, window: number): void {
  const { buffers, socks } = k;
  buffers.when[buffer] = k.timers.clock();
  k.sent.pushTail(child, buffer);
  socks.packetsOut[child]!++;
  transmit(k, child, buffers.flags[buffer]!, buffers.seq[buffer]!, window, buffers.length[buffer]!);
}

/** An ACK of `ack`. When it is up to date, nothing is put off any more. */
export function tcpSendAck(k: Kernel, child: number, sequence: number): void {
  const { socks } = k;
  if (socks.zapped[child] === 1) return;
  socks.window[child] = tcpSelectWindow(k, child);
  socks.ackBacklog[child] = 0;
  socks.bytesRcv[child] = 0;
  // Only an acknowledgment was timed: the kernel stops the wrong timer here, and so do we.
  if (k.sent.isEmpty(child) && k.unsent.isEmpty(child) && socks.xmitWhy[child] === Why.Write) {
    if (socks.keepopen[child] === 1) resetXmitTimer(k, child, Why.KeepOpen, k.ticks(TCP_TIMEOUT_LEN_S));
    else deleteTimer(k, child);
  }
  k.count(Count.TcpOutSegs);
  transmit(k, child, Flag.Ack, sequence, socks.window[child], 0);
}

/** Sends an acknowledgment that was put off. */
export function tcpReadWakeup(k: Kernel, child: number): void {
  const { socks } = k;
  const state = socks.state[child]!;
  if (socks.ackBacklog[child] === 0 || state === TcpState.Close || state === TcpState.TimeWait) return;
  socks.ackBacklog[child] = 0;
  socks.bytesRcv[child] = 0;
  socks.window[child] = tcpSelectWindow(k, child);
  transmit(k, child, Flag.Ack, socks.sentSeq[child]!, socks.window[child], 0);
  k.count(Count.TcpOutSegs);
}

/** Keepalive probe: an old sequence number, which the peer must answer. */
export function tcpWriteWakeup(k: Kernel, child: number): void {
  const { socks } = k;
  if (socks.zapped[child] === 1) return;
  switch (socks.state[child]) {
    case TcpState.Established:
    case TcpState.CloseWait:
    case TcpState.FinWait1:
    case TcpState.LastAck:
    case TcpState.Closing:
      transmit(k, child, Flag.Ack, socks.sentSeq[child]! - 1, tcpSelectWindow(k, child), 0);
      k.count(Count.TcpOutSegs);
      break;
    default:
      break;
  }
}

/** FIN, straight out or behind what waits for the window. Not counted in TcpOutSegs (R38). */
export function tcpSendFin(k: Kernel, child: number): void {
  const { buffers, socks } = k;
  const seq = socks.writeSeq[child]!;
  socks.writeSeq[child] = seq + 1;
  const buffer = buffers.open(Flag.Fin | Flag.Ack, seq, seq + 1, 0);
  const window = tcpSelectWindow(k, child);
  socks.window[child] = window;
  if (!k.unsent.isEmpty(child)) {
    k.unsent.pushTail(child, buffer);
    return;
  }
  socks.sentSeq[child] = socks.writeSeq[child]!;
  queueXmit(k, child, buffer, window);
  resetXmitTimer(k, child, Why.Write, socks.rto[child]!);
}

/** One segment of payload: sent if window and congestion window let it, queued otherwise (tcp_send_skb). */
export function tcpSendData(k: Kernel, child: number, lengthBytes: number): void {
  const { buffers, socks } = k;
  const seq = socks.writeSeq[child]!;
  socks.writeSeq[child] = seq + lengthBytes;
  const buffer = buffers.open(Flag.Ack | Flag.Psh, seq, seq + lengthBytes, lengthBytes);
  k.count(Count.TcpOutSegs);
  const retransmitting = socks.retransmits[child]! > 0 && socks.xmitWhy[child] === Why.Write;
  const fits = !after(buffers.endSeq[buffer]!, socks.windowSeq[child]!);
  if (!fits || retransmitting || socks.packetsOut[child]! >= socks.congWindow[child]! || !k.unsent.isEmpty(child)) {
    k.unsent.pushTail(child, buffer);
    return;
  }
  socks.sentSeq[child] = socks.writeSeq[child]!;
  queueXmit(k, child, buffer, tcpSelectWindow(k, child));
  resetXmitTimer(k, child, Why.Write, socks.rto[child]!);
}

/** May the first waiting buffer go now? */
export function canWriteXmit(k: Kernel, child: number): boolean {
  const { buffers, socks } = k;
  const buffer = k.unsent.headOf(child);
  if (buffer === NO_BUFFER) return false;
  const endSeq = buffers.endSeq[buffer]!;
  const mayMix =
    socks.retransmits[child] === 0 || socks.xmitWhy[child] !== Why.Write || before(endSeq, socks.rcvAckSeq[child]! + 1);
  return before(endSeq, socks.windowSeq[child]! + 1) && mayMix && socks.packetsOut[child]! < socks.congWindow[child]!;
}

/** Moves what the window now allows from the write queue to the network. */
export function tcpWriteXmit(k: Kernel, child: number): void {
  const { buffers, socks } = k;
  if (socks.zapped[child] === 1) return;
  while (canWriteXmit(k, child)) {
    const buffer = k.unsent.headOf(child);
    k.unsent.unlink(child, buffer);
    socks.sentSeq[child] = buffers.endSeq[buffer]!;
    queueXmit(k, child, buffer, tcpSelectWindow(k, child));
    resetXmitTimer(k, child, Why.Write, socks.rto[child]!);
  }
}

/** Sends the oldest unacknowledged buffer again; with `all`, as many as the congestion window holds. */
export function tcpDoRetransmit(k: Kernel, child: number, all: boolean): void {
  const { buffers, socks } = k;
  let count = 0;
  for (let buffer = k.sent.headOf(child); buffer !== NO_BUFFER; buffer = buffers.next[buffer]!) {
    const flags = buffers.flags[buffer]!;
    buffers.when[buffer] = k.timers.clock();
    k.count(Count.Retransmits);
    if ((flags & SYN_ACK) === SYN_ACK) k.count(Count.SynAcksRetransmitted);
    transmit(k, child, flags, buffers.seq[buffer]!, tcpSelectWindow(k, child), buffers.length[buffer]!);
    count++;
    if (!all || count >= socks.congWindow[child]!) break;
  }
}

/** R43, R44: sends again, then doubles the time-out, up to 120 s, and arms the timer. Window and threshold shrink as after any loss. */
export function tcpRetransmit(k: Kernel, child: number): void {
  k.called('tcp_retransmit', child);
  const { socks } = k;
  socks.ssthresh[child] = socks.congWindow[child]! >> 1;
  socks.congCount[child] = 0;
  socks.congWindow[child] = 1;
  tcpDoRetransmit(k, child, false);
  socks.retransmits[child]!++;
  socks.rto[child] = Math.min(socks.rto[child]! * 2, k.ticks(RTO_MAX_S));
  resetXmitTimer(k, child, Why.Write, socks.rto[child]);
}
