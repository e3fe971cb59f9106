/** One draw of each law. */
import { RandomStream } from '../../src/engine/random.ts';
import { type BenchCase, mix, NOTHING_YET, type Size } from '../harness.ts';

const DRAWS: Readonly<Record<string, (stream: RandomStream) => number>> = {
  uniform: (stream) => stream.uniform() * 0x1_0000_0000,
  exponential: (stream) => stream.exponential() * 1e9,
  normal: (stream) => stream.normal() * 1e9,
  'poisson(5)': (stream) => stream.poisson(5),
  'poisson(1000)': (stream) => stream.poisson(1000),
  'geometric(10)': (stream) => stream.geometric(10),
};

export function randomCases(size: Size): BenchCase[] {
  const operations = size === 'real' ? 100_000 : 1000;
  return Object.entries(DRAWS).map(([law, draw]) => ({
    name: 'random/draw',
    parameters: { law },
    unit: 'draw',
    operations,
    start() {
      const stream = new RandomStream(law);
      return () => {
        let hash = NOTHING_YET;
        for (let i = 0; i < operations; i++) hash = mix(hash, draw(stream));
        return hash;
      };
    },
  }));
}
