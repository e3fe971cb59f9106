/**
 * A Linux host's TCP listener, from 2.2 to 7.2: a SYN queue and an accept queue, SYN cookies, and what its kernel counts.
 * What differs between versions is a row of features.ts; each behaviour is carried out in one place.
 * Not modelled: the kernel's processing time, several processors, IPv6, BPF, TCP options by their values.
 * Source: kernel trees from 2.2.1 to 6.18, and measurements of six kernels; the rules are named where they are obeyed.
 */
import type { Counters } from '../../engine/counters.ts';
import { assert } from '../../engine/errors.ts';
import type { Gauges } from '../../engine/gauges.ts';
import type { EventSink } from '../../engine/loop.ts';
import { NEVER_NS } from '../../engine/time.ts';
import { Refusal } from '../../network/segment.ts';
import { BLOCKED, Errno, READY, TIMED_OUT } from '../../network/socket-api.ts';
import type { ConnectionLosses } from '../connection-losses.ts';
import { ACCEPT_QUEUE, type Listener, type StackEnvironment, SYN_QUEUE } from '../listener.ts';
import type { QueueBounds, WaitingVisitor } from '../waiting.ts';
import { LOOK_AGAIN, Sleep } from '../sleepers.ts';
import type { LinuxSettings, LinuxSpec } from '../specs.ts';
import type { SynLedger } from '../syn-ledger.ts';
import { dequeueChild } from './accept-queue.ts';
import { Cause, settingOfCause } from './causes.ts';
import { ChildState, Holder } from './children.ts';
import { closeListener } from './close-listener.ts';
import { Count } from './counters.ts';
import { icmpError } from './icmp.ts';
import { inetListen } from './inet-listen.ts';
import { checkKernel } from './invariants.ts';
import { Kernel, Timer } from './kernel.ts';
import type { ListenSocket } from './listen-socket.ts';
import { changeSettings } from './settings.ts';
import { onSynAckTimer } from './syn-ack-timer.ts';
import { onChildTimer, sendFin, sendPayload } from './tcp-child-timer.ts';
import { tcpRefuseRequests } from './tcp-conn-request.ts';
import { listenerOn, tcpRcv } from './tcp-input.ts';

/** Of the ports where nobody accepts. */
const OTHER_BACKLOG = 128;

export class Linux implements Listener, EventSink {
  readonly counters: Counters;
  readonly gauges: Gauges;
  readonly ledger: SynLedger;
  readonly losses: ConnectionLosses;
  private readonly kernel: Kernel;

  constructor(spec: LinuxSpec, env: StackEnvironment) {
    const kernel = new Kernel(spec, env, this);
    this.kernel = kernel;
    this.counters = kernel.counters;
    this.gauges = kernel.gauges;
    this.ledger = kernel.ledger;
    this.losses = kernel.losses;
    for (const listener of kernel.listeners.slice(spec.reuseport)) inetListen(kernel, listener, OTHER_BACKLOG);
  }

  settingOf(cause: number): string | null {
    return settingOfCause(this.kernel, cause);
  }

  /** All of them for want of room in the accept queue. */
  lossSettingOf(): string | null {
    return settingOfCause(this.kernel, Cause.AcceptQueueFull);
  }

  get bytes(): number {
    return this.kernel.bytes;
  }

  onSegment(segment: number): void {
    tcpRcv(this.kernel, segment);
  }

  /** A member of a group that is hashed to may be full while others are not: then each SYN has to be sent. */
  refuse(source: number, port: number, count: number): number {
    const { env, group, listeners } = this.kernel;
    const listener =
      port === env.port ? (group.length === 1 ? listeners[group[0]!]! : null) : listenerOn(this.kernel, port);
    return listener === null ? Refusal.None : tcpRefuseRequests(this.kernel, listener, source, count);
  }

  onEvent(timer: number, slot: number): void {
    if (timer === Timer.SynAck) onSynAckTimer(this.kernel, slot);
    else if (timer === Timer.Child) onChildTimer(this.kernel, slot);
  }

  /** Sets sysctls while the kernel runs: all are read at each use, but somaxconn, which the next listen() reads (R8). */
  setSettings(changes: Partial<LinuxSettings>): void {
    changeSettings(this.kernel, changes);
  }

  /** An ICMP error of `type` and `code` quotes a segment that the host sent to `peer` with sequence number `seq` (B3.8). */
  onIcmpError(source: number, peer: number, port: number, type: number, code: number, seq: number): void {
    icmpError(this.kernel, source, peer, port, type, code, seq);
  }

  // --- system calls: a process has the member of the group that its number stands for

  listen(backlog: number): number {
    const { kernel } = this;
    for (let i = 0; i < kernel.spec.reuseport; i++) {
      inetListen(kernel, kernel.listeners[i]!, backlog);
      if (!kernel.group.includes(i)) kernel.group.push(i);
    }
    kernel.gaugeSendQ();
    return 0;
  }

  accept(process: number, nonblock: boolean): number {
    const listener = this.listenerOf(process);
    if (!listener.isListening) return -Errno.EINVAL;
    if (listener.acceptQueue.count > 0) return dequeueChild(this.kernel, listener);
    if (nonblock) return -Errno.EAGAIN;
    this.kernel.sleepers[listener.index]!.sleepInAccept(process);
    return BLOCKED;
  }

  select(process: number, timeoutNs: number): number {
    const listener = this.listenerOf(process);
    if (listener.acceptQueue.count > 0) return READY;
    if (timeoutNs === 0) return TIMED_OUT;
    const deadlineNs = timeoutNs === NEVER_NS ? NEVER_NS : this.kernel.env.loop.nowNs + timeoutNs;
    this.kernel.sleepers[listener.index]!.sleepInSelect(process, deadlineNs);
    return BLOCKED;
  }

  resume(process: number): number {
    const listener = this.listenerOf(process);
    const sleepers = this.kernel.sleepers[listener.index]!;
    const outcome = sleepers.outcomeOf(process);
    if (outcome !== LOOK_AGAIN) return outcome;
    const selects = sleepers.lastSleepOf(process) === Sleep.Select;
    if (listener.acceptQueue.count > 0) return selects ? READY : dequeueChild(this.kernel, listener);
    this.counters.values[Count.WakeupsInVain]!++;
    return sleepers.sleepAgain(process);
  }

  signal(process: number): void {
    this.kernel.sleepers[this.listenerOf(process).index]!.interrupt(process);
  }

  read(descriptor: number, bytesMax: number): number {
    if (!this.isDescriptor(descriptor)) return -Errno.EBADF;
    const { received, state } = this.kernel.children;
    const bytes = Math.min(received[descriptor]!, bytesMax);
    received[descriptor]! -= bytes;
    if (bytes > 0) return bytes;
    if (state[descriptor] === ChildState.Close) return -Errno.ECONNRESET;
    return state[descriptor] === ChildState.CloseWait ? 0 : -Errno.EAGAIN;
  }

  write(descriptor: number, bytes: number): number {
    if (!this.isDescriptor(descriptor)) return -Errno.EBADF;
    if (this.isDead(descriptor)) return -Errno.EPIPE;
    sendPayload(this.kernel, descriptor, bytes);
    return bytes;
  }

  close(descriptor: number): number {
    if (!this.isDescriptor(descriptor)) return -Errno.EBADF;
    if (this.isDead(descriptor)) this.kernel.children.close(descriptor);
    else sendFin(this.kernel, descriptor);
    return 0;
  }

  closeListener(): number {
    const { group } = this.kernel;
    if (group.length === 0) return -Errno.EINVAL;
    while (group.length > 0) closeListener(this.kernel, group[0]!);
    return 0;
  }

  memberOf(process: number): number {
    return this.listenerOf(process).index;
  }

  /** Of a SO_REUSEPORT group (B9.4). */
  closeMember(member: number): number {
    if (!this.kernel.group.includes(member)) return -Errno.EBADF;
    closeListener(this.kernel, member);
    return 0;
  }

  sourceOf(descriptor: number): number {
    return this.kernel.children.endpointOf(descriptor) >>> 16;
  }

  peerOf(descriptor: number): number {
    return this.kernel.children.peerOf(descriptor);
  }

  isDead(descriptor: number): boolean {
    return this.kernel.children.state[descriptor] === ChildState.Close;
  }

  bounds(): QueueBounds {
    const { group, listeners, spec } = this.kernel;
    const members = group.map((i) => listeners[i]!);
    return {
      synQueue: members.reduce((sum, member) => sum + member.synQueueLimit, 0),
      acceptQueue: members.reduce((sum, member) => sum + member.backlog + 1, 0),
      members: spec.reuseport === 1 ? [] : listeners.slice(0, spec.reuseport).map(({ backlog }) => backlog + 1),
    };
  }

  eachWaiting(visit: WaitingVisitor): void {
    const { listeners, requests, spec } = this.kernel;
    for (let slot = 0; slot < requests.capacity; slot++) {
      if (!requests.isOpen(slot) || requests.listener[slot]! >= spec.reuseport) continue;
      visit(SYN_QUEUE, requests.endpointOf(slot) >>> 16, requests.peerOf(slot), false);
    }
    for (const { acceptQueue, index } of listeners.slice(0, spec.reuseport)) {
      for (let place = 0; place < acceptQueue.count; place++) {
        const child = acceptQueue.at(place);
        visit(ACCEPT_QUEUE, this.sourceOf(child), this.peerOf(child), this.isDead(child), index);
      }
    }
  }

  checkInvariants(): void {
    assert(this.kernel.spec.reuseport >= 1, 'a group has one member at least');
    checkKernel(this.kernel);
  }

  private listenerOf(process: number): ListenSocket {
    return this.kernel.listeners[process % this.kernel.spec.reuseport]!;
  }

  private isDescriptor(slot: number): boolean {
    const { children } = this.kernel;
    return children.isOpen(slot) && children.holder[slot] === Holder.Application;
  }
}
