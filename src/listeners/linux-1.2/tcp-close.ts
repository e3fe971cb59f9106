/**
 * close() and read() in TCP: tcp_close, tcp_close_state, tcp_close_pending, tcp_read and cleanup_rbuf of
 * net/inet/tcp.c, 1.2.13.
 */
import { Errno } from '../../network/socket-api.ts';
import { Flag } from '../../network/segment.ts';
import { NO_BUFFER } from './buffers.ts';
import { RCV_SHUTDOWN, SHUTDOWN_MASK, TCP_ACK_TIME_S, TcpState } from './constants.ts';
import type { Kernel } from './kernel.ts';
import type { ListenSocket } from './listen-socket.ts';
import { before } from './sequence.ts';
import { releaseListener, releaseSock, resetXmitTimer, sockRspace } from './sock.ts';
import { Why } from './socks.ts';
import { freeSyn, unqueue } from './tcp-accept.ts';
import { tcpReadWakeup, tcpSendFin } from './tcp-output.ts';

/** Closes a child: what was received is thrown away, and a FIN goes out where the state wants one. */
export function tcpClose(k: Kernel, child: number): void {
  k.called('tcp_close', child);
  const { buffers, socks } = k;
  socks.keepopen[child] = 1;
  socks.shutdown[child] = SHUTDOWN_MASK;
  k.wakeOwner(child);
  for (let buffer = k.received.headOf(child); buffer !== NO_BUFFER; buffer = buffers.next[buffer]!) {
    socks.rmemAlloc[child]! -= buffers.mem[buffer]!;
  }
  k.received.clear(child);
  if (tcpCloseState(k, child)) tcpSendFin(k, child);
  releaseSock(k, child);
}

/** R76: the state that a close leads to. @returns whether a FIN must be sent. */
function tcpCloseState(k: Kernel, child: number): boolean {
  switch (k.socks.state[child]) {
    case TcpState.SynRecv:
    case TcpState.Established:
      k.setState(child, TcpState.FinWait1);
      return true;
    case TcpState.CloseWait:
      k.setState(child, TcpState.LastAck);
      return true;
    case TcpState.FinWait1:
    case TcpState.FinWait2:
    case TcpState.Closing:
      return false;
    default:
      k.setState(child, TcpState.Close);
      return false;
  }
}

/** R75: the listener closes, then every queued child in order, whatever its state; ack_backlog is not touched. */
export function tcpCloseListener(k: Kernel, listener: ListenSocket): void {
  listener.inuse = true;
  listener.isListening = false;
  while (listener.receiveQueue.count > 0) {
    // It leaves the queue before its state changes, since accept() cannot return it; its SYN is freed after the FIN.
    const child = listener.receiveQueue.shift();
    unqueue(k, listener, child);
    k.socks.dead[child] = 1;
    tcpClose(k, child);
    freeSyn(k, child);
  }
  releaseListener(k, listener);
  k.gaugeQueues(listener);
}

/** Non-blocking read of at most `bytesMax`. @returns bytes, 0 at the end, or -errno. */
export function tcpRead(k: Kernel, child: number, bytesMax: number): number {
  const { socks } = k;
  let copied = 0;
  for (;;) {
    const buffer = copied < bytesMax ? firstUnread(k, child) : NO_BUFFER;
    if (buffer === NO_BUFFER) break;
    const taken = takeFrom(k, child, buffer, bytesMax - copied);
    copied += taken;
    if ((socks.shutdown[child]! & RCV_SHUTDOWN) !== 0 && k.buffers.used[buffer] === 1) {
      if (isFinBuffer(k, buffer)) return finishRead(k, child, copied);
    }
  }
  return finishRead(k, child, copied > 0 ? copied : endOfRead(k, child));
}

function isFinBuffer(k: Kernel, buffer: number): boolean {
  return (k.buffers.flags[buffer]! & Flag.Fin) !== 0;
}

/** The buffer that holds the next unread byte or FIN, marking used those before it; NO_BUFFER behind a hole. */
function firstUnread(k: Kernel, child: number): number {
  const { buffers, socks } = k;
  const copiedSeq = socks.copiedSeq[child]!;
  for (let buffer = k.received.headOf(child); buffer !== NO_BUFFER; buffer = buffers.next[buffer]!) {
    if (before(copiedSeq, buffers.seq[buffer]!)) return NO_BUFFER;
    const offset = (copiedSeq - buffers.seq[buffer]!) >>> 0;
    if (offset < buffers.length[buffer]!) return buffer;
    if (isFinBuffer(k, buffer)) return buffer;
    buffers.used[buffer] = 1;
  }
  return NO_BUFFER;
}

/** Reads payload, and the FIN behind it when the payload is at its end. @returns bytes. */
function takeFrom(k: Kernel, child: number, buffer: number, bytesMax: number): number {
  const { buffers, socks } = k;
  const offset = (socks.copiedSeq[child]! - buffers.seq[buffer]!) >>> 0;
  const left = offset < buffers.length[buffer]! ? buffers.length[buffer]! - offset : 0;
  const taken = Math.min(left, bytesMax);
  socks.copiedSeq[child]! += taken;
  if (taken < left) return taken;
  buffers.used[buffer] = 1;
  if (isFinBuffer(k, buffer)) {
    socks.copiedSeq[child]!++;
    socks.shutdown[child]! |= RCV_SHUTDOWN;
  }
  return taken;
}

/** R71a: nothing to read: the error once, then 0 once for a closed socket, then ENOTCONN. */
function endOfRead(k: Kernel, child: number): number {
  const { socks } = k;
  const err = socks.err[child]!;
  if (err !== 0) {
    socks.err[child] = 0;
    return -err;
  }
  if (socks.state[child] === TcpState.Close) {
    if (socks.done[child] === 1) return -Errno.ENOTCONN;
    socks.done[child] = 1;
    return 0;
  }
  if ((socks.shutdown[child]! & RCV_SHUTDOWN) !== 0) {
    socks.done[child] = 1;
    return 0;
  }
  return -Errno.EAGAIN;
}

function finishRead(k: Kernel, child: number, result: number): number {
  cleanupRbuf(k, child);
  releaseSock(k, child);
  return result;
}

/**
 * Frees what was read; when that made room, an acknowledgment goes out at once or within 3 s.
 * Golden, section 4.5: the one timer is moved even when it was for a SYN-ACK.
 */
function cleanupRbuf(k: Kernel, child: number): void {
  const { buffers, socks } = k;
  const before = sockRspace(k, child);
  for (;;) {
    const buffer = k.received.headOf(child);
    if (buffer === NO_BUFFER || buffers.used[buffer] === 0) break;
    k.received.unlink(child, buffer);
    socks.rmemAlloc[child]! -= buffers.mem[buffer]!;
    buffers.free(buffer);
  }
  const room = sockRspace(k, child);
  if (room === before) return;
  socks.ackBacklog[child]!++;
  const promised = socks.window[child]! - socks.bytesRcv[child]! + socks.mtu[child]!;
  if (room > promised) tcpReadWakeup(k, child);
  else resetXmitTimer(k, child, Why.Write, k.ticks(TCP_ACK_TIME_S));
}
