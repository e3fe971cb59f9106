/**
 * An attacker that sends SYNs from forged addresses: silent, or alive behind them (each SYN-ACK is
 * answered by a RST), with a fresh 4-tuple per SYN or a bounded pool of them.
 * Leaves out: handshakes (clients.ts), ICMP.
 */
import { Counters } from '../engine/counters.ts';
import type { EventSink } from '../engine/loop.ts';
import { NEVER_NS } from '../engine/time.ts';
import { Flag } from '../network/segment.ts';
import { Outbox } from './outbox.ts';
import type { Source, SourceEnvironment } from './source.ts';
import type { FloodSpec } from './specs.ts';

export const FloodCounter = { Sent: 0, SynAcksReceived: 1, ResetsSent: 2 } as const;
const FLOOD_COUNTERS = ['sent', 'synacks_received', 'resets_sent'] as const;

const SYN_WINDOW = 8192;
const SYN_MSS_BYTES = 1460;
const SEQUENCE_SPACE = 0x1_0000_0000;

export class SynFlood implements Source, EventSink {
  readonly counters: Counters;
  private readonly spec: FloodSpec;
  private readonly env: SourceEnvironment;
  private readonly synType: number;
  private readonly resets: Outbox | null; // null: nobody is behind the addresses

  constructor(spec: FloodSpec, env: SourceEnvironment) {
    this.counters = new Counters(FLOOD_COUNTERS);
    this.spec = spec;
    this.env = env;
    this.synType = env.loop.eventType(this, 0, env.phase);
    this.resets =
      spec.resetAfterNs === NEVER_NS
        ? null
        : new Outbox(env, spec.port, 0, spec.resetAfterNs, this.counters, FloodCounter.ResetsSent);
  }

  get synsSent(): number {
    return this.counters.valueOf(FloodCounter.Sent);
  }

  get bytes(): number {
    return this.resets === null ? 0 : this.resets.bytes;
  }

  start(): void {
    this.scheduleNext();
  }

  onServed(): void {
    // Nobody waits behind a forged address.
  }

  /** Sends SYN k, and schedules the next one. */
  onEvent(): void {
    const { segments, source, network } = this.env;
    const k = this.counters.valueOf(FloodCounter.Sent);
    this.counters.add(FloodCounter.Sent, 1);
    this.scheduleNext();
    const segment = segments.open(source, this.peerOf(k), this.spec.port, Flag.Syn, this.isnOf(k), 0);
    segments.setWindow(segment, SYN_WINDOW);
    segments.setMss(segment, SYN_MSS_BYTES);
    network.transmit(segment);
  }

  /** A live host behind the forged address knows nothing of the connection: RST, with the sequence number it was told. */
  onSegment(segment: number): void {
    const { segments } = this.env;
    const synAck = Flag.Syn | Flag.Ack;
    if ((segments.flagsOf(segment) & synAck) !== synAck) return;
    this.counters.add(FloodCounter.SynAcksReceived, 1);
    if (this.resets !== null) this.resets.post(segments.peerOf(segment), Flag.Rst, segments.ackOf(segment), 0, 0);
  }

  private peerOf(k: number): number {
    const { pool, tuples } = this.spec;
    if (tuples !== null) return tuples[k] ?? k;
    return pool === Infinity ? k % SEQUENCE_SPACE : k % pool;
  }

  private isnOf(k: number): number {
    const { isn, isnStep, isns } = this.spec;
    if (isns !== null) return isns[k] ?? isn;
    return isn + Math.imul(k % SEQUENCE_SPACE, isnStep);
  }

  private scheduleNext(): void {
    const atNs = this.env.arrivals === null ? NEVER_NS : this.env.arrivals.nextNs();
    if (atNs !== NEVER_NS) this.env.loop.schedule(atNs, this.synType, 0);
  }
}
