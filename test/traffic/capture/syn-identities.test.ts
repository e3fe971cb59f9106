import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readArrivalTimes } from '../../../src/traffic/capture/read-arrival-times.ts';
import { ipPacket, pcap } from '../../support/capture-bytes.ts';

const test = suite('identities of SYNs');

test('an IPv4 and an IPv6 connection whose addresses begin alike are two', () => {
  const ipv4 = ipPacket();
  const ipv6 = ipPacket({ version: 6 });
  ipv6.set(ipv4.subarray(12, 20), 8);
  for (const packets of [
    [ipv4, ipv6, ipv6],
    [ipv6, ipv4, ipv6],
    [ipv6, ipv4, ipv4],
  ]) {
    const records = packets.map((bytes, seconds) => ({ seconds, fraction: 0, bytes }));
    const file = pcap(records, { link: 'raw' });
    const { passedOver, synCount } = readArrivalTimes(file, 'f', { port: null, newConnectionsOnly: true });
    assert.equal([synCount, passedOver['retransmission']], [2, 1]);
  }
});
test.run();
