/**
 * The pending-event set alone. Hold: pop the first event, insert it again some delay later, with n pending. PHOLD, of
 * parallel simulation: each event of a logical process schedules one for a random other, not sooner than its lookahead.
 * Source: R. M. Fujimoto, Performance of Time Warp under synthetic workloads, 1990 (PHOLD).
 */
import { EventQueue } from '../../src/engine/event-queue.ts';
import { RandomStream } from '../../src/engine/random.ts';
import { type BenchCase, mix, NOTHING_YET, type Size } from '../harness.ts';

/** Random numbers are drawn beforehand, as many as this, and used in a circle. */
const DRAWS = 1 << 16;
const DRAWS_MASK = DRAWS - 1;
const PROCESSES = 256;
const LOOKAHEAD_NS = 1e7;

const HOLD_LAWS = {
  exponential: (stream: RandomStream) => Math.round(1e9 * stream.exponential()),
  /** A tenth at 1 us, the rest timers of 63 s: what breaks queues that trust in one time scale. */
  skewed: (stream: RandomStream) => (stream.bernoulli(0.1) ? 1000 : Math.round(63e9 * (0.9 + 0.2 * stream.uniform()))),
  /** Multiples of 10 ms: every instant is shared by many. */
  ties: (stream: RandomStream) => 1e7 * (1 + stream.below(100)),
} as const;

const PHOLD_LAWS = {
  exponential: (stream: RandomStream) => Math.round(LOOKAHEAD_NS + 1e9 * stream.exponential()),
  /** Whole lookaheads, up to a hundred: what happens at one instant is exactly simultaneous. */
  ties: (stream: RandomStream) => LOOKAHEAD_NS * (1 + stream.below(100)),
} as const;

function hold(n: number, law: keyof typeof HOLD_LAWS, operations: number): BenchCase {
  return {
    name: 'event-queue/hold',
    parameters: { n, delay: law },
    unit: 'event',
    operations,
    start() {
      const stream = new RandomStream(`hold ${n} ${law}`);
      const delayNs = Float64Array.from({ length: DRAWS }, () => HOLD_LAWS[law](stream));
      const queue = new EventQueue();
      const type = queue.addType(0);
      let next = 0;
      for (let i = 0; i < n; i++) queue.insert(delayNs[next++ & DRAWS_MASK]!, type, i);
      return () => {
        let hash = NOTHING_YET;
        for (let i = 0; i < operations; i++) {
          const nowNs = queue.headAtNs;
          queue.pop();
          hash = mix(hash, queue.arg);
          queue.insert(nowNs + delayNs[next++ & DRAWS_MASK]!, type, queue.arg);
        }
        return hash;
      };
    },
  };
}

function phold(n: number, law: keyof typeof PHOLD_LAWS, operations: number): BenchCase {
  return {
    name: 'event-queue/phold',
    parameters: { n, processes: PROCESSES, delay: law },
    unit: 'event',
    operations,
    start() {
      const stream = new RandomStream(`phold ${n} ${law}`);
      const delayNs = Float64Array.from({ length: DRAWS }, () => PHOLD_LAWS[law](stream));
      const targets = Int32Array.from({ length: DRAWS }, () => stream.below(PROCESSES));
      const states = new Int32Array(PROCESSES).fill(NOTHING_YET); // process → what it has seen so far
      const queue = new EventQueue();
      const type = queue.addType(0);
      let next = 0;
      for (let i = 0; i < n; i++) queue.insert(delayNs[next++ & DRAWS_MASK]!, type, i % PROCESSES);
      return () => {
        for (let i = 0; i < operations; i++) {
          const nowNs = queue.headAtNs;
          queue.pop();
          const process = queue.arg;
          // The order of events with equal times shows in the state of their processes.
          const state = mix(states[process]!, next);
          states[process] = state;
          const draw = (state + next++) & DRAWS_MASK;
          queue.insert(nowNs + delayNs[draw]!, type, targets[draw]!);
        }
        return states.reduce(mix, NOTHING_YET);
      };
    },
  };
}

export function eventQueueCases(size: Size): BenchCase[] {
  const operations = size === 'real' ? 200_000 : 2000;
  const sizes = size === 'real' ? [100, 1000, 10_000, 100_000, 1_000_000] : [10, 1000];
  const some = size === 'real' ? [1000, 1_000_000] : [1000];
  return [
    ...sizes.map((n) => hold(n, 'exponential', operations)),
    ...sizes.filter((n) => n <= 100_000).map((n) => hold(n, 'skewed', operations)),
    ...sizes.filter((n) => n <= 100_000).map((n) => hold(n, 'ties', operations)),
    ...some.map((n) => phold(n, 'exponential', operations)),
    ...some.map((n) => phold(n, 'ties', operations)),
  ];
}
