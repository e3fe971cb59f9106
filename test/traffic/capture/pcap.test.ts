import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readArrivalTimes } from '../../../src/traffic/capture/read-arrival-times.ts';
import { frame, ipPacket, pcap } from '../../support/capture-bytes.ts';

const test = suite('pcap');

test('the link type is in the low 16 bits: those above it tell of a frame check sequence', () => {
  for (const big of [false, true]) {
    const file = pcap([{ seconds: 1, fraction: 0, bytes: frame('ethernet', ipPacket()) }], { big });
    const view = new DataView(file.buffer);
    view.setUint32(20, 0x2400_0001, !big); // two 16-bit words of it behind each packet
    assert.is(readArrivalTimes(file, 'f', { port: null }).synCount, 1);
  }
});
test.run();
