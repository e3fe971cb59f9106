import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readArrivalTimes } from '../../../src/traffic/capture/read-arrival-times.ts';
import type { CaptureTimes } from '../../../src/traffic/capture/syn-collector.ts';
import { block, ipPacket, join, pcapng, words } from '../../support/capture-bytes.ts';

const bytes = ipPacket();
const padded = join(bytes, new Uint8Array((4 - (bytes.length % 4)) % 4));

function read(file: Uint8Array): CaptureTimes {
  return readArrivalTimes(file, 'f', { port: null });
}

const test = suite('pcapng');

test('the offset of an interface has a sign', () => {
  const file = pcapng(
    [
      { units: 10_000_000n, bytes, on: 1 },
      { units: 9_000_000n, bytes },
    ],
    { link: 'raw', others: [{ link: 'raw', offset: -3 }] },
  );
  // 10 - 3 s is before 9 s.
  assert.equal([...read(file).atNs], [0, 2e9]);
});

test('a simple packet block holds no more than its own bytes, whatever the length of its packet was', () => {
  const section = pcapng([{ units: 1n, bytes }], { link: 'raw' });
  const cut = (kept: number): Uint8Array => block(true, 3, join(words(true, [1500]), padded.subarray(0, kept)));
  // With all 40 bytes it is a SYN without a time; with 32 it ends before the flags, which are not read out of what follows.
  assert.is(read(join(section, cut(40))).passedOver['no_time'], 1);
  const short = read(join(section, cut(32), block(true, 0x0bad, padded)));
  assert.equal([short.passedOver['no_time'], short.passedOver['truncated']], [0, 1]);
});

test('an obsolete packet block names its interface in 16 bits; behind them is a count of drops', () => {
  const section = pcapng([{ units: 1_000_000n, bytes }], { link: 'raw' });
  const drops = 7 << 16;
  const obsolete = block(true, 2, join(words(true, [drops, 0, 3_000_000, bytes.length, bytes.length]), padded));
  assert.equal([...read(join(section, obsolete)).atNs], [0, 2e9]);
});
test.run();
