/**
 * A SYN without a request or connection of its own reaches a listener: the checks, in the kernel's order, and what each
 * counts. The order (B2, R4): SYN queue, accept queue, last quarter; a cookie does not help against a full accept queue.
 * A SYN that takes over from a connection in TIME_WAIT is bound by the accept queue alone (B2.2, A2.4).
 * Leaves out: broadcast destinations, failing allocations and routes.
 * Source: tcp_conn_request, tcp_v4_conn_request (A1.3, A2.4, B2, R4).
 */
import { Flag, Refusal } from '../../network/segment.ts';
import { SynFate, SynLedger } from '../syn-ledger.ts';
import { Cause } from './causes.ts';
import { isOverflowNoted, makeCookie, noteOverflow, optionsOfCookie } from './cookies.ts';
import { Count } from './counters.ts';
import { asksForFastOpen, fastOpeningOf, Opening } from './fast-open.ts';
import { openFastOpenChild } from './fast-open-child.ts';
import { DropCounters, LastQuarter } from './feature.ts';
import type { Kernel } from './kernel.ts';
import type { ListenSocket } from './listen-socket.ts';
import { sendSynAck, sendSynAckTo } from './tcp-output.ts';

/** What the checks come to. */
const Verdict = { Admit: 0, Cookie: 1, QueueFull: 2, AcceptFull: 3, CookieAcceptFull: 4, LastQuarter: 5 } as const;

/** Verdict → cause of the refusal; -1: it is none. */
const CAUSE_OF = [-1, -1, Cause.SynQueueFull, Cause.AcceptQueueFull, Cause.AcceptQueueFull, Cause.LastQuarter] as const;

/** Times SYNs are numbered by; any odd number would do: initial sequence numbers are to differ. */
const ISN_STEP = 64_013;

/** @param isReuse its connection takes over from one in TIME_WAIT. */
export function tcpConnRequest(kernel: Kernel, listener: ListenSocket, segment: number, isReuse: boolean): void {
  const { loop, segments } = kernel.env;
  const source = segments.sourceOf(segment);
  if ((segments.flagsOf(segment) & (Flag.Rst | Flag.Fin)) !== 0) {
    kernel.ledger.record(source, SynLedger.refusal(Cause.NotARequest), loop.nowNs);
    return;
  }
  const verdict = verdictOn(kernel, listener, isReuse && kernel.profile.timeWaitPasses);
  if (verdict === Verdict.Admit) return admit(kernel, listener, segment, source);
  if (verdict === Verdict.Cookie) return answerByCookie(kernel, listener, segment, source);
  if (verdict === Verdict.LastQuarter && isProven(kernel, segment)) return admit(kernel, listener, segment, source);
  countRefusals(kernel, verdict, 1);
  kernel.ledger.record(source, SynLedger.refusal(CAUSE_OF[verdict]!), loop.nowNs);
}

/** Refuses SYNs by the number (network/segment.ts, Refuser): while each would be, nothing else changes. */
export function tcpRefuseRequests(kernel: Kernel, listener: ListenSocket, source: number, count: number): number {
  const { ledger } = kernel;
  const { values } = kernel.counters;
  const verdict = verdictOn(kernel, listener, false);
  if (verdict === Verdict.Cookie) return answerByCookies(kernel, listener, source, count);
  const cause = CAUSE_OF[verdict]!;
  if (cause < 0 || !ledger.tryRecordMore(source, cause, count)) return Refusal.None;
  values[Count.TcpInSegs]! += count;
  countRefusals(kernel, verdict, count);
  return Refusal.Counted;
}

/** The same for SYNs that are all answered by cookies, but the one of each second that is noted as an overflow. */
function answerByCookies(kernel: Kernel, listener: ListenSocket, source: number, count: number): number {
  if (!isOverflowNoted(kernel, listener)) return Refusal.None;
  if (!kernel.ledger.tryRecordMoreOf(source, SynFate.Cookie, count)) return Refusal.None;
  const { values } = kernel.counters;
  values[Count.TcpInSegs]! += count;
  values[Count.TcpOutSegs]! += count;
  values[Count.SynAcks]! += count;
  countCookies(kernel, count);
  return Refusal.Answered;
}

/** What becomes of a SYN that comes now, from a peer that is not proven. Changes nothing. @param passes no SYN queue bounds it. */
function verdictOn(kernel: Kernel, listener: ListenSocket, passes: boolean): number {
  const { maxSynBacklog, syncookies } = kernel.settings;
  const { qlen } = listener;
  const isFull = !passes && (qlen >= listener.synQueueLimit || syncookies === 2);
  if (isFull && syncookies === 0) return Verdict.QueueFull;
  if (listener.acceptQueue.count > listener.backlog && listener.young > kernel.acceptYoungMin) {
    return isFull ? Verdict.CookieAcceptFull : Verdict.AcceptFull;
  }
  if (isFull) return Verdict.Cookie;
  const keepsQuarter = !passes && syncookies === 0 && kernel.profile.lastQuarter !== LastQuarter.None;
  // B2.6, R3: with SYN cookies M has no effect.
  if (keepsQuarter && maxSynBacklog - qlen < maxSynBacklog >> 2) return Verdict.LastQuarter;
  return Verdict.Admit;
}

/** Counts `count` SYNs that met `verdict` (B2.3-6, A1.3, A2.5, A4.3). */
function countRefusals(kernel: Kernel, verdict: number, count: number): void {
  const { values } = kernel.counters;
  const { dropCounters } = kernel.profile;
  if (dropCounters === DropCounters.AttemptFails) values[Count.TcpAttemptFails]! += count;
  if (dropCounters !== DropCounters.ListenDrops) return;
  values[Count.ListenDrops]! += count;
  if (verdict === Verdict.QueueFull) values[Count.ReqQFullDrop]! += count;
  if (verdict === Verdict.CookieAcceptFull) values[Count.ReqQFullDoCookies]! += count;
  if (CAUSE_OF[verdict] === Cause.AcceptQueueFull) values[Count.ListenOverflows]! += count;
}

/** B2.8, B2.9: a child by Fast Open; or a request, its timer, a SYN-ACK. */
function admit(kernel: Kernel, listener: ListenSocket, segment: number, source: number): void {
  const { env, ledger, requests } = kernel;
  const opening = asksForFastOpen(kernel, segment) ? fastOpeningOf(kernel, listener, segment) : Opening.Handshake;
  if (opening === Opening.NoRoom)
    return ledger.record(source, SynLedger.refusal(Cause.AcceptQueueFull), env.loop.nowNs);
  ledger.record(source, SynFate.Admitted, env.loop.nowNs);
  kernel.issNumber = (kernel.issNumber + ISN_STEP) | 0;
  if (opening === Opening.Child) return openFastOpenChild(kernel, listener, segment, kernel.issNumber);
  const slot = requests.open(env.segments, segment, listener.index, kernel.issNumber);
  kernel.countRequest(listener, 1, 1);
  if (listener.qlen > listener.synQueueLimit) listener.mayOutgrow = true;
  kernel.synAckTimers.arm(slot, kernel.timeoutNs[0]!);
  sendSynAck(kernel, slot, opening === Opening.HandshakeWithCookie);
}

/** B2.7: a SYN-ACK that carries what has to be remembered; nothing is kept. */
function answerByCookie(kernel: Kernel, listener: ListenSocket, segment: number, source: number): void {
  kernel.ledger.record(source, SynFate.Cookie, kernel.env.loop.nowNs);
  countCookies(kernel, 1);
  noteOverflow(kernel, listener);
  sendSynAckTo(kernel, segment, makeCookie(kernel, segment), optionsOfCookie(kernel, segment));
}

function countCookies(kernel: Kernel, count: number): void {
  const { values } = kernel.counters;
  const { cookieCountsAsDrop, dropCounters } = kernel.profile;
  if (dropCounters === DropCounters.ListenDrops) values[Count.ReqQFullDoCookies]! += count;
  values[Count.SyncookiesSent]! += count;
  // A4.4: the path of cookies shared the exit of drops.
  if (cookieCountsAsDrop) values[Count.ListenDrops]! += count;
}

/** R3: the kernel knows the round-trip time of the peer's address, from an earlier connection. */
function isProven(kernel: Kernel, segment: number): boolean {
  if (kernel.profile.lastQuarter !== LastQuarter.ProvenPeers) return false;
  const { segments } = kernel.env;
  return kernel.provenPeers.has(segments.sourceOf(segment), segments.peerOf(segment));
}
