/**
 * A segment arrives: tcp_rcv of net/inet/tcp.c, 1.2.13, for listeners and their children.
 * Not modelled: R9 (link-layer type), R11 (checksum), R40 and R41 (firewall, kernel memory), urgent data.
 */
import { Flag } from '../../network/segment.ts';
import { Errno } from '../../network/socket-api.ts';
import { SynFate, SynLedger } from '../syn-ledger.ts';
import { Cause } from './causes.ts';
import { SHUTDOWN_MASK, TcpState, TIME_WAIT_ISS_STEP } from './constants.ts';
import { Count } from './counters.ts';
import type { Kernel } from './kernel.ts';
import { after, before } from './sequence.ts';
import { addToBackLog, bufferBytes, getSock, LISTENER, NO_SOCK, releaseListener, releaseSock } from './sock.ts';
import { tcpAck } from './tcp-ack.ts';
import { tcpConnRequest } from './tcp-conn-request.ts';
import { tcpData } from './tcp-data.ts';
import { tcpReset, tcpSendAck } from './tcp-output.ts';

/** @param redo the segment comes from a back_log: it is counted again, and locks are not looked at (R8, R27). */
export function tcpRcv(k: Kernel, segment: number, redo: boolean): void {
  const { calls } = k;
  if (calls === null) return receive(k, segment, redo);
  const { segments } = k.env;
  calls.onEnter('tcp_rcv', k.index.find(segments.endpointOf(segment), segments.peerOf(segment)));
  receive(k, segment, redo);
  calls.onLeave(0);
}

function receive(k: Kernel, segment: number, redo: boolean): void {
  const { segments } = k.env;
  // R8: counted before any check, and again when replayed.
  k.count(Count.TcpInSegs);
  const sock = getSock(k, segments.endpointOf(segment), segments.peerOf(segment));
  if (sock >= 0) {
    // R10, R23: a socket that was reset or is closed is as good as none, and hides the listener.
    if (k.socks.zapped[sock] === 1 || k.socks.state[sock] === TcpState.Close) rcvNoSock(k, segment);
    else rcvChild(k, sock, segment);
  } else if (sock === NO_SOCK) {
    rcvNoSock(k, segment);
  } else {
    rcvListener(k, LISTENER - sock, segment, redo);
  }
}

/** What became of a SYN; other segments have no ledger. */
function fate(k: Kernel, segment: number, which: number): void {
  const { segments, loop } = k.env;
  if (segments.isSyn(segment)) k.ledger.record(segments.sourceOf(segment), which, loop.nowNs);
}

function ignored(k: Kernel, segment: number): void {
  fate(k, segment, SynLedger.refusal(Cause.NotARequest));
}

/** R12: RST, unless the segment is one. */
function rcvNoSock(k: Kernel, segment: number): void {
  const isReset = (k.env.segments.flagsOf(segment) & Flag.Rst) !== 0;
  if (isReset) return ignored(k, segment);
  tcpReset(k, segment);
  fate(k, segment, SynFate.AnsweredByReset);
}

function rcvListener(k: Kernel, index: number, segment: number, redo: boolean): void {
  const listener = k.listeners[index]!;
  const { segments } = k.env;
  // R13: a locked listener puts the segment off. R27: a replayed one is let through.
  if (!redo) {
    if (listener.inuse) return addToBackLog(k, listener, segment);
    listener.inuse = true;
  }
  // R14: no room in the receive buffer; the listener's own charge is 0 between segments (INV3).
  if (bufferBytes(segments, segment) >= listener.rcvbuf) {
    fate(k, segment, SynLedger.refusal(Cause.RcvbufFull));
    return releaseListener(k, listener);
  }
  const flags = segments.flagsOf(segment);
  // R15: an ACK is answered by RST; only a SYN (with FIN or without) goes on.
  if ((flags & Flag.Ack) !== 0) tcpReset(k, segment);
  if ((flags & (Flag.Syn | Flag.Ack | Flag.Rst)) === Flag.Syn) tcpConnRequest(k, index, segment, tcpInitSeq(k));
  else ignored(k, segment);
  releaseListener(k, listener);
}

/** R16: the clock in microseconds, modulo 2^32. */
function tcpInitSeq(k: Kernel): number {
  return (k.spec.clockUs + Math.floor(k.env.loop.nowNs / 1000)) >>> 0;
}

/** R14: the segment is charged to the child while it is processed, which lowers the windows of its answers. */
function rcvChild(k: Kernel, child: number, segment: number): void {
  const { socks } = k;
  const bytes = bufferBytes(k.env.segments, segment);
  if (socks.rmemAlloc[child]! + bytes >= socks.rcvbuf[child]!) {
    fate(k, segment, SynLedger.refusal(Cause.RcvbufFull));
    return releaseSock(k, child);
  }
  socks.rmemAlloc[child]! += bytes;
  if (!rcvCharged(k, child, segment)) socks.rmemAlloc[child]! -= bytes;
  releaseSock(k, child);
}

/** @returns whether the segment's memory is kept. */
function rcvCharged(k: Kernel, child: number, segment: number): boolean {
  const { segments } = k.env;
  const { socks } = k;
  const flags = segments.flagsOf(segment);
  const state = socks.state[child]!;
  const isSyn = (flags & Flag.Syn) !== 0;
  // R17: an exact duplicate of the SYN is dropped silently: no SYN-ACK, no wake-up, no slot.
  if (state === TcpState.SynRecv && isSyn && isNext(segments.seqOf(segment), socks.ackedSeq[child]!)) {
    fate(k, segment, SynFate.Duplicate);
    return false;
  }
  if (state === TcpState.TimeWait && isReuse(k, child, segment, flags)) {
    reuseTimeWait(k, child, segment);
    return false;
  }
  if (!tcpSequence(k, child, segment, flags)) {
    fate(k, segment, SynFate.Duplicate);
    return false;
  }
  if ((flags & Flag.Rst) !== 0) {
    ignored(k, segment);
    tcpStdReset(k, child);
    return false;
  }
  // R18: a SYN with another sequence number kills the child; the slot stays occupied by the corpse.
  if (isSyn) {
    tcpReset(k, segment);
    fate(k, segment, SynFate.AnsweredByReset);
    tcpStdReset(k, child);
    return false;
  }
  // R53: an acknowledgment of what was never sent.
  if ((flags & Flag.Ack) !== 0 && !tcpAck(k, child, segment)) {
    if (socks.state[child] === TcpState.SynRecv) tcpReset(k, segment);
    return false;
  }
  // R55, R56: payload and FIN are processed without a good ACK, or any.
  return tcpData(k, child, segment);
}

function isNext(seq: number, ackedSeq: number): boolean {
  return (seq + 1) >>> 0 === ackedSeq;
}

/** R19: a later SYN for a closed connection in TIME_WAIT that no process has. */
function isReuse(k: Kernel, child: number, segment: number, flags: number): boolean {
  if ((flags & (Flag.Syn | Flag.Rst)) !== Flag.Syn || k.socks.dead[child] === 0) return false;
  return after(k.env.segments.seqOf(segment), k.socks.ackedSeq[child]!);
}

/** R19: the old socket closes, and the SYN goes to the listener at once, whatever its lock. */
function reuseTimeWait(k: Kernel, child: number, segment: number): void {
  const { segments } = k.env;
  const { socks } = k;
  const iss = socks.writeSeq[child]! + TIME_WAIT_ISS_STEP;
  k.count(Count.TcpEstabResets);
  socks.err[child] = Errno.ECONNRESET;
  k.setState(child, TcpState.Close);
  socks.shutdown[child] = SHUTDOWN_MASK;
  releaseSock(k, child);
  const sock = getSock(k, segments.endpointOf(segment), segments.peerOf(segment));
  if (sock > LISTENER) return ignored(k, segment);
  tcpConnRequest(k, LISTENER - sock, segment, iss);
  releaseListener(k, k.listeners[LISTENER - sock]!);
}

/**
 * R52: is any of the segment in the window? One that is not is answered: by RST in SYN_RECV, where it is
 * processed all the same, by an ACK later on. @returns whether to go on.
 */
function tcpSequence(k: Kernel, child: number, segment: number, flags: number): boolean {
  const { segments } = k.env;
  const { socks } = k;
  const window = socks.window[child]!;
  const ackedSeq = socks.ackedSeq[child]!;
  const seq = segments.seqOf(segment);
  const length = segments.lengthOf(segment) + ((flags & Flag.Fin) !== 0 ? 1 : 0);
  const isSeen = !after(seq + length + 1, ackedSeq);
  const isBeyond = !before(seq, ackedSeq + window + 1);
  if (!(length > 0 && window === 0) && !isSeen && !isBeyond) return true;
  if ((flags & Flag.Rst) !== 0) return false;
  if (socks.state[child] === TcpState.SynRecv) {
    tcpReset(k, segment);
    return true;
  }
  tcpSendAck(k, child, socks.sentSeq[child]!);
  return false;
}

/** R48, R49, R60: the peer resets the child. Its retransmit timer runs on, and its slot stays taken. */
function tcpStdReset(k: Kernel, child: number): void {
  const { socks } = k;
  socks.zapped[child] = 1;
  socks.err[child] = socks.state[child] === TcpState.CloseWait ? Errno.EPIPE : Errno.ECONNRESET;
  k.setState(child, TcpState.Close);
  socks.shutdown[child] = SHUTDOWN_MASK;
  k.wakeOwner(child);
}
