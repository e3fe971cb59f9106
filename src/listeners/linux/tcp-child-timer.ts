/**
 * What a connection sends: payload, FIN, and both again until they are acknowledged.
 * Leaves out: round-trip times after the handshake's; windows, congestion control; several segments at a time-out.
 * Source: tcp_retransmit_timer, tcp_schedule_loss_probe, tcp_init_metrics; R7 (time-outs as measured, of the other side).
 */
import { Flag } from '../../network/segment.ts';
import { ChildState, Holder, UNTIMED } from './children.ts';
import { Count } from './counters.ts';
import { onFastOpenTimer } from './fast-open-child.ts';
import type { Kernel } from './kernel.ts';
import { endChild, setState } from './tcp-child.ts';
import { sendFromChild } from './tcp-output.ts';

const MSS_BYTES = 1460;
const RTO_MIN_NS = 200e6;
const RTO_MAX_NS = 120e9;
/** Without a round-trip time the first probe comes after TCP_TIMEOUT_INIT, and time-outs begin with TCP_TIMEOUT_FALLBACK (RFC 6298 5.7). */
const UNTIMED_PROBE_NS = 1e9;
const UNTIMED_RTO_NS = 3e9;
/** tcp_retries2, and tcp_orphan_retries once nobody holds the connection. */
const RETRIES_MAX = 15;
const ORPHAN_RETRIES_MAX = 8;

/** Sends `bytes` of payload. */
export function sendPayload(kernel: Kernel, slot: number, bytes: number): void {
  const { children } = kernel;
  if (isIdle(kernel, slot)) armChild(kernel, slot);
  for (let left = bytes; left > 0;) {
    const length = Math.min(left, MSS_BYTES);
    const seq = children.sndNxt[slot]!;
    children.sndNxt[slot] = (seq + length) >>> 0;
    left -= length;
    sendFromChild(kernel, slot, Flag.Ack | Flag.Psh, seq, length);
  }
}

/** The application closes: FIN, and then the connection is nobody's. */
export function sendFin(kernel: Kernel, slot: number): void {
  const { children } = kernel;
  const wasIdle = isIdle(kernel, slot);
  children.holder[slot] = Holder.Nobody;
  setState(kernel, slot, closingStateOf(children.state[slot]!));
  if (wasIdle) armChild(kernel, slot);
  const seq = children.sndNxt[slot]!;
  children.sndNxt[slot] = (seq + 1) >>> 0;
  sendFromChild(kernel, slot, Flag.Ack | Flag.Fin, seq, 0);
}

/** Nothing is outstanding, not even the SYN-ACK of a Fast Open child, whose timer sends nothing else again. */
function isIdle({ children }: Kernel, slot: number): boolean {
  return children.sndUna[slot] === children.sndNxt[slot] && children.state[slot]! < ChildState.SynRecv;
}

function closingStateOf(state: number): number {
  if (state === ChildState.CloseWait) return ChildState.LastAck;
  return state === ChildState.SynRecv ? ChildState.FinWait1SynRecv : ChildState.FinWait1;
}

/** Starts the timer of what is outstanding anew. */
export function armChild(kernel: Kernel, slot: number): void {
  kernel.childTimers.set(slot, kernel.env.loop.nowNs + timeoutNsOf(kernel, slot));
}

/** R7: a probe first, where the kernel sends one, then time-outs that double. */
function timeoutNsOf({ children, profile }: Kernel, slot: number): number {
  const rttUs = children.rttUs[slot]!;
  const resends = children.resends[slot]!;
  const isTimed = rttUs !== UNTIMED;
  const rttNs = rttUs * 1e3;
  const rtoNs = isTimed ? rttNs + Math.max(RTO_MIN_NS, 2 * rttNs) : UNTIMED_RTO_NS;
  if (resends === 0 && profile.sendsLossProbes) {
    return isTimed ? Math.min(2 * rttNs + RTO_MIN_NS, rtoNs) : UNTIMED_PROBE_NS;
  }
  let timeoutNs = rtoNs;
  for (let n = profile.sendsLossProbes ? 1 : 0; n < resends && timeoutNs < RTO_MAX_NS; n++) timeoutNs *= 2;
  return Math.min(timeoutNs, RTO_MAX_NS);
}

/** The timer of a connection fires: something is not acknowledged, or a wait is over. */
export function onChildTimer(kernel: Kernel, slot: number): void {
  const { children } = kernel;
  const state = children.state[slot]!;
  if (state >= ChildState.SynRecv) return onFastOpenTimer(kernel, slot);
  const isOrphan = children.holder[slot] === Holder.Nobody;
  const isOver = state === ChildState.TimeWait || state === ChildState.FinWait2;
  const { sendsLossProbes } = kernel.profile;
  // A probe is not one of the retries.
  const resendsMax = (isOrphan ? ORPHAN_RETRIES_MAX : RETRIES_MAX) + (sendsLossProbes ? 1 : 0);
  const { values } = kernel.counters;
  if (isOver || children.resends[slot]! >= resendsMax) {
    if (!isOver) values[Count.AbortOnTimeout]!++;
    endChild(kernel, slot);
    if (isOrphan) children.close(slot);
    return;
  }
  const isProbe = sendsLossProbes && children.resends[slot] === 0;
  values[isProbe ? Count.LossProbes : Count.Timeouts]!++;
  values[Count.TcpRetransSegs]!++;
  children.resends[slot]!++;
  armChild(kernel, slot);
  resend(kernel, slot, state);
}

/** The first segment of what is outstanding. */
function resend(kernel: Kernel, slot: number, state: number): void {
  const { children } = kernel;
  const hasFin = state === ChildState.FinWait1 || state === ChildState.Closing || state === ChildState.LastAck ? 1 : 0;
  const seq = children.sndUna[slot]!;
  const payload = ((children.sndNxt[slot]! - seq) >>> 0) - hasFin;
  const length = Math.min(payload, MSS_BYTES);
  const flags = Flag.Ack | (length > 0 ? Flag.Psh : 0) | (hasFin === 1 && payload === length ? Flag.Fin : 0);
  sendFromChild(kernel, slot, flags, seq, length);
}
