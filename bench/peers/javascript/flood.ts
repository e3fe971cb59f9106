/**
 * A flood of forged SYNs at the shipped textbook listener on the shipped loop: each SYN is an event, a segment and a
 * walk through onSegment(), each end of a hold an event; nothing is skipped. cpp/listener.hpp and
 * simpy/flood.py have the twins.
 * Leaves out: links and the wire between (a SYN is at the listener when it is due, its answer ends there).
 */
import { type EventSink, Loop } from '../../../src/engine/loop.ts';
import { RandomStreams } from '../../../src/engine/random-streams.ts';
import { Phase } from '../../../src/engine/time.ts';
import { type Listener, SYN_QUEUE } from '../../../src/listeners/listener.ts';
import { createListener } from '../../../src/listeners/stacks.ts';
import { Flag, SegmentPool } from '../../../src/network/segment.ts';
import { mix, NOTHING_YET } from '../../harness.ts';
import { exponentials, MEAN, mixEvent, peerOfSyn, TABLE_LENGTH, TABLE_MASK } from '../recurrence.ts';
import type { TimedWork } from './timed-work.ts';

const HOLD_NS = 63e9;
const FULL_GAP_NS = 10_000;
const OPEN_SLOTS = 2 ** 20;
const BACKLOG = 128;
const PORT = 80;
const SYN_WINDOW = 8192;
const SYN_MSS_BYTES = 1460;
/** What the hash takes in of the listener, in this order. */
const COUNTERS = [
  'segments_in',
  'admitted',
  'refused_slots_full',
  'refused_accept_queue_full',
  'expired',
  'synacks_out',
] as const;
const FATES = ['admitted', 'duplicate', 'slots_full'] as const;

export class Flood implements TimedWork, EventSink {
  private readonly loop: Loop;
  private readonly segments: SegmentPool;
  private readonly stack: Listener;
  private readonly synType: number;
  private readonly n: number;
  private readonly stepNs: number;
  private readonly gapsNs: Float64Array;
  private readonly sumsNs: Float64Array; // i → sum of the gaps before i, once around the table
  private synCount: number;
  private lastSeq: number; // of the wire: the sequence number of the last SYN-ACK

  /** @param isFull n slots, taken all the time; else n connections are half-open at once, and there is room. */
  constructor(n: number, isFull: boolean) {
    const loop = new Loop();
    const segments = new SegmentPool();
    this.loop = loop;
    this.segments = segments;
    this.stack = createListener(
      {
        kind: 'classic',
        slots: isFull ? n : OPEN_SLOTS,
        hold: { kind: 'constant', meanNs: HOLD_NS },
        policy: 'tail-drop',
      },
      {
        loop,
        segments,
        network: {
          transmit: (segment) => {
            this.lastSeq = segments.seqOf(segment);
            segments.free(segment);
          },
        },
        waker: { wakeUp: () => {} },
        wakesAtOnce: true,
        random: new RandomStreams('peers', 0),
        sourceCount: 1,
        port: PORT,
        otherPorts: [],
      },
    );
    this.stack.listen(BACKLOG);
    this.synType = loop.eventType(this, 0, Phase.Segment);
    this.n = n;
    this.stepNs = Math.floor(HOLD_NS / n);
    const meanNs = isFull ? FULL_GAP_NS : this.stepNs;
    this.gapsNs = exponentials().map((value) => 1 + Math.floor((value * meanNs) / MEAN));
    this.sumsNs = new Float64Array(TABLE_LENGTH + 1);
    this.gapsNs.forEach((gapNs, i) => (this.sumsNs[i + 1] = this.sumsNs[i]! + gapNs));
    this.synCount = 0;
    this.lastSeq = 0;
    loop.schedule(0, this.synType, 0);
    loop.runUntil((n - 1) * this.stepNs);
  }

  /** Handles all events up to and including that of the `syns`-th SYN from here. */
  run(syns: number): void {
    const from = this.synCount - 1;
    this.loop.runUntil(this.loop.nowNs + this.spanNs(from + syns) - this.spanNs(from));
  }

  runHashed(syns: number): void {
    this.run(syns);
  }

  outcome(): number {
    const { loop, stack } = this;
    const ledger = stack.ledger.of(0);
    const words = [
      ...COUNTERS.map((name) => stack.counters.valueOf(stack.counters.names.indexOf(name))),
      ...FATES.map((name) => ledger.valueOf(ledger.names.indexOf(name))),
      stack.gauges.levelOf(SYN_QUEUE),
      stack.gauges.maxOf(SYN_QUEUE),
    ];
    return words.reduce(mix, mixEvent(NOTHING_YET, loop.nowNs, this.lastSeq));
  }

  /** A SYN is due. */
  onEvent(): void {
    const { loop, segments } = this;
    const k = this.synCount++;
    const segment = segments.open(0, peerOfSyn(k), PORT, Flag.Syn, 1, 0);
    segments.setWindow(segment, SYN_WINDOW);
    segments.setMss(segment, SYN_MSS_BYTES);
    this.stack.onSegment(segment);
    segments.free(segment);
    loop.schedule(loop.nowNs + this.gapAfterNs(k), this.synType, 0);
  }

  /** From SYN k to the one after it: the first n lie evenly over one hold. */
  private gapAfterNs(k: number): number {
    return k + 1 < this.n ? this.stepNs : this.gapsNs[k & TABLE_MASK]!;
  }

  /** Sum of the first `gaps` gaps of the table, which is used in turn. */
  private spanNs(gaps: number): number {
    const rounds = Math.floor(gaps / TABLE_LENGTH);
    return rounds * this.sumsNs[TABLE_LENGTH]! + this.sumsNs[gaps & TABLE_MASK]!;
  }
}
