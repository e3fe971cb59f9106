/**
 * The event loop with dispatch: n pending events, one half in lanes of constant delay, the other in the ladder, handed
 * in one order to three sinks that switch over the kind of event and schedule the next. No network, no listener.
 */
import { type EventSink, Loop } from '../../src/engine/loop.ts';
import { RandomStream } from '../../src/engine/random.ts';
import { Phase, TIME_NS_MAX } from '../../src/engine/time.ts';
import { type BenchCase, mix, NOTHING_YET, type Size } from '../harness.ts';

const DELAYS = 1 << 16;
const DELAYS_MASK = DELAYS - 1;
/** Delays of the lanes: round trips and timers. The random delays have their mean, so both halves are as busy. */
const LANE_DELAYS_NS = [1e6, 5e6, 2e7, 1e8, 1e9, 2e9, 4e9, 8e9] as const;
const MEAN_DELAY_NS = LANE_DELAYS_NS.reduce((sum, ns) => sum + ns, 0) / LANE_DELAYS_NS.length;
const KINDS = 4;

/** Constant delays: each event goes on in the next lane. */
class Timers implements EventSink {
  readonly seen = new Int32Array(KINDS).fill(NOTHING_YET);
  private readonly loop: Loop;
  private readonly lanes: Int32Array;

  constructor(loop: Loop, phase: number) {
    this.loop = loop;
    const types = Array.from({ length: KINDS }, (_, kind) => loop.eventType(this, kind, phase));
    this.lanes = Int32Array.from(LANE_DELAYS_NS, (delayNs, i) => loop.lane(delayNs, types[i % KINDS]!));
  }

  start(i: number): void {
    this.loop.scheduleIn(this.lanes[i % this.lanes.length]!, i);
  }

  onEvent(kind: number, arg: number): void {
    const { lanes, loop, seen } = this;
    seen[kind] = mix(seen[kind]!, arg);
    switch (kind) {
      case 0:
        loop.scheduleIn(lanes[1 + (arg & 4)]!, arg);
        break;
      case 1:
        loop.scheduleIn(lanes[2 + (arg & 4)]!, arg);
        break;
      case 2:
        loop.scheduleIn(lanes[3 + (arg & 4)]!, arg);
        break;
      default:
        loop.scheduleIn(lanes[arg & 4]!, arg ^ 4);
    }
  }
}

/** Random delays: arrivals, services. */
class Arrivals implements EventSink {
  readonly seen = new Int32Array(KINDS).fill(NOTHING_YET);
  private readonly loop: Loop;
  private readonly types: Int32Array;
  private readonly delayNs: Float64Array;
  private next: number;

  constructor(loop: Loop, phase: number, stream: RandomStream) {
    this.loop = loop;
    this.types = Int32Array.from({ length: KINDS }, (_, kind) => loop.eventType(this, kind, phase));
    this.delayNs = Float64Array.from({ length: DELAYS }, () => Math.round(MEAN_DELAY_NS * stream.exponential()));
    this.next = 0;
  }

  start(i: number): void {
    this.schedule(i % KINDS, i);
  }

  onEvent(kind: number, arg: number): void {
    const { seen } = this;
    seen[kind] = mix(seen[kind]!, arg);
    switch (kind) {
      case 0:
        return this.schedule(1, arg);
      case 1:
        return this.schedule(2, arg);
      case 2:
        return this.schedule(3, arg);
      default:
        return this.schedule(0, arg);
    }
  }

  private schedule(kind: number, arg: number): void {
    this.loop.schedule(this.loop.nowNs + this.delayNs[this.next++ & DELAYS_MASK]!, this.types[kind]!, arg);
  }
}

/** A third class of sinks: a call of the loop that meets two is compiled more cheaply than a run's can be. */
class Beat implements EventSink {
  beats = 0;
  private readonly loop: Loop;
  private readonly lane: number;

  constructor(loop: Loop) {
    this.loop = loop;
    this.lane = loop.lane(1e9, loop.eventType(this, 0, Phase.Process));
  }

  start(): void {
    this.loop.scheduleIn(this.lane, 0);
  }

  onEvent(): void {
    this.beats++;
    this.start();
  }
}

function dispatch(n: number, operations: number): BenchCase {
  return {
    name: 'loop/dispatch',
    parameters: { n, lanes: LANE_DELAYS_NS.length },
    unit: 'event',
    operations,
    start() {
      const loop = new Loop();
      const timers = new Timers(loop, Phase.Timer);
      const arrivals = new Arrivals(loop, Phase.Segment, new RandomStream(`dispatch ${n}`));
      const beat = new Beat(loop);
      for (let i = 0; i < n / 2; i++) {
        timers.start(i);
        arrivals.start(i);
      }
      beat.start();
      return () => {
        loop.runUntil(TIME_NS_MAX, loop.eventCount + operations);
        return [...timers.seen, ...arrivals.seen, beat.beats].reduce(mix, NOTHING_YET);
      };
    },
  };
}

export function loopCases(size: Size): BenchCase[] {
  const operations = size === 'real' ? 200_000 : 2000;
  return (size === 'real' ? [1000, 1_000_000] : [10, 1000]).map((n) => dispatch(n, operations));
}
