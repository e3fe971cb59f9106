import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ByteReader } from '../../../src/traffic/capture/byte-reader.ts';
import { PacketParser, VERDICT_NAMES } from '../../../src/traffic/capture/packet.ts';
import { ipPacket, join } from '../../support/capture-bytes.ts';

const ETHERNET = 1;
const RAW = 101;
const SLL = 113;
const SLL2 = 276;
const IPV4 = [0x08, 0x00];
const FRAGMENT_HEADER = 44;

/** Verdict and destination port of one packet. */
function parse(linkType: number, ...parts: Uint8Array[]): [string | undefined, number] {
  const bytes = join(...parts);
  const parser = new PacketParser(new ByteReader(bytes));
  const verdict = parser.parse(0, bytes.length, linkType);
  return [VERDICT_NAMES[verdict], parser.destinationPort];
}

/** EtherTypes and tags that come before an IPv4 packet: `tags` are the types of VLAN tags, outermost first. */
function tagged(tags: readonly number[]): Uint8Array {
  return Uint8Array.of(...tags.flatMap((tag) => [tag >> 8, tag & 0xff, 0, 7]), ...IPV4);
}

const packet = ipPacket({ port: 443 });
const mac = new Uint8Array(12).fill(2);

const test = suite('packets');

test('VLAN tags of each kind are passed over, in Ethernet and in both forms of Linux cooked', () => {
  for (const tags of [[], [0x8100], [0x88a8, 0x8100], [0x9100, 0x8100], [0x9100]]) {
    const types = tagged(tags);
    const name = tags.map((tag) => tag.toString(16)).join(' ');
    assert.equal(parse(ETHERNET, mac, types, packet), ['syn', 443], name);
    assert.equal(parse(SLL, new Uint8Array(14), types, packet), ['syn', 443], name);
    // Version 2 begins with the first type; what follows it stands behind the header.
    const sll2 = [types.subarray(0, 2), new Uint8Array(18), types.subarray(2), packet];
    assert.equal(parse(SLL2, ...sll2), ['syn', 443], name);
  }
});

test('a tag that is cut off, or that ends in no IP, is told', () => {
  const header = [Uint8Array.of(0x81, 0), new Uint8Array(18)];
  assert.is(parse(SLL2, ...header, Uint8Array.of(0, 7, 8))[0], 'truncated');
  assert.is(parse(SLL2, ...header, Uint8Array.of(0, 7, 8, 6), packet)[0], 'not_ip');
  assert.is(parse(ETHERNET, mac, Uint8Array.of(0x81, 0, 0, 7, 8))[0], 'truncated');
});

test('the first fragment of a packet holds the TCP header: More Fragments set, offset 0', () => {
  const moreFragments = 0x2000;
  assert.equal(parse(RAW, ipPacket({ fragmentOffset: moreFragments })), ['syn', 80]);
  assert.is(parse(RAW, ipPacket({ fragmentOffset: moreFragments | 1 }))[0], 'fragment');
  const ipv6 = (offsetAndFlags: number): Uint8Array => {
    const bytes = ipPacket({ version: 6, extra: 1 });
    bytes[6] = FRAGMENT_HEADER;
    bytes.set([offsetAndFlags >> 8, offsetAndFlags & 0xff], 42);
    return bytes;
  };
  assert.equal(parse(RAW, ipv6(1)), ['syn', 80]);
  assert.is(parse(RAW, ipv6((1 << 3) | 1))[0], 'fragment');
});
test.run();
