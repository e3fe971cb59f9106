/**
 * What a child's timers do: retransmit_timer and tcp_write_timeout of net/inet/tcp.c, net_timer of
 * net/inet/timer.c, 1.2.13.
 */
import { Errno } from '../../network/socket-api.ts';
import { NO_BUFFER } from './buffers.ts';
import {
  SHUTDOWN_MASK,
  TCP_DONE_TIME_TICKS,
  TCP_RETR2,
  TCP_TIMEOUT_LEN_S,
  TCP_TIMEWAIT_LEN_S,
  TcpState,
} from './constants.ts';
import type { Kernel } from './kernel.ts';
import { deleteTimer, destroySock, releaseSock, resetTimer, resetXmitTimer, retransmitTimerOf } from './sock.ts';
import { Timeout, Why } from './socks.ts';
import { tcpReadWakeup, tcpRetransmit, tcpWriteWakeup } from './tcp-output.ts';

/** The retransmit timer of `child` expired. */
export function retransmitTimer(k: Kernel, child: number): void {
  k.calls?.onEnter('retransmit_timer', child);
  sendPutOffAck(k, child);
  switch (k.socks.xmitWhy[child]) {
    case Why.Write:
      retransmitOverdue(k, child);
      break;
    case Why.KeepOpen:
      resetXmitTimer(k, child, Why.KeepOpen, k.ticks(TCP_TIMEOUT_LEN_S));
      tcpWriteWakeup(k, child);
      k.socks.retransmits[child]!++;
      tcpWriteTimeout(k, child);
      break;
    default:
      break;
  }
  releaseSock(k, child);
  k.calls?.onLeave(0);
}

/** The general timer of `child` expired. */
export function netTimer(k: Kernel, child: number): void {
  k.called('net_timer', child);
  const { socks } = k;
  const why = socks.timeoutWhy[child];
  sendPutOffAck(k, child);
  switch (why) {
    // TIME_WAIT is over; nobody is told, and TcpCurrEstab was lowered long ago.
    case Timeout.Close:
      socks.state[child] = TcpState.Close;
      deleteTimer(k, child);
      socks.shutdown[child] = SHUTDOWN_MASK;
      resetTimer(k, child, Timeout.Destroy, TCP_DONE_TIME_TICKS);
      releaseSock(k, child);
      break;
    case Timeout.Done:
    case Timeout.Destroy:
      if (socks.dead[child] === 1 && socks.state[child] === TcpState.Close) destroySock(k, child);
      break;
    default:
      break;
  }
}

/** Both timers first send an acknowledgment that was put off; it wakes the owner (golden, section 4.7). */
function sendPutOffAck(k: Kernel, child: number): void {
  const { socks } = k;
  if (socks.ackBacklog[child] === 0 || socks.zapped[child] === 1) return;
  tcpReadWakeup(k, child);
  k.wakeOwner(child);
}

/** R49: neither state nor a reset is looked at: a corpse goes on sending its SYN-ACK. */
function retransmitOverdue(k: Kernel, child: number): void {
  const { buffers, socks, timers } = k;
  const buffer = k.sent.headOf(child);
  if (buffer === NO_BUFFER) return;
  const rest = timers.ticksBetween(timers.clock(), timers.clockAfter(buffers.when[buffer]!, socks.rto[child]!));
  // Golden, section 4.2: the timer was moved for an acknowledgment; it is set for the rest.
  if (rest > 0) return resetXmitTimer(k, child, Why.Write, rest);
  tcpRetransmit(k, child);
  tcpWriteTimeout(k, child);
}

/**
 * R43, R45: too many retransmissions. The child dies where it stands: in the queue, in the hash, with its slot.
 * R47: so a queue of nothing but corpses goes on refusing.
 */
function tcpWriteTimeout(k: Kernel, child: number): void {
  const { socks } = k;
  if (socks.retransmits[child]! <= TCP_RETR2) return;
  socks.err[child] = Errno.ETIMEDOUT;
  k.wakeOwner(child);
  k.timers.delete(retransmitTimerOf(child));
  switch (socks.state[child]) {
    // R76: what is closing goes through TIME_WAIT.
    case TcpState.FinWait1:
    case TcpState.FinWait2:
    case TcpState.Closing:
      k.setState(child, TcpState.TimeWait);
      resetTimer(k, child, Timeout.Close, k.ticks(TCP_TIMEWAIT_LEN_S));
      break;
    default:
      k.setState(child, TcpState.Close);
  }
}
