/**
 * What the parts of one FreeBSD host share: its syncache, cookies, sockets, counters, and how it sends.
 * Leaves out: what is done with a segment (tcp-input.ts), system calls (freebsd.ts).
 */
import { Counters } from '../../engine/counters.ts';
import { assert } from '../../engine/errors.ts';
import { Gauges } from '../../engine/gauges.ts';
import type { EventSink } from '../../engine/loop.ts';
import type { RandomStream } from '../../engine/random.ts';
import { Flag } from '../../network/segment.ts';
import { ConnectionLosses } from '../connection-losses.ts';
import { ACCEPT_QUEUE, COMMON_GAUGES, type StackEnvironment, SYN_QUEUE } from '../listener.ts';
import { Sleepers } from '../sleepers.ts';
import { SynLedger } from '../syn-ledger.ts';
import { CAUSES, LOSSES } from './causes.ts';
import { FREEBSD_COUNTERS, FreeBsdCounter } from './counters.ts';
import { ListenSocket } from './listen-socket.ts';
import { Pause } from './pause.ts';
import type { FreeBsdProfile } from './profiles.ts';
import type { FreeBsdSettings } from './settings.ts';
import { Sockets } from './sockets.ts';
import { Syncache, type SyncacheHost } from './syncache.ts';
import { SynCookies } from './syncookies.ts';
import { Uptime } from './uptime.ts';

const WINDOW = 65_535;
const MSS_BYTES = 1460;
/** Backlog of listeners that are not the one under study. */
const OTHER_BACKLOG = 128;
/** net.inet.tcp.finwait2_timeout. */
export const FIN_WAIT_2_NS = 60e9;
const WORD = 2 ** 32;
/** Gauge after the common ones: 1 while the syncache is paused. */
const PAUSED = 2;
const SYN_ACK = Flag.Syn | Flag.Ack;

export class Host implements SyncacheHost, EventSink {
  readonly counters: Counters;
  readonly gauges: Gauges;
  readonly ledger: SynLedger;
  readonly losses: ConnectionLosses;
  readonly profile: FreeBsdProfile;
  readonly settings: FreeBsdSettings;
  readonly env: StackEnvironment;
  readonly syncache: Syncache;
  readonly cookies: SynCookies;
  readonly sockets: Sockets;
  readonly sleepers: Sleepers;
  /** The listener under study first. */
  readonly listeners: readonly ListenSocket[];
  private readonly uptime: Uptime;
  private readonly pause: Pause;
  private readonly random: RandomStream;
  private readonly overflowAtS: Float64Array; // bucket → uptime of its last overflow

  constructor(profile: FreeBsdProfile, settings: FreeBsdSettings, env: StackEnvironment) {
    const { loop } = env;
    this.counters = new Counters(FREEBSD_COUNTERS);
    this.gauges = new Gauges([...COMMON_GAUGES, 'paused']);
    this.ledger = new SynLedger(env.sourceCount, CAUSES, this.gauges);
    this.losses = new ConnectionLosses(LOSSES);
    this.profile = profile;
    this.settings = settings;
    this.env = env;
    this.random = env.random.stream('server.freebsd');
    this.uptime = new Uptime(loop, this.random);
    this.pause = new Pause(loop, this.uptime, () => this.gauges.set(PAUSED, 0, loop.nowNs));
    this.syncache = new Syncache(loop, this, profile, settings, this.random.below(WORD));
    this.cookies = new SynCookies(profile, this.uptime, settings.hashsize, this.random);
    this.sockets = new Sockets(loop, this, FIN_WAIT_2_NS);
    this.sleepers = new Sleepers(loop, env.waker);
    this.listeners = [env.port, ...env.otherPorts].map((port) => new ListenSocket(port));
    this.overflowAtS = new Float64Array(settings.hashsize).fill(-Infinity);
    for (const other of this.listeners.slice(1)) other.listen(OTHER_BACKLOG, settings.soacceptqueue);
  }

  get bytes(): number {
    const { cookies, listeners, overflowAtS, sockets, syncache } = this;
    const queues = listeners.reduce((sum, { queue }) => sum + queue.bytes, 0);
    return syncache.bytes + cookies.bytes + sockets.bytes + overflowAtS.byteLength + queues;
  }

  /** The listener of `port`, or null. */
  listenerAt(port: number): ListenSocket | null {
    for (const listener of this.listeners) if (listener.port === port) return listener.isListening ? listener : null;
    return null;
  }

  // --- the syncache's timers

  get isPaused(): boolean {
    return this.pause.isOn;
  }

  onRetransmit(entry: number): void {
    const { syncache } = this;
    this.counters.values[FreeBsdCounter.Retransmitted]!++;
    this.sendSynAck(syncache.endpointOf(entry), syncache.peerOf(entry), syncache.issOf(entry), syncache.irsOf(entry));
  }

  onStale(): void {
    this.counters.values[FreeBsdCounter.Stale]!++;
  }

  onDroppedByPause(): void {
    this.counters.values[FreeBsdCounter.DroppedByPause]!++;
  }

  onCount(count: number): void {
    this.gauges.set(SYN_QUEUE, count, this.env.loop.nowNs);
  }

  /** FIN_WAIT_2 ends. */
  onEvent(_kind: number, socket: number): void {
    this.sockets.close(socket);
  }

  // --- overflow and cookies

  /** Cookies do all the work: as set, or because the cache is paused (C5.2). */
  get usesCookiesOnly(): boolean {
    return this.settings.syncookies === 1 && (this.pause.isOn || this.settings.syncookiesOnly === 1);
  }

  /** `bucket` has lost an entry to a newer one (C2.4, C5.1, C5.3). */
  noteOverflow(bucket: number): void {
    const { pauses } = this.profile;
    if (!pauses || this.settings.syncookies === 0) this.counters.values[FreeBsdCounter.BucketOverflow]!++;
    else this.beginPause();
    this.overflowAtS[bucket] = this.uptime.seconds();
  }

  /** The zone is exhausted, and `bucket` has given up an entry (C2.2). */
  noteZoneOverflow(bucket: number): void {
    this.overflowAtS[bucket] = this.uptime.seconds();
    if (!this.profile.pauses) return;
    if (this.settings.syncookies === 0) this.counters.values[FreeBsdCounter.BucketOverflow]!++;
    else this.beginPause();
  }

  /** C4.5: may an ACK without an entry bring a cookie? */
  takesCookies(bucket: number): boolean {
    const { profile, settings } = this;
    if (settings.syncookies === 0) return false;
    if (!profile.checksOverflow || this.usesCookiesOnly) return true;
    return this.overflowAtS[bucket]! >= this.uptime.seconds() - profile.cookieLifeS;
  }

  /** C2.3: a cookie, or a random number. */
  newIss(endpoint: number, peer: number, irs: number, bucket: number): number {
    if (this.settings.syncookies === 0) return this.random.below(WORD);
    this.counters.values[FreeBsdCounter.CookiesSent]!++;
    return this.cookies.make(endpoint, peer, irs, bucket);
  }

  // --- queues

  /** The complete queue of `listener` has changed. */
  gaugeQueue(listener: ListenSocket): void {
    if (listener === this.listeners[0]) this.gauges.set(ACCEPT_QUEUE, listener.queue.count, this.env.loop.nowNs);
  }

  // --- output

  sendSynAck(endpoint: number, peer: number, iss: number, irs: number): void {
    const { network, segments } = this.env;
    this.counters.values[FreeBsdCounter.SynAcksOut]!++;
    network.transmit(segments.openWith(endpoint, peer, SYN_ACK, iss, irs + 1, WINDOW, MSS_BYTES));
  }

  /** Sends on behalf of a socket. */
  send(socket: number, flags: number, lengthBytes: number): void {
    const { network, segments } = this.env;
    const { sockets } = this;
    const segment = segments.openWith(
      sockets.endpointOf(socket),
      sockets.peerOf(socket),
      flags,
      sockets.sndNxtOf(socket),
      sockets.rcvNxtOf(socket),
      WINDOW,
      0,
    );
    segments.setLength(segment, lengthBytes);
    network.transmit(segment);
  }

  /** Answers `segment` by RST, unless it is one. */
  reset(segment: number): void {
    const { network, segments } = this.env;
    const flags = segments.flagsOf(segment);
    if ((flags & Flag.Rst) !== 0) return;
    const hasAck = (flags & Flag.Ack) !== 0;
    const occupied =
      segments.lengthOf(segment) + ((flags & Flag.Syn) !== 0 ? 1 : 0) + ((flags & Flag.Fin) !== 0 ? 1 : 0);
    this.counters.values[FreeBsdCounter.ResetsOut]!++;
    network.transmit(
      segments.openWith(
        segments.endpointOf(segment),
        segments.peerOf(segment),
        hasAck ? Flag.Rst : Flag.Rst | Flag.Ack,
        hasAck ? segments.ackOf(segment) : 0,
        hasAck ? 0 : segments.seqOf(segment) + occupied,
        0,
        0,
      ),
    );
  }

  checkInvariants(): void {
    const { gauges, listeners, sockets, syncache } = this;
    syncache.checkInvariants();
    sockets.checkInvariants();
    assert(gauges.levelOf(SYN_QUEUE) === syncache.count, 'the gauge of the syncache is wrong');
    assert(gauges.levelOf(ACCEPT_QUEUE) === (listeners[0]?.queue.count ?? 0), 'the gauge of the queue is wrong');
  }

  private beginPause(): void {
    if (this.pause.isOn) return;
    this.counters.values[FreeBsdCounter.BucketOverflow]!++;
    this.pause.begin();
    this.gauges.set(PAUSED, 1, this.env.loop.nowNs);
  }
}
