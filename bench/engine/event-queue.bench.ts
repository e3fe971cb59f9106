/** The hold model: pop the first event, insert it again some delay later, with n pending. */
import { EventQueue } from '../../src/engine/event-queue.ts';
import { RandomStream } from '../../src/engine/random.ts';
import { type BenchCase, mix, NOTHING_YET, type Size } from '../harness.ts';

const DELAYS = 1 << 16;

const LAWS = {
  exponential: (stream: RandomStream) => Math.round(1e9 * stream.exponential()),
  /** A tenth at 1 us, the rest timers of 63 s: what breaks queues that trust in one time scale. */
  skewed: (stream: RandomStream) => (stream.bernoulli(0.1) ? 1000 : Math.round(63e9 * (0.9 + 0.2 * stream.uniform()))),
  /** Multiples of 10 ms: every instant is shared by many. */
  ties: (stream: RandomStream) => 1e7 * (1 + stream.below(100)),
} as const;

function hold(n: number, law: keyof typeof LAWS, operations: number): BenchCase {
  return {
    name: 'event-queue/hold',
    parameters: { n, delay: law },
    operations,
    start() {
      const stream = new RandomStream(`hold ${n} ${law}`);
      const delayNs = Float64Array.from({ length: DELAYS }, () => LAWS[law](stream));
      const queue = new EventQueue();
      const type = queue.addType(0);
      let next = 0;
      for (let i = 0; i < n; i++) queue.insert(delayNs[next++ & (DELAYS - 1)]!, type, i);
      return () => {
        let hash = NOTHING_YET;
        for (let i = 0; i < operations; i++) {
          const nowNs = queue.headAtNs;
          queue.pop();
          hash = mix(hash, queue.arg);
          queue.insert(nowNs + delayNs[next++ & (DELAYS - 1)]!, type, queue.arg);
        }
        return hash;
      };
    },
  };
}

export function eventQueueCases(size: Size): BenchCase[] {
  const operations = size === 'real' ? 200_000 : 2000;
  const sizes = size === 'real' ? [100, 1000, 10_000, 100_000, 1_000_000] : [10, 1000];
  return [
    ...sizes.map((n) => hold(n, 'exponential', operations)),
    ...sizes.filter((n) => n <= 100_000).map((n) => hold(n, 'skewed', operations)),
    ...sizes.filter((n) => n <= 100_000).map((n) => hold(n, 'ties', operations)),
  ];
}
