/**
 * What the host does with a segment: of a connection, of a half-open one, to a listener, to a closed port.
 * Leaves out: TCP_FASTOPEN, MD5 signatures, time stamps, data in a SYN (it is not acknowledged, as in the kernel).
 * Source: C2, C4; tcp_input(), syncache_add(), syncache_expand(), syncache_chkrst(), syncache_socket().
 */
import { Flag } from '../../network/segment.ts';
import { SynFate, SynLedger } from '../syn-ledger.ts';
import { Cause, Loss } from './causes.ts';
import { FreeBsdCounter } from './counters.ts';
import type { Host } from './host.ts';
import type { ListenSocket } from './listen-socket.ts';
import { SocketState } from './sockets.ts';

/** The window that a SYN-ACK offers: TCP_MAXWIN. */
const WINDOW = 65_535;
const SYN = Flag.Syn;
const ACK = Flag.Ack;
const RST = Flag.Rst;
const FIN = Flag.Fin;

export class TcpInput {
  private readonly host: Host;

  constructor(host: Host) {
    this.host = host;
  }

  onSegment(segment: number): void {
    const { counters, env, sockets } = this.host;
    const { segments } = env;
    const flags = segments.flagsOf(segment);
    counters.values[FreeBsdCounter.SegmentsIn]!++;
    const socket = sockets.find(segments.endpointOf(segment), segments.peerOf(segment));
    if (socket >= 0) return this.onConnection(socket, segment, flags);
    const listener = this.host.listenerAt(segments.portOf(segment));
    if (listener !== null) return this.onListener(listener, segment, flags);
    if (segments.isSyn(segment)) {
      this.record(segment, (flags & RST) === 0 ? SynFate.AnsweredByReset : SynLedger.refusal(Cause.NotARequest));
    }
    this.host.reset(segment);
  }

  // --- a listener

  private onListener(listener: ListenSocket, segment: number, flags: number): void {
    const isSyn = (flags & (SYN | ACK)) === SYN;
    if ((flags & RST) !== 0) {
      if (isSyn) this.record(segment, SynLedger.refusal(Cause.NotARequest));
      this.onReset(segment, flags);
    } else if (isSyn) this.onSyn(segment);
    else if ((flags & (SYN | ACK)) === ACK) this.onAck(listener, segment, flags);
    else this.onBadAttempt(segment, flags);
  }

  /** Neither SYN nor ACK, or both: no way to begin. */
  private onBadAttempt(segment: number, flags: number): void {
    const { counters, env, syncache, usesCookiesOnly } = this.host;
    counters.values[FreeBsdCounter.BadConnectionAttempts]!++;
    if ((flags & ACK) === 0) return;
    if (!usesCookiesOnly) {
      const endpoint = env.segments.endpointOf(segment);
      const bucket = syncache.bucketOf(endpoint, env.segments.peerOf(segment));
      const entry = this.find(bucket, segment);
      if (entry >= 0) {
        counters.values[FreeBsdCounter.Badack]!++;
        syncache.drop(bucket, entry);
      }
    }
    this.host.reset(segment);
  }

  /** syncache_add(). */
  private onSyn(segment: number): void {
    const { counters, env, syncache, usesCookiesOnly } = this.host;
    const { segments } = env;
    const endpoint = segments.endpointOf(segment);
    const peer = segments.peerOf(segment);
    const irs = segments.seqOf(segment);
    const bucket = syncache.bucketOf(endpoint, peer);
    if (usesCookiesOnly) return this.answerByCookie(segment, bucket);
    const known = this.find(bucket, segment);
    if (known >= 0) {
      // C2.1. The sequence number is not compared.
      counters.values[FreeBsdCounter.Dupsyn]!++;
      this.record(segment, SynFate.Duplicate);
      this.host.sendSynAck(endpoint, peer, syncache.issOf(known), syncache.irsOf(known));
      syncache.restart(bucket, known);
      return;
    }
    if (syncache.isExhausted && !this.makeRoom(bucket)) {
      if (this.host.settings.syncookies === 1) return this.answerByCookie(segment, bucket);
      return this.record(segment, SynLedger.refusal(Cause.CacheFull));
    }
    const iss = this.host.newIss(endpoint, peer, irs, bucket);
    this.record(segment, SynFate.Admitted);
    this.host.sendSynAck(endpoint, peer, iss, irs);
    if (syncache.isFull(bucket)) this.evict(bucket);
    counters.values[FreeBsdCounter.Added]!++;
    syncache.insert(bucket, endpoint, peer, irs, iss);
  }

  /** C2.4. */
  private evict(bucket: number): void {
    const { counters, syncache } = this.host;
    this.host.noteOverflow(bucket);
    counters.values[FreeBsdCounter.Evicted]!++;
    syncache.dropOldest(bucket);
  }

  /** C2.2: the zone is exhausted. @returns whether it has room now. */
  private makeRoom(bucket: number): boolean {
    const { counters, syncache } = this.host;
    counters.values[FreeBsdCounter.ZoneFailures]!++;
    if (syncache.isEmpty(bucket)) return false;
    counters.values[FreeBsdCounter.Evicted]!++;
    syncache.dropOldest(bucket);
    this.host.noteZoneOverflow(bucket);
    return true;
  }

  private answerByCookie(segment: number, bucket: number): void {
    const { segments } = this.host.env;
    const endpoint = segments.endpointOf(segment);
    const peer = segments.peerOf(segment);
    const irs = segments.seqOf(segment);
    this.record(segment, SynFate.Cookie);
    this.host.sendSynAck(endpoint, peer, this.host.newIss(endpoint, peer, irs, bucket), irs);
  }

  /** syncache_expand(): the ACK of a SYN-ACK, with or without data. */
  private onAck(listener: ListenSocket, segment: number, flags: number): void {
    const { counters, cookies, env, syncache, usesCookiesOnly } = this.host;
    const { segments } = env;
    const endpoint = segments.endpointOf(segment);
    const peer = segments.peerOf(segment);
    const irs = (segments.seqOf(segment) - 1) >>> 0;
    const iss = (segments.ackOf(segment) - 1) >>> 0;
    const bucket = syncache.bucketOf(endpoint, peer);
    const entry = usesCookiesOnly ? -1 : this.find(bucket, segment);
    if (entry < 0) {
      // C4.5.
      if (!this.host.takesCookies(bucket) || !cookies.check(endpoint, peer, irs, bucket, iss)) {
        if ((flags & FIN) === 0 && segments.lengthOf(segment) === 0) this.lose(Loss.NoEntry);
        return this.host.reset(segment);
      }
      counters.values[FreeBsdCounter.CookiesReceived]!++;
      return this.complete(listener, segment, iss, irs);
    }
    // C4.1: the entry is gone, whatever the ACK says.
    const expected = syncache.issOf(entry);
    const behind = (segments.seqOf(segment) - syncache.irsOf(entry)) | 0;
    const entryIrs = syncache.irsOf(entry);
    syncache.drop(bucket, entry);
    if (iss !== expected || behind <= 0 || behind > WINDOW) return this.host.reset(segment);
    this.complete(listener, segment, expected, entryIrs);
  }

  /** syncache_socket(): a socket for the connection, or none (C4.2-4). */
  private complete(listener: ListenSocket, segment: number, iss: number, irs: number): void {
    const { counters, env, settings, sleepers, sockets } = this.host;
    const { segments } = env;
    if (listener.isOver) {
      counters.values[FreeBsdCounter.ListenQueueOverflows]!++;
      counters.values[FreeBsdCounter.Aborted]!++;
      this.lose(Loss.ListenQueueOverflow);
      if (settings.rstOnSockFail === 1) this.host.reset(segment);
      return;
    }
    const socket = sockets.open(segments.endpointOf(segment), segments.peerOf(segment), iss + 1, irs + 1);
    counters.values[FreeBsdCounter.Completed]!++;
    counters.values[FreeBsdCounter.ConnectionAccepts]!++;
    listener.queue.tryPush(socket);
    this.host.gaugeQueue(listener);
    if (listener === this.host.listeners[0]) counters.values[FreeBsdCounter.Wakeups]! += sleepers.wake();
    this.onConnection(socket, segment, segments.flagsOf(segment));
  }

  /** syncache_chkrst() (C4.6). */
  private onReset(segment: number, flags: number): void {
    const { counters, env, profile, syncache, usesCookiesOnly } = this.host;
    const { segments } = env;
    const endpoint = segments.endpointOf(segment);
    const peer = segments.peerOf(segment);
    if (profile.pauses && usesCookiesOnly) return;
    const bucket = syncache.bucketOf(endpoint, peer);
    const entry = this.find(bucket, segment);
    const isBare = !profile.wantsBareReset || (flags & (ACK | SYN | FIN)) === 0;
    if (entry < 0 || !isBare) {
      counters.values[FreeBsdCounter.IgnoredRsts]!++;
      return;
    }
    const ahead = (segments.seqOf(segment) - syncache.irsOf(entry)) | 0;
    const isInWindow = profile.wantsExactReset ? ahead >= 1 && ahead <= WINDOW : ahead >= 0 && ahead <= WINDOW;
    if (isInWindow && (ahead === 1 || !profile.wantsExactReset)) {
      counters.values[FreeBsdCounter.Reset]!++;
      syncache.drop(bucket, entry);
      return;
    }
    counters.values[FreeBsdCounter.IgnoredRsts]!++;
    if (isInWindow) this.challenge(entry);
  }

  /** The ACK that a RST draws which may be forged. */
  private challenge(entry: number): void {
    const { env, syncache } = this.host;
    const { network, segments } = env;
    const endpoint = syncache.endpointOf(entry);
    const seq = syncache.issOf(entry) + 1;
    const ack = syncache.irsOf(entry) + 1;
    network.transmit(segments.openWith(endpoint, syncache.peerOf(entry), ACK, seq, ack, WINDOW, 0));
  }

  private find(bucket: number, segment: number): number {
    const { counters, env, syncache } = this.host;
    const entry = syncache.find(bucket, env.segments.endpointOf(segment), env.segments.peerOf(segment));
    counters.values[FreeBsdCounter.LookupVisits]! += syncache.visits;
    return entry;
  }

  // --- a connection

  private onConnection(socket: number, segment: number, flags: number): void {
    const { env, sockets } = this.host;
    const { segments } = env;
    if ((flags & RST) !== 0) {
      if (segments.isSyn(segment)) this.record(segment, SynLedger.refusal(Cause.NotARequest));
      return this.onConnectionReset(socket);
    }
    if ((flags & SYN) !== 0) {
      if ((flags & ACK) === 0) this.record(segment, SynFate.Duplicate);
      return this.host.send(socket, ACK, 0);
    }
    if ((flags & ACK) === 0) return;
    const isFin = (flags & FIN) !== 0;
    const length = segments.lengthOf(segment);
    if (length === 0 && !isFin) return;
    sockets.receive(socket, segments.seqOf(segment), length, isFin);
    this.host.send(socket, ACK, 0);
    if (sockets.hasEnded(socket) && sockets.stateOf(socket) === SocketState.Closed) sockets.close(socket);
  }

  /** B7.2: a child that is reset keeps its place in the queue until it is accepted. */
  private onConnectionReset(socket: number): void {
    const { sockets } = this.host;
    switch (sockets.stateOf(socket)) {
      case SocketState.Queued:
        sockets.setState(socket, SocketState.QueuedDead);
        sockets.detach(socket);
        break;
      case SocketState.Accepted:
        sockets.setState(socket, SocketState.Dead);
        sockets.detach(socket);
        break;
      default:
        sockets.close(socket);
    }
  }

  private record(segment: number, fate: number): void {
    const { env, ledger } = this.host;
    ledger.record(env.segments.sourceOf(segment), fate, env.loop.nowNs);
  }

  private lose(loss: number): void {
    this.host.losses.record(loss, this.host.env.loop.nowNs);
  }
}
