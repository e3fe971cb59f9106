/**
 * Segments that a host will send after its own constant delay, in the order of their causes.
 * Also what keeps a host from calling the server while the server is calling it.
 */
import type { Counters } from '../engine/counters.ts';
import { CapacityError } from '../engine/errors.ts';
import type { EventSink } from '../engine/loop.ts';
import { RingBuffer } from '../engine/ring-buffer.ts';
import { Flag } from '../network/segment.ts';
import type { SourceEnvironment } from './source.ts';

const PENDING_MAX = 2 ** 26;
const FLAGS_BITS = 8; // flags in the low byte, payload length above

export class Outbox implements EventSink {
  private readonly env: SourceEnvironment;
  private readonly port: number;
  private readonly window: number;
  private readonly lane: number;
  private readonly counters: Counters | null;
  private readonly resetsSent: number; // index into counters
  private readonly peer: RingBuffer;
  private readonly seq: RingBuffer;
  private readonly ack: RingBuffer;
  private readonly flagsAndLength: RingBuffer;

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
    this.counters = counters;
    this.resetsSent = resetsSent;
    this.env = env;
    this.port = port;
    this.window = window;
    this.lane = env.loop.lane(delayNs, env.loop.eventType(this, 0, env.phase + 1));
    this.peer = new RingBuffer('u32', 16, PENDING_MAX);
    this.seq = new RingBuffer('u32', 16, PENDING_MAX);
    this.ack = new RingBuffer('u32', 16, PENDING_MAX);
    this.flagsAndLength = new RingBuffer('u32', 16, PENDING_MAX);
  }

  get bytes(): number {
    return this.peer.bytes + this.seq.bytes + this.ack.bytes + this.flagsAndLength.bytes;
  }

  /** Queues one segment. @throws CapacityError. O(1), amortised. */
  post(peer: number, flags: number, seq: number, ack: number, lengthBytes: number): void {
    const fits =
      this.peer.tryPush(peer) &&
      this.seq.tryPush(seq) &&
      this.ack.tryPush(ack) &&
      this.flagsAndLength.tryPush((lengthBytes << FLAGS_BITS) | flags);
    if (!fits) throw new CapacityError('answers under way', `more than ${PENDING_MAX} answers under way`);
    this.env.loop.scheduleIn(this.lane, 0);
  }

  onEvent(): void {
    const { segments, source, network } = this.env;
    const peer = this.peer.shift();
    const flagsAndLength = this.flagsAndLength.shift();
    const flags = flagsAndLength & ((1 << FLAGS_BITS) - 1);
    const segment = segments.open(source, peer, this.port, flags, this.seq.shift(), this.ack.shift());
    segments.setLength(segment, flagsAndLength >>> FLAGS_BITS);
    if ((flags & Flag.Rst) === 0) segments.setWindow(segment, this.window);
    else this.counters?.add(this.resetsSent, 1);
    network.transmit(segment);
  }
}
