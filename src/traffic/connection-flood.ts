/**
 * An attacker with real hosts: every handshake is completed and nothing is sent, so that connections fill the accept
 * queue and then the application. They are held, or ended by RST after a while (at once: handshake then RST).
 * Leaves out: SYNs that are sent again, requests that come one byte at a time, FIN.
 * Source: E2.3, E2.4; children that were reset keep their place in the accept queue until accept() (B7.2).
 */
import { Counters } from '../engine/counters.ts';
import type { EventSink } from '../engine/loop.ts';
import { grown, SlotPool } from '../engine/slot-pool.ts';
import { NEVER_NS } from '../engine/time.ts';
import { Flag } from '../network/segment.ts';
import { endpointOf, TupleIndex } from '../network/tuple-index.ts';
import { Outbox } from './outbox.ts';
import type { Source, SourceEnvironment } from './source.ts';
import type { ConnectionFloodSpec } from './specs.ts';

export const ConnectionCounter = {
  Sent: 0,
  SynAcksReceived: 1,
  ResetsSent: 2,
  Connected: 3,
  ResetsReceived: 4,
  Held: 5,
};
const CONNECTION_COUNTERS = [
  'sent',
  'synacks_received',
  'resets_sent',
  'connected',
  'resets_received',
  'held',
] as const;

const Kind = { Arrival: 0, End: 1 } as const;
const ISN = 0x20000;
const WINDOW = 8192;
const MSS_BYTES = 1460;
const SLOTS = 64;
const SLOTS_MAX = 2 ** 24;
const NO_END = -1;

export class ConnectionFlood implements Source, EventSink {
  readonly counters: Counters;
  private readonly spec: ConnectionFloodSpec;
  private readonly env: SourceEnvironment;
  private readonly outbox: Outbox;
  private readonly arrivalType: number;
  private readonly endLane: number; // -1: connections are held for ever
  private readonly pool: SlotPool;
  private readonly endpoint: number;
  private readonly index: TupleIndex; // 4-tuple → slot of a connection that is held
  private endsAtNs: Float64Array; // slot → when it ends, NO_END
  private nextPeer: number;

  constructor(spec: ConnectionFloodSpec, env: SourceEnvironment) {
    const { loop, phase } = env;
    this.counters = new Counters(CONNECTION_COUNTERS, [ConnectionCounter.Held]);
    this.spec = spec;
    this.env = env;
    this.outbox = new Outbox(env, spec.port, WINDOW, 0, this.counters, ConnectionCounter.ResetsSent);
    this.arrivalType = loop.eventType(this, Kind.Arrival, phase);
    this.endLane = spec.holdNs === NEVER_NS ? -1 : loop.lane(spec.holdNs, loop.eventType(this, Kind.End, phase + 1));
    this.pool = new SlotPool(SLOTS, SLOTS_MAX, 'connections held', 8, (to) => this.grow(to));
    this.endpoint = endpointOf(env.source, spec.port);
    this.index = new TupleIndex(SLOTS);
    this.endsAtNs = new Float64Array(SLOTS).fill(NO_END);
    this.nextPeer = 0;
  }

  get synsSent(): number {
    return this.counters.valueOf(ConnectionCounter.Sent);
  }

  get bytes(): number {
    return this.pool.bytes + this.index.bytes;
  }

  start(): void {
    this.schedule();
  }

  onServed(): void {
    // Whoever is behind the connection wants it held, not served.
  }

  onEvent(kind: number, slot: number): void {
    if (kind === Kind.Arrival) {
      this.schedule();
      this.connect();
    } else if (this.endsAtNs[slot] === this.env.loop.nowNs) {
      this.outbox.send(this.index.peerOf(slot), Flag.Rst, ISN + 1, 0, 0);
      this.forget(slot);
    }
  }

  onSegment(segment: number): void {
    const { segments } = this.env;
    const peer = segments.peerOf(segment);
    const flags = segments.flagsOf(segment);
    const slot = this.index.find(this.endpoint, peer);
    if ((flags & Flag.Rst) !== 0) {
      if (slot < 0) return;
      this.counters.add(ConnectionCounter.ResetsReceived, 1);
      this.forget(slot);
    } else if ((flags & Flag.Syn) !== 0) {
      this.counters.add(ConnectionCounter.SynAcksReceived, 1);
      this.outbox.post(peer, Flag.Ack, ISN + 1, segments.seqOf(segment) + 1, 0);
      // The RST of a connection that ends at once comes behind its ACK.
      if (slot < 0) this.hold(peer);
    } else if (slot < 0) {
      this.outbox.post(peer, Flag.Rst, segments.ackOf(segment), 0, 0);
    } else {
      const length = segments.lengthOf(segment) + ((flags & Flag.Fin) === 0 ? 0 : 1);
      if (length > 0) this.outbox.post(peer, Flag.Ack, ISN + 1, segments.seqOf(segment) + length, 0);
    }
  }

  private schedule(): void {
    const { arrivals, loop } = this.env;
    const atNs = arrivals === null ? NEVER_NS : arrivals.nextNs();
    if (atNs !== NEVER_NS) loop.schedule(atNs, this.arrivalType, 0);
  }

  private connect(): void {
    const { network, segments, source } = this.env;
    const segment = segments.open(source, this.nextPeer, this.spec.port, Flag.Syn, ISN, 0);
    this.nextPeer = (this.nextPeer + 1) >>> 0;
    segments.setWindow(segment, WINDOW);
    segments.setMss(segment, MSS_BYTES);
    this.counters.add(ConnectionCounter.Sent, 1);
    network.transmit(segment);
  }

  /** The first SYN-ACK of `peer`: from now on there is a connection. */
  private hold(peer: number): void {
    const slot = this.pool.alloc();
    this.index.add(slot, this.endpoint, peer);
    this.counters.add(ConnectionCounter.Connected, 1);
    this.counters.add(ConnectionCounter.Held, 1);
    if (this.endLane < 0) return;
    this.endsAtNs[slot] = this.env.loop.nowNs + this.spec.holdNs;
    this.env.loop.scheduleIn(this.endLane, slot);
  }

  private forget(slot: number): void {
    this.index.delete(slot);
    this.endsAtNs[slot] = NO_END;
    this.pool.free(slot);
    this.counters.add(ConnectionCounter.Held, -1);
  }

  private grow(capacity: number): void {
    this.endsAtNs = grown(this.endsAtNs, new Float64Array(capacity));
    this.index.grow(capacity);
  }
}
