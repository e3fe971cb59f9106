/** Sixteen constant delays, n pending: pop the first event, push it into the next lane. */
import { EventQueue } from '../../src/engine/event-queue.ts';
import { type BenchCase, mix, NOTHING_YET, type Size } from '../harness.ts';

const LANES = 16;

function hold(n: number, operations: number): BenchCase {
  return {
    name: 'lanes/hold',
    parameters: { n, lanes: LANES },
    unit: 'event',
    operations,
    start() {
      const queue = new EventQueue();
      const type = queue.addType(0);
      const lanes = Int32Array.from({ length: LANES }, (_, i) => queue.openLane(1e6 * (i * i + 1), type));
      for (let i = 0; i < n; i++) queue.insertIntoLane(lanes[i % LANES]!, i);
      let turn = 0;
      return () => {
        let hash = NOTHING_YET;
        for (let i = 0; i < operations; i++) {
          queue.clock[0] = queue.headAtNs;
          queue.pop();
          hash = mix(hash, queue.arg);
          queue.insertIntoLane(lanes[turn++ % LANES]!, queue.arg);
        }
        return hash;
      };
    },
  };
}

export function lanesCases(size: Size): BenchCase[] {
  const operations = size === 'real' ? 200_000 : 2000;
  const sizes = size === 'real' ? [100, 10_000, 1_000_000] : [10, 1000];
  return sizes.map((n) => hold(n, operations));
}
