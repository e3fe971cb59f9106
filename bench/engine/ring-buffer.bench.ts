/** First in, first out at a constant length: the ring against Array.push and shift. An operation is one of each. */
import { RingBuffer } from '../../src/engine/ring-buffer.ts';
import { type BenchCase, mix, NOTHING_YET, type Size } from '../harness.ts';

function ring(length: number, operations: number): BenchCase {
  return {
    name: 'ring-buffer/push+shift',
    parameters: { length },
    unit: 'pair',
    operations,
    start() {
      const queue = new RingBuffer('u32', length + 1, length + 1);
      for (let i = 0; i < length; i++) queue.tryPush(i);
      return () => {
        let hash = NOTHING_YET;
        for (let i = 0; i < operations; i++) {
          queue.tryPush(i);
          hash = mix(hash, queue.shift());
        }
        return hash;
      };
    },
  };
}

function array(length: number, operations: number): BenchCase {
  return {
    name: 'array/push+shift',
    parameters: { length },
    unit: 'pair',
    operations,
    start() {
      const queue = Array.from({ length }, (_, i) => i);
      return () => {
        let hash = NOTHING_YET;
        for (let i = 0; i < operations; i++) {
          queue.push(i);
          hash = mix(hash, queue.shift() ?? 0);
        }
        return hash;
      };
    },
  };
}

export function ringBufferCases(size: Size): BenchCase[] {
  const lengths = size === 'real' ? [16, 128, 4096, 65_536, 1_000_000] : [16, 128];
  const operations = size === 'real' ? 100_000 : 1000;
  return [
    ...lengths.map((length) => ring(length, operations)),
    // Array.shift moves every element of a long array.
    ...lengths.map((length) => array(length, length > 10_000 ? operations / 100 : operations)),
  ];
}
