/**
 * Segments that a host will send after its own constant delay, in the order of their causes.
 * Also what keeps a host from calling the server while the server is calling it.
 */
import type { Counters } from '../engine/counters.ts';
import type { EventSink } from '../engine/loop.ts';
import { Flag } from '../network/segment.ts';
import { endpointOf } from '../network/tuple-index.ts';
import type { SourceEnvironment } from './source.ts';

const RST = Flag.Rst;

export class Outbox implements EventSink {
  private readonly env: SourceEnvironment;
  private readonly endpoint: number;
  private readonly window: number;
  private readonly lane: number;
  private readonly counters: Counters | null;
  private readonly resetsSent: number; // index into counters

  /**
   * @param window advertised in all but RSTs.
   * @param delayNs >= 0.
   * @param counters where RSTs are counted, at index `resetsSent`; null: nowhere.
   */
  constructor(
    env: SourceEnvironment,
    port: number,
    window: number,
    delayNs: number,
    counters: Counters | null = null,
    resetsSent = 0,
  ) {
    this.env = env;
    this.endpoint = endpointOf(env.source, port);
    this.window = window;
    this.lane = env.loop.lane(delayNs, env.loop.eventType(this, 0, env.phase + 1));
    this.counters = counters;
    this.resetsSent = resetsSent;
  }

  /** Sends one segment when its time has come; until then it is in the pool. @throws CapacityError. O(1), amortised. */
  post(peer: number, flags: number, seq: number, ack: number, lengthBytes: number, options = 0): void {
    this.env.loop.scheduleIn(this.lane, this.open(peer, flags, seq, ack, lengthBytes, options));
  }

  /** Sends one segment now. Not while the server calls. @throws CapacityError. O(1), amortised. */
  send(peer: number, flags: number, seq: number, ack: number, lengthBytes: number, options = 0): void {
    this.onEvent(0, this.open(peer, flags, seq, ack, lengthBytes, options));
  }

  onEvent(_kind: number, segment: number): void {
    const { segments, network } = this.env;
    if (this.counters !== null && (segments.flagsOf(segment) & RST) !== 0) this.counters.add(this.resetsSent, 1);
    network.transmit(segment);
  }

  private open(peer: number, flags: number, seq: number, ack: number, lengthBytes: number, options: number): number {
    const { segments } = this.env;
    const window = (flags & RST) === 0 ? this.window : 0;
    const segment = segments.openWith(this.endpoint, peer, flags, seq, ack, window, 0);
    segments.setLength(segment, lengthBytes);
    if (options !== 0) segments.setOptions(segment, options);
    return segment;
  }
}
