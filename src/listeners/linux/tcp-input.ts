/**
 * A segment arrives at the host: to its connection, its request, or its listener; or nobody wants it.
 * Leaves out: checksums, addresses that are not the host's.
 * Source: tcp_v4_rcv, tcp_timewait_state_process (B1.1, B2.2, B3, B9.1).
 */
import { Flag } from '../../network/segment.ts';
import { SynFate } from '../syn-ledger.ts';
import { ChildState } from './children.ts';
import { Count } from './counters.ts';
import type { Kernel } from './kernel.ts';
import type { ListenSocket } from './listen-socket.ts';
import { memberOf, migrateRequest } from './reuseport.ts';
import { dropRequest, tcpCheckReq } from './tcp-check-req.ts';
import { endChild, tcpChildRcv } from './tcp-child.ts';
import { tcpListenRcv } from './tcp-listen.ts';
import { sendReset } from './tcp-output.ts';

export function tcpRcv(kernel: Kernel, segment: number): void {
  const { children, requests } = kernel;
  const { segments } = kernel.env;
  kernel.counters.values[Count.TcpInSegs]!++;
  const slot = requests.find(segments, segment);
  let isReuse = false;
  if (slot >= 0) {
    const isHeard = kernel.listeners[requests.listener[slot]!]!.isListening || migrateRequest(kernel, slot) !== null;
    if (isHeard) return tcpCheckReq(kernel, slot, segment);
    // B4.9: its listener is gone, and so is the request.
    dropRequest(kernel, slot);
  } else {
    const child = children.find(segments, segment);
    isReuse = child >= 0 && reusesTimeWait(kernel, child, segment);
    if (child >= 0 && !isReuse) return tcpChildRcv(kernel, child, segment);
    if (isReuse) forgetTimeWait(kernel, child);
  }
  const listener = listenerFor(kernel, segment);
  if (listener !== null) return tcpListenRcv(kernel, listener, segment, isReuse);
  if (segments.isSyn(segment) && (segments.flagsOf(segment) & Flag.Rst) === 0) {
    kernel.ledger.record(segments.sourceOf(segment), SynFate.AnsweredByReset, kernel.env.loop.nowNs);
  }
  sendReset(kernel, segment);
}

/**
 * Does a SYN begin a new connection between the two ends of one in TIME_WAIT? It has to be newer by its number (RFC 1122
 * 4.2.2.13; of time stamps, which would do too, no values are kept), and somebody has to listen.
 */
function reusesTimeWait(kernel: Kernel, child: number, segment: number): boolean {
  const { segments } = kernel.env;
  if (kernel.children.state[child] !== ChildState.TimeWait || !segments.isSyn(segment)) return false;
  if ((segments.flagsOf(segment) & Flag.Rst) !== 0) return false;
  const isNewer = ((segments.seqOf(segment) - kernel.children.rcvNxt[child]!) | 0) > 0;
  return isNewer && listenerFor(kernel, segment) !== null;
}

function forgetTimeWait(kernel: Kernel, child: number): void {
  endChild(kernel, child);
  kernel.children.close(child);
}

/** The listener that the 4-tuple of `segment` goes to, null: none listens there. */
function listenerFor(kernel: Kernel, segment: number): ListenSocket | null {
  const port = kernel.env.segments.portOf(segment);
  const { group, listeners } = kernel;
  if (port === kernel.env.port) {
    if (group.length === 1) return listeners[group[0]!]!;
    return group.length === 0 ? null : listeners[group[memberOf(kernel, segment, group.length)]!]!;
  }
  return listenerOn(kernel, port);
}

/** A listener on one of the other ports. */
export function listenerOn(kernel: Kernel, port: number): ListenSocket | null {
  const { listeners } = kernel;
  for (let i = kernel.spec.reuseport; i < listeners.length; i++) {
    if (listeners[i]!.port === port && listeners[i]!.isListening) return listeners[i]!;
  }
  return null;
}
