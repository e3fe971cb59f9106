/**
 * Linux 1.2.13's TCP listener, whole: rules R1-R78 of the model and the additions of its golden cases.
 * Half-open, established and dead children share one queue; only accept() frees a slot.
 * Not modelled: R9, R11, R40, R41, R71b, the race of R68, the ARP entries that R44 drops, and the "pair" path (dead code in the original).
 * CPU time is zero, so the windows of R25 in which a listener is locked are open only while `lock` says so. A child's
 * lock is never held when its timers fire, so R24 (b), their retry 1 s or 0.1 s later, is never reached.
 * Source: net/inet/{tcp,sock,af_inet,timer}.c and net/socket.c of 1.2.13, as the golden cases executed them.
 */
import type { Counters } from '../../engine/counters.ts';
import { assert } from '../../engine/errors.ts';
import type { Gauges } from '../../engine/gauges.ts';
import { NEVER_NS } from '../../engine/time.ts';
import { BLOCKED, Errno, READY, TIMED_OUT } from '../../network/socket-api.ts';
import { ACCEPT_QUEUE, type Listener, type StackEnvironment, SYN_QUEUE } from '../listener.ts';
import type { QueueBounds, WaitingVisitor } from '../waiting.ts';
import type { Linux12Spec } from '../specs.ts';
import type { SynLedger } from '../syn-ledger.ts';
import { NO_BUFFER } from './buffers.ts';
import { Cause } from './causes.ts';
import { BACKLOG_MAX, TCP_STATE_NAMES, TcpState } from './constants.ts';
import { Count } from './counters.ts';
import { icmpUnreachable } from './icmp.ts';
import { clampBacklog, inetBind, inetListen, queueBoundOf } from './inet.ts';
import { type Faults, isEligible, Kernel } from './kernel.ts';
import type { TimerHandler } from './kernel-timers.ts';
import type { ListenSocket } from './listen-socket.ts';
import { releaseListener } from './sock.ts';
import {
  createSocketFile,
  sockAccept,
  sockAcceptWait,
  sockClose,
  sockCloseListener,
  type SocketFile,
  sockGetPeerName,
  sockListen,
} from './socket.ts';
import { tcpRefuseRequests } from './tcp-conn-request.ts';
import { Sel, tcpListenSelect } from './tcp-accept.ts';
import { tcpRead } from './tcp-close.ts';
import { tcpSendData } from './tcp-output.ts';
import { tcpRcv } from './tcp-rcv.ts';
import { netTimer, retransmitTimer } from './tcp-timer.ts';
import { Call, Signal } from './wait-queues.ts';

const NO_CHILD = -1;

/** A child as a person or a golden case sees it. */
export interface ChildView {
  readonly source: number;
  readonly peer: number;
  readonly state: string;
  readonly err: number;
  readonly retransmits: number;
}

export class Linux12 implements Listener, TimerHandler {
  readonly counters: Counters;
  readonly gauges: Gauges;
  readonly ledger: SynLedger;
  /** The listener's descriptor. */
  readonly file: SocketFile;
  private readonly kernel: Kernel;
  private readonly listener: ListenSocket;

  constructor(spec: Linux12Spec, env: StackEnvironment) {
    const kernel = new Kernel(spec, env, this);
    this.kernel = kernel;
    this.file = createSocketFile();
    this.counters = kernel.counters;
    this.gauges = kernel.gauges;
    this.ledger = kernel.ledger;
    this.listener = kernel.listeners[0]!;
    for (const other of kernel.listeners.slice(1)) inetListen(kernel, other, BACKLOG_MAX);
  }

  /** A backlog that the clamp of listen() has reached cannot grow: only a later version grants more (R3). */
  settingOf(cause: number): string | null {
    const { maxAckBacklog } = this.listener;
    if (cause !== Cause.BacklogFull || maxAckBacklog < clampBacklog(this.kernel.spec.version, BACKLOG_MAX)) {
      return this.ledger.causes[cause]?.setting ?? null;
    }
    return maxAckBacklog < BACKLOG_MAX ? 'server.linux12.version' : null;
  }

  get bytes(): number {
    const { buffers, index, received, sent, socks, timers, unsent } = this.kernel;
    const chains = this.kernel.chains.reduce((sum, chain) => sum + (chain === null ? 0 : chain.bytes), 0);
    return (
      socks.bytes + buffers.bytes + index.bytes + timers.bytes + received.bytes + sent.bytes + unsent.bytes + chains
    );
  }

  slotOf(endpoint: number, peer: number): number {
    return this.kernel.index.find(endpoint, peer);
  }

  onSegment(segment: number): void {
    tcpRcv(this.kernel, segment, false);
  }

  refuse(source: number, port: number, count: number, instants: number): number {
    return tcpRefuseRequests(this.kernel, source, port, count, instants);
  }

  onTimer(timer: number): void {
    const child = timer >> 1;
    if ((timer & 1) === 0) retransmitTimer(this.kernel, child);
    else netTimer(this.kernel, child);
  }

  // --- system calls

  listen(backlog: number): number {
    return sockListen(this.kernel, this.file, this.listener, backlog);
  }

  accept(process: number, nonblock: boolean): number {
    return this.afterAccept(process, sockAccept(this.kernel, this.file, this.listener, process, nonblock));
  }

  /** R77: bind() of another socket to the listener's port, as a restarted daemon does. @returns 0 or -errno. */
  bindAgain(reuseaddr: boolean): number {
    return inetBind(this.kernel, this.listener.port, reuseaddr);
  }

  /** R72, R73. @param timeoutNs a time-out of n ticks ends after n + 1. */
  select(process: number, timeoutNs: number): number {
    if (tcpListenSelect(this.kernel, this.listener, Sel.In)) return this.leave(process, READY);
    if (this.kernel.waiting.hasSignal(process)) return this.leave(process, -Errno.EINTR);
    if (timeoutNs === 0) return this.leave(process, TIMED_OUT);
    const { timers } = this.kernel;
    const deadlineNs = timeoutNs === NEVER_NS ? NEVER_NS : timers.sleepEndNs(timeoutNs);
    this.kernel.waiting.sleep(process, Call.Select, deadlineNs);
    return BLOCKED;
  }

  resume(process: number): number {
    const { waiting } = this.kernel;
    return waiting.callOf(process) === Call.Select ? this.resumeSelect(process) : this.resumeAccept(process);
  }

  /** R65. @param restarts the handler was installed with SA_RESTART: accept() starts over, select() does not. */
  signal(process: number, restarts = false): void {
    this.kernel.waiting.signal(process, restarts ? Signal.Restarts : Signal.Interrupts);
  }

  /** The process returns from some other call: a pending signal is delivered. */
  deliverSignals(process: number): void {
    this.kernel.waiting.leave(process);
  }

  read(descriptor: number, bytesMax: number): number {
    return this.isOpen(descriptor) ? tcpRead(this.kernel, descriptor, bytesMax) : -Errno.EBADF;
  }

  write(descriptor: number, bytes: number): number {
    if (!this.isOpen(descriptor)) return -Errno.EBADF;
    const { socks } = this.kernel;
    const err = socks.err[descriptor]!;
    if (err !== 0) {
      socks.err[descriptor] = 0;
      return -err;
    }
    const state = socks.state[descriptor]!;
    if (state !== TcpState.Established && state !== TcpState.CloseWait) return -Errno.EPIPE;
    for (let left = bytes; left > 0;) {
      const length = Math.min(left, Math.max(1, socks.mss[descriptor]!));
      tcpSendData(this.kernel, descriptor, length);
      left -= length;
    }
    return bytes;
  }

  close(descriptor: number): number {
    if (!this.isOpen(descriptor)) return -Errno.EBADF;
    sockClose(this.kernel, descriptor);
    return 0;
  }

  closeListener(): number {
    return sockCloseListener(this.kernel, this.file, this.listener);
  }

  sourceOf(descriptor: number): number {
    return this.kernel.socks.index.sourceOf(descriptor);
  }

  peerOf(descriptor: number): number {
    return this.kernel.socks.index.peerOf(descriptor);
  }

  isDead(descriptor: number): boolean {
    return this.kernel.socks.state[descriptor] === TcpState.Close;
  }

  // --- what the host meets besides segments

  /** R50: an ICMP unreachable of `code` for the connection of `peer`. */
  onIcmpUnreachable(source: number, peer: number, port: number, code: number): void {
    icmpUnreachable(this.kernel, source, peer, port, code);
  }

  /** R25: opens a window in which arriving segments go to the back_log, as during a select() scan or close(). */
  lock(): void {
    this.listener.inuse = true;
  }

  /** R26: closes the window. */
  unlock(): void {
    releaseListener(this.kernel, this.listener);
  }

  // --- what a golden case or a test looks at

  get faults(): Faults {
    return this.kernel.faults;
  }

  /** The listener under study: bound, length, error. */
  get listening(): { readonly ackBacklog: number; readonly maxAckBacklog: number; readonly err: number } {
    return this.listener;
  }

  /** Options of the listening socket: SO_RCVBUF in bytes (R14), SO_KEEPALIVE (R57), FASYNC (R59). */
  get options(): { rcvbuf: number; keepopen: boolean; async: boolean } {
    return this.listener;
  }

  getpeername(descriptor: number): number {
    return this.isOpen(descriptor) ? sockGetPeerName(this.kernel, descriptor) : -Errno.EBADF;
  }

  /** "sockets: used" of /proc/net/sockstat. R70: a blocked accept() holds one, woken or not, until it returns. */
  get socketsUsed(): number {
    const { openDescriptors, waiting } = this.kernel;
    return (this.file.isOpen ? 1 : 0) + openDescriptors + waiting.countIn(Call.Accept);
  }

  /** The receive queue, oldest SYN first. */
  queue(): ChildView[] {
    return Array.from({ length: this.listener.receiveQueue.count }, (_, i) =>
      this.view(this.listener.receiveQueue.at(i)),
    );
  }

  bounds(): QueueBounds {
    return { synQueue: null, acceptQueue: this.listener.maxAckBacklog, members: [] };
  }

  eachWaiting(visit: WaitingVisitor): void {
    const { index, state } = this.kernel.socks;
    const { receiveQueue } = this.listener;
    for (let place = 0; place < receiveQueue.count; place++) {
      const child = receiveQueue.at(place);
      const queue = state[child] === TcpState.SynRecv ? SYN_QUEUE : ACCEPT_QUEUE;
      visit(queue, index.sourceOf(child), index.peerOf(child), state[child] === TcpState.Close);
    }
  }

  /** What the last accept() took off the queue, also when it returned its error. */
  lastDequeued(): ChildView {
    const { source, peer, state, err } = this.kernel.dequeued;
    return { source, peer, state: TCP_STATE_NAMES[state] ?? '', err, retransmits: 0 };
  }

  view(child: number): ChildView {
    const { socks } = this.kernel;
    return {
      source: socks.index.sourceOf(child),
      peer: socks.index.peerOf(child),
      state: TCP_STATE_NAMES[socks.state[child]!] ?? '',
      err: socks.err[child]!,
      retransmits: socks.retransmits[child]!,
    };
  }

  /** Segments that wait for the lock. */
  get backLogLength(): number {
    return this.listener.backLog.count;
  }

  /** Sockets in the hash: queued, accepted and closing ones. */
  get sockCount(): number {
    return this.kernel.socks.pool.count;
  }

  checkInvariants(): void {
    const { index, listeners, socks } = this.kernel;
    for (const listener of listeners) if (listener.isListening) this.checkListener(listener);
    for (let child = 0; child < socks.pool.capacity; child++) if (socks.pool.isInUse(child)) this.checkMemory(child);
    assert(index.count <= socks.pool.count, 'the index holds sockets that are gone');
  }

  private checkListener(listener: ListenSocket): void {
    const { socks, spec } = this.kernel;
    const queue = listener.receiveQueue;
    assert(listener.ackBacklog === queue.count, 'INV1: ack_backlog is not the length of the receive queue');
    assert(queue.count <= queueBoundOf(spec.version), 'INV2: the receive queue is longer than any bound');
    let synRecv = 0;
    let eligible = 0;
    for (let place = 0; place < queue.count; place++) {
      const child = queue.at(place);
      assert(socks.queued[child] === 1, 'a child in the receive queue is not marked as queued');
      if (socks.state[child] === TcpState.SynRecv) synRecv++;
      else if (isEligible(socks.state[child]!)) eligible++;
    }
    assert(synRecv === listener.synRecvCount, 'queued children in SYN_RECV are miscounted');
    assert(eligible === listener.eligibleCount, 'queued children for accept() are miscounted');
    assert(synRecv + eligible === queue.count, 'R51: a queued child is in no state that it can be in');
  }

  /** INV3: the SYN of a queued child is charged to the child, beside what it has received; the listener is charged nothing. */
  private checkMemory(child: number): void {
    const { buffers, received, socks } = this.kernel;
    let bytes = socks.synMem[child]!;
    assert(
      bytes > 0 === (socks.queued[child] === 1),
      'INV3: the SYN of a queued child, and no other, is charged to it',
    );
    for (let buffer = received.headOf(child); buffer !== NO_BUFFER; buffer = buffers.next[buffer]!) {
      bytes += buffers.mem[buffer]!;
    }
    assert(bytes === socks.rmemAlloc[child], 'INV3: a child is charged something else than what it holds');
  }

  // --- accept()

  /** The call returns, or sleeps. */
  private afterAccept(process: number, result: number): number {
    if (result !== BLOCKED) return this.leave(process, result);
    const { kernel } = this;
    kernel.count(Count.AcceptSleeps);
    // R64: with a signal pending the sleep ends at once.
    if (kernel.waiting.hasSignal(process)) return this.interrupt(process);
    kernel.waiting.sleep(process, Call.Accept, NEVER_NS);
    return BLOCKED;
  }

  /** R63: a signal is looked at before the queue, and wins over a connection that became ready with it. */
  private resumeAccept(process: number): number {
    this.kernel.calls?.onEnter('sock_accept', NO_CHILD);
    return this.kernel.returns(this.goOnAccepting(process));
  }

  private goOnAccepting(process: number): number {
    if (this.kernel.waiting.hasSignal(process)) return this.interrupt(process);
    const result = this.afterAccept(process, sockAcceptWait(this.kernel, this.listener, process, false));
    if (result === BLOCKED) this.kernel.count(Count.WakeupsInVain);
    return result;
  }

  /** R65: ERESTARTSYS becomes EINTR, or the call starts over from its first check. */
  private interrupt(process: number): number {
    const restarts = this.kernel.waiting.signalOf(process) === Signal.Restarts;
    this.leave(process, 0);
    return restarts ? this.accept(process, false) : -Errno.EINTR;
  }

  /** Ready beats a pending signal, and a signal beats the time-out. */
  private resumeSelect(process: number): number {
    const { kernel } = this;
    const deadlineNs = kernel.waiting.deadlineNsOf(process);
    if (tcpListenSelect(kernel, this.listener, Sel.In)) return this.leave(process, READY);
    if (kernel.waiting.hasSignal(process)) return this.leave(process, -Errno.EINTR);
    if (kernel.env.loop.nowNs >= deadlineNs) return this.leave(process, TIMED_OUT);
    kernel.count(Count.SelectWakeupsInVain);
    kernel.waiting.sleep(process, Call.Select, deadlineNs);
    return BLOCKED;
  }

  private isOpen(descriptor: number): boolean {
    const { socks } = this.kernel;
    if (!(descriptor >= 0 && descriptor < socks.pool.capacity)) return false;
    return socks.pool.isInUse(descriptor) && socks.descriptor[descriptor] === 1;
  }

  private leave(process: number, result: number): number {
    this.kernel.waiting.leave(process);
    return result;
  }
}
