import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Loop } from '../../src/engine/loop.ts';
import { RandomStream } from '../../src/engine/random.ts';
import { Phase } from '../../src/engine/time.ts';
import { frameBytesOf, Link, LinkCounter, LinkGauge } from '../../src/network/link.ts';
import type { LinkSpec } from '../../src/network/link-spec.ts';
import { Flag, SegmentPool, type Transmitter } from '../../src/network/segment.ts';
import { SynTransit } from '../../src/network/syn-transit.ts';
import { counts } from '../support/counts.ts';

const SPEC: LinkSpec = {
  name: 'l',
  rateBps: Infinity,
  delayNs: 0,
  jitterNs: 0,
  loss: 0,
  queuePackets: Infinity,
  queueBytes: Infinity,
};
/** A SYN without options: 64 bytes of frame and 20 on the wire. */
const SYN_BITS = 84 * 8;

/** A link that writes down when each packet arrives. */
class Bench {
  readonly loop = new Loop();
  readonly segments = new SegmentPool();
  readonly transit = new SynTransit(1);
  readonly arrivals: { readonly atNs: number; readonly peer: number }[] = [];
  readonly link: Link;

  constructor(spec: Partial<LinkSpec>) {
    const random = new RandomStream('link');
    this.link = new Link({ ...SPEC, ...spec }, this.loop, this.segments, this.transit, random);
    const far: Transmitter = {
      transmit: (segment) => {
        this.arrivals.push({ atNs: this.loop.nowNs, peer: this.segments.peerOf(segment) });
        this.segments.free(segment);
      },
    };
    this.link.route(0, far, Phase.Segment);
  }

  /** Sends one packet now. */
  send(peer = 0, lengthBytes = 0): void {
    const segment = this.segments.open(0, peer, 80, Flag.Syn, 0, 0);
    this.segments.setLength(segment, lengthBytes);
    this.link.transmit(segment);
  }

  count(counter: number): number {
    return this.link.counters.valueOf(counter);
  }

  get arrivalsNs(): number[] {
    return this.arrivals.map((arrival) => arrival.atNs);
  }
}

const test = suite('Link');

test('a frame is 58 bytes and payload, at least 64', () => {
  const segments = new SegmentPool();
  const bytesOf = (length: number, mss: number): number => {
    const segment = segments.open(0, 0, 80, 0, 0, 0);
    segments.setLength(segment, length);
    segments.setMss(segment, mss);
    return frameBytesOf(segments, segment);
  };
  assert.equal([bytesOf(0, 0), bytesOf(0, 1460), bytesOf(7, 0), bytesOf(1460, 0)], [64, 64, 65, 1518]);
});

test('an arrival is its wait, its serialization, and the propagation delay', () => {
  const bench = new Bench({ rateBps: 1e9, delayNs: 5000 });
  bench.send();
  bench.send(1, 1460);
  bench.loop.runUntil(1e9);
  assert.equal(bench.arrivalsNs, [672 + 5000, 672 + (1518 + 20) * 8 + 5000]);
});

test(`${counts.linkPackets} packets at 14.88 Mpps each end within 1 ns of the exact instant`, () => {
  const bench = new Bench({ rateBps: 10e9 });
  let arrived = 0;
  let worstNs = 0;
  const far: Transmitter = {
    transmit: (segment) => {
      const exactNs = (++arrived * SYN_BITS) / 10; // 10 Gb/s is 10 bits a ns
      worstNs = Math.max(worstNs, Math.abs(bench.loop.nowNs - exactNs));
      bench.segments.free(segment);
    },
  };
  bench.link.route(0, far, Phase.Segment);
  const batch = 10_000;
  for (let sent = 0; sent < counts.linkPackets;) {
    for (let i = 0; i < batch; i++) bench.send();
    sent += batch;
    bench.loop.runUntil(Math.floor((sent * SYN_BITS) / 10) - 1000); // the sender never idles
  }
  bench.loop.runUntil(1e12);
  assert.is(arrived, counts.linkPackets);
  assert.ok(worstNs < 1, `${worstNs} ns`);
});

test('a rate that divides nothing evenly drifts by less than 1 ns as well', () => {
  const bench = new Bench({ rateBps: 1_544_000 });
  for (let i = 0; i < 10_000; i++) bench.send();
  bench.loop.runUntil(1e12);
  assert.ok(Math.abs((bench.arrivalsNs.at(-1) ?? 0) - (10_000 * SYN_BITS * 1e9) / 1_544_000) < 1);
});

test('an idle sender starts a packet at once', () => {
  const bench = new Bench({ rateBps: 3e9 });
  bench.send();
  bench.loop.runUntil(10_000);
  bench.send();
  bench.loop.runUntil(20_000);
  assert.equal(bench.arrivalsNs, [224, 10_224]);
});

test('the queue holds its packets beside the one being sent, and drops the next', () => {
  const bench = new Bench({ rateBps: 1e6, queuePackets: 3 });
  for (let peer = 0; peer < 10; peer++) bench.send(peer);
  bench.loop.runUntil(1e9);
  assert.equal(
    bench.arrivals.map((arrival) => arrival.peer),
    [0, 1, 2, 3],
  );
  assert.is(bench.count(LinkCounter.DroppedQueue), 6);
  assert.is(bench.transit.droppedOf(0), 6);
  assert.is(bench.link.firstDroppedAtNs, 0);
});

test('a packet that leaves at this instant makes room at this instant', () => {
  const bench = new Bench({ rateBps: 1e9, queuePackets: 0 });
  bench.send(0);
  bench.loop.runUntil(671);
  bench.send(1);
  bench.loop.runUntil(672);
  bench.send(2);
  bench.loop.runUntil(1e6);
  assert.equal(
    bench.arrivals.map((arrival) => arrival.peer),
    [0, 2],
  );
});

test('the queue is bounded in bytes too, so that small packets pass where large ones do not', () => {
  const bench = new Bench({ rateBps: 1e6, queueBytes: 1600 });
  bench.send(0); // in the sender
  bench.send(1, 1460); // 1518 of 1600 bytes
  bench.send(2, 1460);
  bench.send(3); // 64 bytes still fit
  bench.send(4);
  bench.loop.runUntil(1e9);
  assert.equal(
    bench.arrivals.map((arrival) => arrival.peer),
    [0, 1, 3],
  );
});

test('loss is independent: its share is that of the scenario, and the packets have used the sender', () => {
  const bench = new Bench({ rateBps: 1e9, loss: 0.2 });
  const packets = 50_000;
  for (let i = 0; i < packets; i++) bench.send();
  bench.loop.runUntil(1e12);
  const lost = bench.count(LinkCounter.Lost);
  assert.ok(Math.abs(lost - 0.2 * packets) < 5 * Math.sqrt(0.16 * packets));
  assert.is(bench.count(LinkCounter.Delivered), packets - lost);
  assert.is(bench.transit.lostOf(0), lost);
  assert.ok((bench.arrivalsNs.at(-1) ?? 0) > 672 * (packets - 50));
});

test('jitter is uniform up to its bound, and never reorders', () => {
  const bench = new Bench({ delayNs: 1000, jitterNs: 500 });
  const delays: number[] = [];
  for (let i = 0; i < 5000; i++) {
    const sentAtNs = bench.loop.nowNs;
    bench.send(i);
    bench.loop.runUntil(sentAtNs + 2000);
    delays.push((bench.arrivalsNs.at(-1) ?? 0) - sentAtNs);
  }
  assert.is(Math.min(...delays), 1000);
  assert.is(Math.max(...delays), 1500);
  const mean = delays.reduce((a, b) => a + b, 0) / delays.length;
  assert.ok(Math.abs(mean - 1250) < 5 * (144 / Math.sqrt(5000)));
  for (let i = 0; i < 1000; i++) bench.send(i);
  bench.arrivals.length = 0;
  bench.loop.runUntil(1e12);
  assert.equal(
    bench.arrivals.map((arrival) => arrival.peer),
    Array.from({ length: 1000 }, (_, i) => i),
  );
});

test('sent = delivered + lost + dropped + inside, at any instant; gauges follow', () => {
  const bench = new Bench({ rateBps: 1e8, delayNs: 50_000, loss: 0.1, queuePackets: 20 });
  for (let step = 0; step < 2000; step++) {
    bench.send(step);
    if (step % 7 === 0) bench.loop.runUntil(bench.loop.nowNs + 40_000);
    const { link } = bench;
    link.settle(bench.loop.nowNs);
    const gone =
      bench.count(LinkCounter.Delivered) + bench.count(LinkCounter.Lost) + bench.count(LinkCounter.DroppedQueue);
    assert.is(bench.count(LinkCounter.Sent), gone + link.inFlight);
    assert.ok(link.gauges.levelOf(LinkGauge.Packets) <= 21);
    assert.is(bench.segments.count, link.inFlight);
    assert.is(bench.transit.inFlightOf(0), link.inFlight);
  }
});

test('a packet has departed when its last bit has left; on a link without a rate, at once', () => {
  const unlimited = new Bench({ delayNs: 1000 });
  unlimited.send();
  unlimited.send();
  assert.is(unlimited.count(LinkCounter.Departed), 2);
  const limited = new Bench({ rateBps: 1e9 });
  limited.send();
  limited.send();
  limited.link.settle(671);
  assert.is(limited.count(LinkCounter.Departed), 0);
  limited.link.settle(672);
  assert.is(limited.count(LinkCounter.Departed), 1);
});

test('one pending event serves a whole link', () => {
  const bench = new Bench({ rateBps: 1e9, delayNs: 1e9 });
  for (let i = 0; i < 1000; i++) bench.send();
  assert.is(bench.loop.pendingCount, 1);
});
test.run();
