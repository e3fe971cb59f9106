import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { roundNs } from '../../src/engine/time.ts';

const test = suite('time');

test('roundNs is Math.round: at halves, just beside them, and where doubles are no longer exact to a half', () => {
  const neighbour = (x: number, ulps: number): number => {
    const bits = new BigInt64Array(1);
    const value = new Float64Array(bits.buffer);
    value[0] = x;
    bits[0] = (bits[0] ?? 0n) + BigInt(ulps);
    return Math.abs(value[0]);
  };
  const whole = fc.oneof(
    fc.nat(1000),
    fc.maxSafeNat(),
    fc.nat(53).map((power) => 2 ** power),
  );
  fc.assert(
    fc.property(whole, fc.constantFrom(0, 0.25, 0.5), fc.integer({ min: -3, max: 3 }), (n, part, ulps) => {
      const x = neighbour(n + part, ulps);
      if (x <= Number.MAX_SAFE_INTEGER) assert.is(roundNs(x), Math.round(x), `${x}`);
    }),
    { seed: 1, numRuns: 20_000 },
  );
  for (const x of [0, 0.49999999999999994, 0.5, 1.5, 2.5, Infinity]) assert.is(roundNs(x), Math.round(x), `${x}`);
});

test.run();
