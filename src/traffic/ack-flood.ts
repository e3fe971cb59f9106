/**
 * An attacker that sends ACKs with random numbers from forged addresses, each of a 4-tuple that has no connection: they
 * are no valid SYN cookies, and each costs the server a look, and a RST to whoever has the address.
 * Leaves out: replayed cookies; guesses that hit (one in 2^29, B6.10).
 * Source: E2.5, B6.1. Only a listener that has sent a cookie within the last 120 s looks at all: mix in a syn-flood.
 */
import { Counters } from '../engine/counters.ts';
import type { EventSink } from '../engine/loop.ts';
import type { RandomStream } from '../engine/random.ts';
import { NEVER_NS } from '../engine/time.ts';
import { Flag } from '../network/segment.ts';
import type { Source, SourceEnvironment } from './source.ts';
import type { AckFloodSpec } from './specs.ts';

export const AckCounter = { Sent: 0, ResetsReceived: 1 } as const;
const ACK_COUNTERS = ['sent', 'resets_received'] as const;

const WINDOW = 8192;
const NUMBERS = 2 ** 32;

export class AckFlood implements Source, EventSink {
  readonly counters: Counters;
  /** It sends none. */
  readonly synsSent: number;
  readonly bytes: number;
  private readonly spec: AckFloodSpec;
  private readonly env: SourceEnvironment;
  private readonly type: number;
  private readonly numbers: RandomStream;
  private nextPeer: number;

  constructor(spec: AckFloodSpec, env: SourceEnvironment) {
    this.counters = new Counters(ACK_COUNTERS);
    this.synsSent = 0;
    this.bytes = 0;
    this.spec = spec;
    this.env = env;
    this.type = env.loop.eventType(this, 0, env.phase);
    this.numbers = env.random.stream(`traffic.${spec.name}.numbers`);
    this.nextPeer = 0;
  }

  start(): void {
    this.schedule();
  }

  onServed(): void {
    // Nobody waits behind a forged address.
  }

  onEvent(): void {
    const { network, segments, source } = this.env;
    this.schedule();
    const seq = this.numbers.below(NUMBERS);
    const segment = segments.open(source, this.nextPeer, this.spec.port, Flag.Ack, seq, this.numbers.below(NUMBERS));
    this.nextPeer = this.nextPeer + 1 === this.spec.pool ? 0 : (this.nextPeer + 1) >>> 0;
    segments.setWindow(segment, WINDOW);
    this.counters.add(AckCounter.Sent, 1);
    network.transmit(segment);
  }

  onSegment(segment: number): void {
    if ((this.env.segments.flagsOf(segment) & Flag.Rst) !== 0) this.counters.add(AckCounter.ResetsReceived, 1);
  }

  private schedule(): void {
    const { arrivals, loop } = this.env;
    const atNs = arrivals === null ? NEVER_NS : arrivals.nextNs();
    if (atNs !== NEVER_NS) loop.schedule(atNs, this.type, 0);
  }
}
