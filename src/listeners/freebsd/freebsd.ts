/**
 * FreeBSD 9 to 15: a syncache for all listeners of the host, SYN cookies when it overflows, and an accept queue that is looked
 * at only when a handshake ends: who finds it full is reset after connect() has succeeded.
 * Leaves out: accept filters, TCP_FASTOPEN, SO_REUSEPORT_LB, ICMP errors, bounds on the rate of RSTs, several processors.
 * Source: section C of the rules (modern stacks): tcp_syncache.c, tcp_input.c, uipc_socket.c of 9.3, 10.4, 13.1, 14.0, main.
 */
import type { Counters } from '../../engine/counters.ts';
import { assert } from '../../engine/errors.ts';
import type { Gauges } from '../../engine/gauges.ts';
import { Flag, Refusal } from '../../network/segment.ts';
import { BLOCKED, Errno, READY, TIMED_OUT } from '../../network/socket-api.ts';
import type { ConnectionLosses } from '../connection-losses.ts';
import { ACCEPT_QUEUE, type Listener, type StackEnvironment, SYN_QUEUE } from '../listener.ts';
import type { QueueBounds, WaitingVisitor } from '../waiting.ts';
import { LOOK_AGAIN, Sleep } from '../sleepers.ts';
import type { FreeBsdSpec } from '../specs.ts';
import { SynFate, type SynLedger } from '../syn-ledger.ts';
import { Loss } from './causes.ts';
import { FreeBsdCounter } from './counters.ts';
import { FIN_WAIT_2_NS, Host } from './host.ts';
import type { ListenSocket } from './listen-socket.ts';
import { freeBsdProfileOf } from './profiles.ts';
import { cacheLimitOf, freeBsdSettings } from './settings.ts';
import { SocketState } from './sockets.ts';
import { TcpInput } from './tcp-input.ts';

export class FreeBsd implements Listener {
  readonly counters: Counters;
  readonly gauges: Gauges;
  readonly ledger: SynLedger;
  readonly losses: ConnectionLosses;
  private readonly host: Host;
  private readonly input: TcpInput;
  private readonly listener: ListenSocket;
  private backlog: number;

  constructor(spec: FreeBsdSpec, env: StackEnvironment) {
    const profile = freeBsdProfileOf(spec.name);
    assert(profile !== null, 'a release that is not known');
    const settings = freeBsdSettings(spec.sysctl);
    const host = new Host(profile, settings, env);
    this.host = host;
    this.counters = host.counters;
    this.gauges = host.gauges;
    this.ledger = host.ledger;
    this.losses = host.losses;
    this.input = new TcpInput(host);
    this.listener = host.listeners[0]!;
    this.backlog = 0;
  }

  get bytes(): number {
    return this.host.bytes;
  }

  onSegment(segment: number): void {
    this.input.onSegment(segment);
  }

  /** While cookies do all the work a SYN is answered and leaves no trace; else it changes the cache. */
  refuse(source: number, port: number, count: number): number {
    const { host } = this;
    if (!host.usesCookiesOnly || host.listenerAt(port) === null) return Refusal.None;
    if (!this.ledger.tryRecordMoreOf(source, SynFate.Cookie, count)) return Refusal.None;
    this.counters.add(FreeBsdCounter.SegmentsIn, count);
    this.counters.add(FreeBsdCounter.CookiesSent, count);
    this.counters.add(FreeBsdCounter.SynAcksOut, count);
    return Refusal.Answered;
  }

  settingOf(cause: number): string | null {
    return this.ledger.causes[cause]?.setting ?? null;
  }

  lossSettingOf(loss: number): string | null {
    const own = this.losses.causes[loss]?.setting ?? null;
    const { profile, settings } = this.host;
    if (loss === Loss.NoEntry) return settings.syncookies === 0 ? own : null;
    const isCut = this.backlog < 0 || this.backlog >= settings.soacceptqueue;
    const sysctl = `server.sysctl.${profile.soacceptqueue}`;
    // What cuts the backlog has to grow first.
    return isCut && this.backlog !== settings.soacceptqueue ? sysctl : isCut ? `${own}, ${sysctl}` : own;
  }

  bounds(): QueueBounds {
    return { synQueue: cacheLimitOf(this.host.settings), acceptQueue: this.listener.capacity, members: [] };
  }

  eachWaiting(visit: WaitingVisitor): void {
    const { sockets, syncache } = this.host;
    syncache.eachEntry((entry) => visit(SYN_QUEUE, syncache.endpointOf(entry) >>> 16, syncache.peerOf(entry), false));
    const { queue } = this.listener;
    for (let place = 0; place < queue.count; place++) {
      const socket = queue.at(place);
      const isDead = sockets.stateOf(socket) === SocketState.QueuedDead;
      visit(ACCEPT_QUEUE, sockets.endpointOf(socket) >>> 16, sockets.peerOf(socket), isDead);
    }
  }

  checkInvariants(): void {
    this.host.checkInvariants();
  }

  // --- system calls

  listen(backlog: number): number {
    this.backlog = backlog;
    this.listener.listen(backlog, this.host.settings.soacceptqueue);
    return 0;
  }

  accept(process: number, nonblock: boolean): number {
    if (!this.listener.isListening) return -Errno.EINVAL;
    if (this.listener.queue.count > 0) return this.takeFirst();
    if (nonblock) return -Errno.EAGAIN;
    this.host.sleepers.sleepInAccept(process);
    return BLOCKED;
  }

  select(process: number, timeoutNs: number): number {
    if (this.listener.queue.count > 0) return READY;
    if (timeoutNs === 0) return TIMED_OUT;
    this.host.sleepers.sleepInSelect(process, this.host.env.loop.nowNs + timeoutNs);
    return BLOCKED;
  }

  resume(process: number): number {
    const { sleepers } = this.host;
    const outcome = sleepers.outcomeOf(process);
    if (outcome !== LOOK_AGAIN) return outcome;
    const selects = sleepers.lastSleepOf(process) === Sleep.Select;
    if (this.listener.queue.count > 0) return selects ? READY : this.takeFirst();
    this.counters.values[FreeBsdCounter.WakeupsInVain]!++;
    return sleepers.sleepAgain(process);
  }

  signal(process: number): void {
    this.host.sleepers.interrupt(process);
  }

  read(descriptor: number, bytesMax: number): number {
    const { sockets } = this.host;
    if (!sockets.isDescriptor(descriptor)) return -Errno.EBADF;
    if (sockets.stateOf(descriptor) === SocketState.Dead) return -Errno.ECONNRESET;
    const bytes = sockets.takeReceived(descriptor, bytesMax);
    return bytes > 0 || sockets.hasEnded(descriptor) ? bytes : -Errno.EAGAIN;
  }

  write(descriptor: number, bytes: number): number {
    const { sockets } = this.host;
    if (!sockets.isDescriptor(descriptor)) return -Errno.EBADF;
    if (sockets.stateOf(descriptor) === SocketState.Dead) return -Errno.EPIPE;
    this.host.send(descriptor, Flag.Ack | Flag.Psh, bytes);
    sockets.advance(descriptor, bytes);
    return bytes;
  }

  /** Sends a FIN; the socket is forgotten when the peer's comes, or after FIN_WAIT_2. */
  close(descriptor: number): number {
    const { env, sockets } = this.host;
    if (!sockets.isDescriptor(descriptor)) return -Errno.EBADF;
    if (sockets.stateOf(descriptor) === SocketState.Dead) {
      sockets.close(descriptor);
      return 0;
    }
    this.host.send(descriptor, Flag.Ack | Flag.Fin, 0);
    sockets.advance(descriptor, 1);
    if (sockets.hasEnded(descriptor)) {
      sockets.close(descriptor);
      return 0;
    }
    sockets.setState(descriptor, SocketState.Closed);
    sockets.timers.set(descriptor, env.loop.nowNs + FIN_WAIT_2_NS);
    return 0;
  }

  /** The queued children are reset (soabort); what is half-open stays until its ACK, which finds no listener (C3.3). */
  closeListener(): number {
    const { sleepers, sockets } = this.host;
    const { queue } = this.listener;
    if (!this.listener.isListening) return -Errno.EINVAL;
    this.listener.isListening = false;
    while (queue.count > 0) {
      const socket = queue.shift();
      if (sockets.stateOf(socket) === SocketState.Queued) this.host.send(socket, Flag.Rst | Flag.Ack, 0);
      sockets.close(socket);
    }
    this.host.gaugeQueue(this.listener);
    this.counters.values[FreeBsdCounter.Wakeups]! += sleepers.wakeAll(-Errno.EINVAL);
    return 0;
  }

  sourceOf(descriptor: number): number {
    return this.host.sockets.endpointOf(descriptor) >>> 16;
  }

  peerOf(descriptor: number): number {
    return this.host.sockets.peerOf(descriptor);
  }

  isDead(descriptor: number): boolean {
    return this.host.sockets.stateOf(descriptor) === SocketState.Dead;
  }

  /** The oldest child leaves the queue; one that its peer has reset is accept()'s error ECONNABORTED. */
  private takeFirst(): number {
    const { sockets } = this.host;
    const socket = this.listener.queue.shift();
    this.host.gaugeQueue(this.listener);
    if (sockets.stateOf(socket) === SocketState.QueuedDead) {
      sockets.close(socket);
      return -Errno.ECONNABORTED;
    }
    sockets.setState(socket, SocketState.Accepted);
    return socket;
  }
}
