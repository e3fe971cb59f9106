/**
 * Payload and FIN: tcp_data and tcp_fin of net/inet/tcp.c, 1.2.13. Buffers wait in sequence order; what is
 * next in sequence is acknowledged at once (delay_acks is 0), the rest starts a timer (golden, section 4.2).
 * Leaves out: urgent data, throwing buffers out when memory runs short (rcvbuf is tested on arrival, R14).
 */
import { Flag } from '../../network/segment.ts';
import { Errno } from '../../network/socket-api.ts';
import { NO_BUFFER } from './buffers.ts';
import { RCV_SHUTDOWN, SHUTDOWN_MASK, TCP_ACK_TIME_S, TCP_TIMEWAIT_LEN_S, TcpState } from './constants.ts';
import { Count } from './counters.ts';
import type { Kernel } from './kernel.ts';
import { after, before } from './sequence.ts';
import { bufferBytes, resetTimer, resetXmitTimer } from './sock.ts';
import { Timeout, Why } from './socks.ts';
import { tcpReset, tcpSendAck } from './tcp-output.ts';

/**
 * Takes the payload and FIN of a segment that passed tcpSequence, and is charged to the child already.
 * @returns whether the segment's memory is kept.
 */
export function tcpData(k: Kernel, child: number, segment: number): boolean {
  k.called('tcp_data', child);
  const { segments } = k.env;
  const { buffers, socks } = k;
  const flags = segments.flagsOf(segment);
  const length = segments.lengthOf(segment);
  const isFin = (flags & Flag.Fin) !== 0;
  socks.bytesRcv[child]! += length;
  if (length === 0 && !isFin) {
    // Golden, section 4.3: a null segment is answered; an ACK is not.
    if ((flags & Flag.Ack) === 0) tcpSendAck(k, child, socks.sentSeq[child]!);
    return false;
  }
  if (isAfterClose(k, child, segment, length)) {
    resetAfterClose(k, child, segment, length);
    return false;
  }
  const seq = segments.seqOf(segment);
  const buffer = buffers.open(flags, seq, seq + length + (isFin ? 1 : 0), length);
  buffers.mem[buffer] = bufferBytes(segments, segment);
  const mayAcknowledge = insert(k, child, buffer);
  if (mayAcknowledge || before(seq, socks.ackedSeq[child]! + 1)) acknowledge(k, child, buffer);
  const isHole = buffers.acked[buffer] === 0;
  tcpSendAck(k, child, socks.sentSeq[child]!);
  if (isHole) {
    // Golden, section 4.2: the only timer of the child is moved, whatever it was for.
    socks.ackBacklog[child]!++;
    resetXmitTimer(k, child, Why.Write, k.ticks(TCP_ACK_TIME_S));
  }
  // Golden, section 4.7: sleepers are woken for data of a queued child too.
  k.wakeOwner(child);
  return true;
}

/** Payload beyond the end of what was acknowledged, for a socket that nobody reads any more. */
function isAfterClose(k: Kernel, child: number, segment: number, length: number): boolean {
  const { socks } = k;
  if ((socks.shutdown[child]! & RCV_SHUTDOWN) === 0 || length === 0 || socks.dead[child] === 0) return false;
  return after(k.env.segments.seqOf(segment) + length, socks.ackedSeq[child]! + 1);
}

function resetAfterClose(k: Kernel, child: number, segment: number, length: number): void {
  const { segments } = k.env;
  const { socks } = k;
  const isFin = (segments.flagsOf(segment) & Flag.Fin) !== 0;
  socks.ackedSeq[child] = segments.seqOf(segment) + length + (isFin ? 1 : 0);
  tcpReset(k, segment);
  k.count(Count.TcpEstabResets);
  k.setState(child, TcpState.Close);
  socks.err[child] = Errno.EPIPE;
  socks.shutdown[child] = SHUTDOWN_MASK;
}

/**
 * Links a buffer into the received queue, from the back, in sequence order; one with the same start and no
 * more payload is replaced. @returns whether everything before it is acknowledged.
 */
function insert(k: Kernel, child: number, buffer: number): boolean {
  const { buffers, socks } = k;
  const seq = buffers.seq[buffer]!;
  for (let other = k.received.tailOf(child); other !== NO_BUFFER; other = buffers.previous[other]!) {
    if (seq === buffers.seq[other] && buffers.length[buffer]! >= buffers.length[other]!) {
      k.received.insertAfter(child, other, buffer);
      k.received.unlink(child, other);
      socks.rmemAlloc[child]! -= buffers.mem[other]!;
      buffers.free(other);
      return false;
    }
    if (after(seq + 1, buffers.seq[other]!)) {
      k.received.insertAfter(child, other, buffer);
      return buffers.acked[other] === 1;
    }
  }
  k.received.insertAfter(child, NO_BUFFER, buffer);
  return true;
}

/** Acknowledges a buffer that is next in sequence, and those behind it that follow without a hole. */
function acknowledge(k: Kernel, child: number, buffer: number): void {
  const { buffers, socks } = k;
  if (!before(buffers.seq[buffer]!, socks.ackedSeq[child]! + 1)) return;
  take(k, child, buffer);
  for (let next = buffers.next[buffer]!; next !== NO_BUFFER; next = buffers.next[next]!) {
    if (!before(buffers.seq[next]!, socks.ackedSeq[child]! + 1)) break;
    take(k, child, next);
  }
}

/** R55, R56 and golden, section 4.4: a FIN counts when its buffer is acknowledged, even an old one. */
function take(k: Kernel, child: number, buffer: number): void {
  const { buffers, socks } = k;
  const endSeq = buffers.endSeq[buffer]!;
  if (after(endSeq, socks.ackedSeq[child]!)) {
    const advance = (endSeq - socks.ackedSeq[child]!) >>> 0;
    socks.window[child] = Math.max(0, socks.window[child]! - advance);
    socks.ackedSeq[child] = endSeq;
  }
  buffers.acked[buffer] = 1;
  if ((buffers.flags[buffer]! & Flag.Fin) !== 0) tcpFin(k, child);
}

/** The peer has closed its direction. */
function tcpFin(k: Kernel, child: number): void {
  const { socks } = k;
  k.wakeOwner(child);
  switch (socks.state[child]) {
    // R56: also without the third ACK; accept() will return it (R46).
    case TcpState.SynRecv:
    case TcpState.Established:
      k.setState(child, TcpState.CloseWait);
      break;
    // Both closed at once.
    case TcpState.FinWait1:
      if (socks.xmitWhy[child] !== Why.Write) resetXmitTimer(k, child, Why.Write, socks.rto[child]!);
      k.setState(child, TcpState.Closing);
      break;
    case TcpState.FinWait2:
      resetTimer(k, child, Timeout.Close, k.ticks(TCP_TIMEWAIT_LEN_S));
      socks.shutdown[child] = SHUTDOWN_MASK;
      k.setState(child, TcpState.TimeWait);
      break;
    case TcpState.TimeWait:
      resetTimer(k, child, Timeout.Close, k.ticks(TCP_TIMEWAIT_LEN_S));
      break;
    case TcpState.LastAck:
      k.setState(child, TcpState.LastAck);
      resetTimer(k, child, Timeout.Close, k.ticks(TCP_TIMEWAIT_LEN_S));
      break;
    // A FIN again, or one for a socket that is closed: nothing.
    default:
      break;
  }
}
