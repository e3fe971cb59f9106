/**
 * Segments through one direction of a link of 10 Gb/s and 1 ms, offered at random instants. An operation is one
 * segment: opened, queued, sent, on its way, delivered, freed; or dropped by the full queue, or lost.
 */
import { type EventSink, Loop } from '../../src/engine/loop.ts';
import { RandomStream } from '../../src/engine/random.ts';
import { Phase } from '../../src/engine/time.ts';
import { Link } from '../../src/network/link.ts';
import type { LinkSpec } from '../../src/network/link-spec.ts';
import { Flag, SegmentPool } from '../../src/network/segment.ts';
import { SynTransit } from '../../src/network/syn-transit.ts';
import { Delivery } from '../../src/network/wire.ts';
import { type BenchCase, mix, NOTHING_YET, type Size } from '../harness.ts';

const RATE_BPS = 10e9;
const PERFECT: LinkSpec = {
  name: 'access',
  rateBps: RATE_BPS,
  delayNs: 1e6,
  jitterNs: 0,
  loss: 0,
  queuePackets: 1000,
  queueBytes: Infinity,
};
/** Smallest frame with preamble and gap: what a SYN takes. */
const SYN_NS = (84 * 8 * 1e9) / RATE_BPS;
const GAPS = 1 << 12;
const SYN_MSS_BYTES = 1460;

/** Offers a SYN after each of a circle of random gaps. */
class Feeder implements EventSink {
  readonly cycleNs: number;
  private readonly loop: Loop;
  private readonly segments: SegmentPool;
  private readonly link: Link;
  private readonly type: number;
  private readonly gapNs: Float64Array;
  private sent: number;

  constructor(loop: Loop, segments: SegmentPool, link: Link, load: number) {
    const stream = new RandomStream(`link ${load}`);
    this.loop = loop;
    this.segments = segments;
    this.link = link;
    this.type = loop.eventType(this, 0, Phase.Segment);
    this.gapNs = Float64Array.from({ length: GAPS }, () => Math.round((SYN_NS / load) * stream.exponential()));
    this.cycleNs = this.gapNs.reduce((sum, gapNs) => sum + gapNs, 0);
    this.sent = 0;
    this.scheduleNext();
  }

  onEvent(): void {
    const { segments } = this;
    const segment = segments.open(0, this.sent++ >>> 0, 80, Flag.Syn, 1, 0);
    segments.setMss(segment, SYN_MSS_BYTES);
    this.link.transmit(segment);
    this.scheduleNext();
  }

  private scheduleNext(): void {
    this.loop.schedule(this.loop.nowNs + this.gapNs[this.sent & (GAPS - 1)]!, this.type, 0);
  }
}

function transmit(
  load: number,
  changes: Partial<LinkSpec>,
  parameters: BenchCase['parameters'],
  cycles: number,
): BenchCase {
  return {
    name: 'link/transmit',
    parameters: { load, ...parameters },
    unit: 'segment',
    operations: cycles * GAPS,
    start() {
      const loop = new Loop();
      const segments = new SegmentPool();
      const stream = new RandomStream('link');
      const link = new Link({ ...PERFECT, ...changes }, loop, segments, new SynTransit(1), stream);
      let received = NOTHING_YET;
      const receiver = { onSegment: (segment: number) => void (received = mix(received, segments.peerOf(segment))) };
      link.route(0, new Delivery(segments, receiver), Phase.Segment + 1);
      const feeder = new Feeder(loop, segments, link, load);
      return () => {
        loop.runUntil(loop.nowNs + cycles * feeder.cycleNs);
        return link.counters.values.reduce(mix, received);
      };
    },
  };
}

export function linkCases(size: Size): BenchCase[] {
  const cycles = size === 'real' ? 32 : 1;
  return [
    transmit(0.9, {}, {}, cycles),
    transmit(1.5, {}, {}, cycles),
    transmit(0.9, { jitterNs: 1e5, loss: 0.01 }, { jitter: '100us', loss: '1%' }, cycles),
  ];
}
