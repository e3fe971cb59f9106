/**
 * A SYN for a socket in LISTEN: tcp_conn_request of net/inet/tcp.c, 1.2.13.
 * The received SYN itself is what the listener queues, owned by the new child.
 */
import { Errno } from '../../network/socket-api.ts';
import { Flag, Refusal } from '../../network/segment.ts';
import { SynFate, SynLedger } from '../syn-ledger.ts';
import { Cause } from './causes.ts';
import {
  BUFFER_OVERHEAD_BYTES,
  DEFAULT_MSS_BYTES,
  DEVICE_MSS_BYTES,
  TCP_TIMEOUT_INIT_S,
  TcpState,
} from './constants.ts';
import { Count } from './counters.ts';
import type { Kernel } from './kernel.ts';
import type { ListenSocket } from './listen-socket.ts';
import { bufferBytes, NO_SOCK, putSock, releaseSock, resetXmitTimer } from './sock.ts';
import { Why } from './socks.ts';
import { queueXmit, tcpReset, tcpSelectWindow } from './tcp-output.ts';

/** @param iss initial sequence number of the child: the clock (R16), or that of a TIME_WAIT socket (R19). */
export function tcpConnRequest(k: Kernel, listenerIndex: number, segment: number, iss: number): void {
  const { calls } = k;
  if (calls === null) return connRequest(k, listenerIndex, segment, iss);
  const { segments } = k.env;
  calls.onEnter('tcp_conn_request', NO_SOCK);
  connRequest(k, listenerIndex, segment, iss);
  calls.onLeave(k.index.find(segments.endpointOf(segment), segments.peerOf(segment)));
}

function connRequest(k: Kernel, listenerIndex: number, segment: number, iss: number): void {
  const listener = k.listeners[listenerIndex]!;
  const { segments, loop } = k.env;
  const source = segments.sourceOf(segment);
  // R30: unreachable in a run, since a closed listener is not found any more.
  if (listener.dead) {
    tcpReset(k, segment);
    k.count(Count.TcpAttemptFails);
    k.ledger.record(source, SynFate.AnsweredByReset, loop.nowNs);
    return;
  }
  // R29: the sleepers are woken before anything is known of the queue, for a SYN that is then dropped too.
  k.wakeAcceptors(listener);
  if (listener.async) k.count(Count.Sigio);
  // R31: a full queue drops the SYN without a word. R5: a backlog of 0 is always full.
  if (listener.ackBacklog >= listener.maxAckBacklog) return fail(k, source, Cause.BacklogFull);
  // R32: no memory for the child.
  if (k.faults.noSock) return fail(k, source, Cause.NoMemory);
  const child = createChild(k, listenerIndex, segment, iss);
  // R34: the child is in the hash before the remaining failures. R35: no memory for the SYN-ACK.
  if (k.faults.noSynAckBuffer) return abandon(k, listener, child, source, Errno.ENOMEM, Cause.NoMemory);
  // R36: no route to the peer; the error is stored negative.
  if (k.faults.noRoute) return abandon(k, listener, child, source, -Errno.ENETUNREACH, Cause.NoRoute);
  sendSynAck(k, child, segments.flagsOf(segment));
  enqueue(k, listener, child, bufferBytes(segments, segment));
  k.ledger.record(source, SynFate.Admitted, loop.nowNs);
  k.count(Count.TcpOutSegs);
}

/**
 * What `count` SYNs of new 4-tuples do to a full queue, at `instants` different instants: R8, R20, R29, R31, and the
 * vain scans of the acceptors that each instant wakes (R63, R67, R68). With ticks a woken acceptor is left to run.
 * @returns a Refusal; with None nothing was done.
 */
export function tcpRefuseRequests(k: Kernel, source: number, port: number, count: number, instants: number): number {
  const listener = k.listeners.find((one) => one.port === port && one.isListening);
  const chain = k.chainOf(port);
  if (listener === undefined || chain === null || listener.ackBacklog < listener.maxAckBacklog) return Refusal.None;
  if (listener.inuse || BUFFER_OVERHEAD_BYTES >= listener.rcvbuf) return Refusal.None;
  const sleepers = listener === k.listeners[0] ? k.waiting.acceptSleepers : 0;
  if (sleepers > 0 && (k.spec.tick || !k.env.wakesAtOnce || listener.eligibleCount > 0)) return Refusal.None;
  if (!k.ledger.tryRecordMore(source, Cause.BacklogFull, count)) return Refusal.None;
  const { values } = k.counters;
  values[Count.TcpInSegs]! += count;
  values[Count.Lookups]! += count;
  values[Count.LookupVisits]! += count * chain.length;
  values[Count.TcpAttemptFails]! += count;
  if (listener.async) values[Count.Sigio]! += count;
  const wakeups = sleepers * instants;
  values[Count.Wakeups]! += wakeups;
  values[Count.WakeupsInVain]! += wakeups;
  values[Count.AcceptSleeps]! += wakeups;
  values[Count.AcceptScans]! += wakeups;
  values[Count.AcceptVisits]! += wakeups * listener.receiveQueue.count;
  return sleepers > 0 ? Refusal.CountedByInstant : Refusal.Counted;
}

function fail(k: Kernel, source: number, cause: number): void {
  k.count(Count.TcpAttemptFails);
  k.ledger.record(source, SynLedger.refusal(cause), k.env.loop.nowNs);
}

/** R35, R36: the child dies, is destroyed within two ticks, and takes no slot. */
function abandon(k: Kernel, listener: ListenSocket, child: number, source: number, err: number, cause: number): void {
  listener.err = err;
  k.socks.dead[child] = 1;
  k.socks.state[child] = TcpState.Close;
  releaseSock(k, child);
  fail(k, source, cause);
}

/** R33: a copy of the listener with its own sequence numbers, timers and queues, in SYN_RECV. */
function createChild(k: Kernel, listenerIndex: number, segment: number, iss: number): number {
  const { segments } = k.env;
  const { socks } = k;
  const child = socks.open();
  const irs = segments.seqOf(segment);
  socks.listener[child] = listenerIndex;
  socks.state[child] = TcpState.SynRecv;
  socks.ackedSeq[child] = irs + 1;
  socks.copiedSeq[child] = irs + 1;
  socks.writeSeq[child] = iss;
  socks.sentSeq[child] = iss;
  socks.windowSeq[child] = iss;
  socks.rcvAckSeq[child] = iss;
  socks.rto[child] = k.ticks(TCP_TIMEOUT_INIT_S);
  const listener = k.listeners[listenerIndex]!;
  socks.keepopen[child] = listener.keepopen ? 1 : 0;
  socks.rcvbuf[child] = listener.rcvbuf;
  const peerMss = segments.mssOf(segment);
  socks.mtu[child] = Math.min(DEVICE_MSS_BYTES, peerMss === 0 ? DEFAULT_MSS_BYTES : peerMss);
  socks.mss[child] = 0; // min(max_window, mtu), and max_window is still 0
  putSock(k, child, segments.endpointOf(segment), segments.peerOf(segment));
  return child;
}

/**
 * R37: SYN-ACK with seq ISS, ack ISN + 1. Its header is copied from the SYN, so a FIN stays in it.
 * R39: the buffer's own number stays ISS, not ISS + 1, which is why an ACK of ISS completes the handshake (R54).
 */
function sendSynAck(k: Kernel, child: number, synFlags: number): void {
  const { buffers, socks } = k;
  const iss = socks.writeSeq[child]!;
  const buffer = buffers.open(Flag.Syn | Flag.Ack | (synFlags & Flag.Fin), iss, iss, 0);
  socks.writeSeq[child] = iss + 1;
  socks.window[child] = tcpSelectWindow(k, child);
  socks.sentSeq[child] = socks.writeSeq[child]!;
  k.count(Count.SynAcks);
  queueXmit(k, child, buffer, socks.window[child]);
  resetXmitTimer(k, child, Why.Write, k.ticks(TCP_TIMEOUT_INIT_S));
}

/** R37: the SYN's buffer, now charged to the child (INV3), joins the listener's receive queue and takes a slot. */
function enqueue(k: Kernel, listener: ListenSocket, child: number, synBytes: number): void {
  const { socks } = k;
  socks.synMem[child] = synBytes;
  socks.rmemAlloc[child]! += synBytes;
  socks.queued[child] = 1;
  listener.receiveQueue.tryPush(child);
  listener.ackBacklog++;
  listener.synRecvCount++;
  k.gaugeQueues(listener);
}
