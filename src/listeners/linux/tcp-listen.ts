/**
 * Segments that reach a listener itself: SYNs, and ACKs that may bring a cookie back.
 * Source: tcp_v4_do_rcv, tcp_rcv_state_process of LISTEN, cookie_v4_check, tcp_get_cookie_sock (B6, R5).
 */
import { Flag } from '../../network/segment.ts';
import { enqueueChild, overflows } from './accept-queue.ts';
import { Loss } from './causes.ts';
import { hasOverflowed, isCookie } from './cookies.ts';
import { Count } from './counters.ts';
import type { Kernel } from './kernel.ts';
import type { ListenSocket } from './listen-socket.ts';
import { openChild } from './tcp-check-req.ts';
import { tcpChildRcv } from './tcp-child.ts';
import { tcpConnRequest } from './tcp-conn-request.ts';
import { sendReset } from './tcp-output.ts';

/** @param isReuse it is a SYN between the two ends of a connection that was in TIME_WAIT. */
export function tcpListenRcv(kernel: Kernel, listener: ListenSocket, segment: number, isReuse = false): void {
  const flags = kernel.env.segments.flagsOf(segment);
  if ((flags & Flag.Ack) === 0) {
    if ((flags & Flag.Syn) !== 0) tcpConnRequest(kernel, listener, segment, isReuse);
    return;
  }
  const mayBeCookie = (flags & (Flag.Syn | Flag.Rst)) === 0 && kernel.settings.syncookies !== 0;
  if (mayBeCookie && bringsCookie(kernel, listener, segment)) return onCookie(kernel, listener, segment);
  sendReset(kernel, segment);
}

/** B6.1, B6.2: looked at only after an overflow; counted as failed if it is none. */
function bringsCookie(kernel: Kernel, listener: ListenSocket, segment: number): boolean {
  const { values } = kernel.counters;
  if (!hasOverflowed(kernel, listener)) {
    // A4.7: older kernels counted what they did not look at.
    if (kernel.profile.cookieFailsAlways) values[Count.SyncookiesFailed]!++;
    return false;
  }
  if (!isCookie(kernel, segment)) {
    values[Count.SyncookiesFailed]!++;
    return false;
  }
  values[Count.SyncookiesRecv]!++;
  return true;
}

/** B6.3: a child, if there is room; without it not a word, whatever tcp_abort_on_overflow says. */
function onCookie(kernel: Kernel, listener: ListenSocket, segment: number): void {
  if (overflows(kernel, listener, Loss.CookieOverflow)) return;
  const { segments } = kernel.env;
  const child = openChild(kernel, listener, segment, segments.seqOf(segment), segments.ackOf(segment));
  kernel.children.setOptions(child, kernel.profile.cookieOptions ? segments.optionsOf(segment) : 0);
  enqueueChild(kernel, listener, child);
  tcpChildRcv(kernel, child, segment);
}
