import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CapacityError, InputError } from '../../../src/engine/errors.ts';
import { readArrivalTimes } from '../../../src/traffic/capture/read-arrival-times.ts';
import type { CaptureTimes } from '../../../src/traffic/capture/syn-collector.ts';
import { block, frame, ipPacket, join, type LinkName, pcap, pcapng, words } from '../../support/capture-bytes.ts';
import { counts } from '../../support/counts.ts';

const SYN = 2;
const SYN_ACK = 18;
const LINKS: readonly LinkName[] = ['null', 'ethernet', 'vlan', 'qinq', 'raw', 'sll', 'sll2'];

function read(bytes: Uint8Array, port: number | null = null): CaptureTimes {
  return readArrivalTimes(bytes, 'f.pcap', { port });
}

function text(csv: string): Uint8Array {
  return new TextEncoder().encode(csv);
}

/** Message of the InputError that `bytes` cause. */
function refusal(bytes: Uint8Array, port: number | null = null, newConnectionsOnly = false): string {
  try {
    readArrivalTimes(bytes, 'f.pcap', { port, newConnectionsOnly });
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return 'was read';
}

function syns(link: LinkName, version: 4 | 6 = 4): Uint8Array {
  return frame(link, ipPacket({ version }));
}

const test = suite('captures');

for (const link of LINKS) {
  for (const big of [false, true]) {
    test(`pcap over ${link}, ${big ? 'big' : 'little'}-endian, micro- and nanoseconds, IPv4 and IPv6`, () => {
      for (const version of [4, 6] as const) {
        const bytes = syns(link, version);
        const records = [
          { seconds: 100, fraction: 999_999, bytes },
          { seconds: 101, fraction: 1, bytes },
        ];
        assert.equal([...read(pcap(records, { big, link })).atNs], [0, 2000]);
        assert.equal([...read(pcap(records, { big, link, nano: true })).atNs], [0, 1e9 - 999_998]);
      }
    });

    test(`pcapng over ${link}, ${big ? 'big' : 'little'}-endian`, () => {
      const bytes = syns(link);
      const stamps = [
        { units: 5_000_000n, bytes },
        { units: 5_000_007n, bytes },
      ];
      assert.equal([...read(pcapng(stamps, { big, link })).atNs], [0, 7000]);
    });
  }
}

test('pcapng: resolutions of 10 and of 2, offsets, and several sections of either byte order', () => {
  const bytes = syns('ethernet');
  const at = (resolution: number, units: bigint[], offset = 0): number[] => [
    ...read(
      pcapng(
        units.map((u) => ({ units: u, bytes })),
        { resolution, offset },
      ),
    ).atNs,
  ];
  assert.equal(at(9, [1_700_000_000_000_000_001n, 1_700_000_000_123_456_789n]), [0, 123_456_788]);
  assert.equal(at(3, [5n, 7n]), [0, 2e6]);
  assert.equal(at(0x80 | 10, [1024n, 1536n]), [0, 5e8]);
  assert.equal(at(12, [0n, 5000n]), [0, 5]);
  const sections = join(
    pcapng([{ units: 1_000_000n, bytes }]),
    pcapng([{ units: 0n, bytes }], { big: true, offset: 3 }),
  );
  assert.equal([...read(sections).atNs], [0, 2e9]);
});

test('pcapng: every packet goes by the resolution, offset and link type of its own interface', () => {
  const file = pcapng(
    [
      { units: 10_000_000n, bytes: syns('ethernet') },
      { units: 9_000_000_007n, bytes: syns('sll2', 6), on: 1 },
      { units: 3n * 1024n + 1n, bytes: syns('raw'), on: 2 },
      { units: 20_000_001n, bytes: syns('ethernet') },
    ],
    {
      others: [
        { link: 'sll2', resolution: 9, offset: 2 },
        { link: 'raw', resolution: 0x80 | 10, offset: 9 },
      ],
    },
  );
  assert.equal([...read(file).atNs], [0, 1_000_000_007, 2_000_976_562, 10_000_001_000]);
});

test('pcapng: obsolete packet blocks are read, simple ones have no time', () => {
  const bytes = syns('raw');
  const padded = join(bytes, new Uint8Array((4 - (bytes.length % 4)) % 4));
  const obsolete = block(true, 2, join(words(true, [0, 0, 9_000_000, bytes.length, bytes.length]), padded));
  const simple = block(true, 3, join(words(true, [bytes.length]), padded));
  const times = read(join(pcapng([{ units: 8_000_000n, bytes }], { link: 'raw' }), obsolete, simple));
  assert.equal([...times.atNs], [0, 1e9]);
  assert.equal([times.packetCount, times.synCount, times.passedOver['no_time']], [3, 2, 1]);
});

test('what is no SYN to the port is passed over, and counted by cause', () => {
  const kinds = [
    ipPacket(),
    ipPacket({ flags: SYN_ACK }),
    ipPacket({ port: 443 }),
    ipPacket({ protocol: 17 }),
    ipPacket({ fragmentOffset: 5 }),
    ipPacket().subarray(0, 30),
    Uint8Array.of(0x50, 0, 0, 0),
    ipPacket({ extra: 10 }),
    ipPacket({ version: 6, extra: 3 }),
    ipPacket({ flags: SYN | 0xc0 }), // ECN set-up
  ];
  const times = read(
    pcap(
      kinds.map((bytes) => ({ seconds: 1, fraction: 0, bytes })),
      { link: 'raw' },
    ),
    80,
  );
  assert.is(times.synCount, 4);
  assert.equal(times.passedOver, {
    other_port: 1,
    no_time: 0,
    retransmission: 0,
    not_ip: 1,
    not_tcp: 1,
    fragment: 1,
    truncated: 1,
    not_a_syn: 1,
    dropped: 0,
  });
});

test('any snap length that keeps the flags is enough; a shorter one is counted as truncated', () => {
  const records = [{ seconds: 1, fraction: 0, bytes: syns('ethernet') }];
  assert.is(read(pcap(records, { snap: 14 + 20 + 14 })).synCount, 1);
  assert.match(refusal(pcap(records, { snap: 14 + 20 + 13 })), /at least one SYN, received no SYN in 1 packets/);
});

test('SYNs out of order are put in order, and counted', () => {
  const bytes = syns('raw');
  const times = read(
    pcap(
      [5, 3, 4].map((seconds) => ({ seconds, fraction: 0, bytes })),
      { link: 'raw' },
    ),
  );
  assert.equal([...times.atNs], [0, 1e9, 2e9]);
  assert.is(times.outOfOrderCount, 1);
});

test('a file that ends inside a packet is read up to there', () => {
  const bytes = syns('raw');
  const whole = pcap(
    [1, 2, 3].map((seconds) => ({ seconds, fraction: 0, bytes })),
    { link: 'raw' },
  );
  for (let cut = 1; cut < 16 + bytes.length; cut++) {
    const times = read(whole.subarray(0, whole.length - cut));
    assert.equal([times.synCount, times.isCutShort], [2, true], `cut by ${cut}`);
  }
  const ng = pcapng(
    [1n, 2n, 3n].map((units) => ({ units, bytes })),
    { link: 'raw' },
  );
  const times = read(ng.subarray(0, ng.length - 1));
  assert.equal([times.synCount, times.isCutShort], [2, true]);
});

test('CSV: t_s, t_us and t_ns are exact to the nanosecond; LF, CRLF, BOM, blank lines', () => {
  assert.equal([...read(text('t_s\n1.000000001\n2.5\n')).atNs], [0, 1_499_999_999]);
  assert.equal([...read(text('\ufefft_us\r\n0.001\r\n\r\n1000\r\n')).atNs], [0, 999_999]);
  assert.equal([...read(text('t_ns\n1700000000123456789\n1700000000123456790')).atNs], [0, 1]);
  assert.equal([...read(text('t_s\n-1\n1')).atNs], [0, 2e9]);
});

test('CSV: powers of ten are exact too, down to the nanosecond', () => {
  assert.equal([...read(text('t_s\n0\n1e-3\n1.5E-3\n1e3\n')).atNs], [0, 1e6, 1.5e6, 1e12]);
  assert.equal([...read(text('t_us\n0\n1e-3\n2.5e+1')).atNs], [0, 1, 25_000]);
  assert.equal([...read(text('t_ns\n0\n1.5e1\n20e-1\n0e-9')).atNs], [0, 0, 2, 15]);
  for (const cell of ['1e-10', '1.5e-9', '1e', 'e3', '1e999', '1e99']) {
    assert.match(refusal(text(`t_s\n0\n${cell}\n`)), /^f\.pcap:3:1: expected a number of s/, cell);
  }
});

test('CSV: negative times are read in ascending order only', () => {
  assert.equal([...read(text('t_s\n-1.5\n-1.5\n-0.5\n0\n2')).atNs], [0, 0, 1e9, 1.5e9, 3.5e9]);
  assert.equal([...read(text('t_s\n3\n1\n2')).atNs], [0, 1e9, 2e9]);
  assert.is(
    refusal(text('t_s\n0\n1\n-2\n3')),
    'f.pcap:4:1: expected ascending order in a file with negative times, received "-2"',
  );
  assert.match(refusal(text('t_s\n-1\n5\n4.5\n')), /^f\.pcap:4:1: expected ascending order/);
});

test('of every connection the first SYN alone counts, when asked for', () => {
  const kinds = [
    { isn: 7 },
    { isn: 7 }, // again
    { isn: 8 },
    { isn: 7, from: 40_001 },
    { isn: 7, host: 2 },
    { isn: 7, port: 81 },
    { isn: 7, extra: 1 }, // again, with IP options
    { isn: 7, version: 6 },
    { isn: 7, version: 6, extra: 2 }, // again, with extension headers
    { isn: 7, version: 6, host: 3 },
    { isn: 7, host: 2 }, // again
  ] as const;
  for (const link of LINKS) {
    const records = kinds.map((kind, i) => ({ seconds: i, fraction: 0, bytes: frame(link, ipPacket(kind)) }));
    const file = pcap(records, { link });
    const first = readArrivalTimes(file, 'f', { port: null, newConnectionsOnly: true });
    const seconds = [...first.atNs].map((ns) => ns / 1e9);
    assert.equal(seconds, [0, 2, 3, 4, 5, 7, 9], link);
    assert.equal([first.synCount, first.passedOver['retransmission']], [7, 4]);
    assert.is(read(file).synCount, kinds.length);
  }
});

test('the connections of the shipped capture are those of its 60 clients', () => {
  const bytes = readFileSync('scenarios/captures/handshakes.pcap');
  assert.is(read(bytes).synCount, 97);
  const { atNs, passedOver } = readArrivalTimes(bytes, 'f', { port: null, newConnectionsOnly: true });
  assert.equal([atNs.length, passedOver['retransmission']], [60, 37]);
});

test('rows of a CSV are arrivals, however often a time occurs', () => {
  const { atNs } = readArrivalTimes(text('t_ns\n1\n1\n2'), 'f', { port: null, newConnectionsOnly: true });
  assert.equal([...atNs], [0, 0, 1]);
});

test('refusals say where: offset, or line and column, all at once', () => {
  const record = { seconds: 1, fraction: 0, bytes: syns('raw') };
  const file = pcap([record]);
  assert.match(refusal(file.subarray(0, 10)), /^f\.pcap: offset 0: expected a header of 24 bytes, received 10 bytes/);
  assert.match(refusal(join(file.subarray(0, 20), words(true, [147]))), /^f\.pcap: offset 20: expected link type/);
  assert.match(
    refusal(join(file.subarray(0, 24), words(true, [1, 2, 300_000, 0]))),
    /^f\.pcap: offset 32: expected a packet of at most/,
  );
  const ng = pcapng([{ units: 1n, bytes: record.bytes }]);
  assert.match(
    refusal(join(ng, words(true, [6, 13, 0]))),
    /offset \d+: expected a block length that is a multiple of 4/,
  );
  assert.match(
    refusal(join(ng.subarray(0, 28), block(true, 6, words(true, [7, 0, 0, 0, 0])))),
    /expected an interface described before/,
  );
  assert.is(
    refusal(text('t_ms\n1')),
    'f.pcap:1:1: expected pcap, pcapng, or a CSV with the header t_s, t_us or t_ns, received "t_ms"',
  );
  assert.is(
    refusal(text('t_s\n1\nx\n1e5s\n')),
    'f.pcap:3:1: expected a number of s, received "x"\nf.pcap:4:1: expected a number of s, received "1e5s"',
  );
  assert.match(refusal(text('t_ns\n1.5')), /f\.pcap:2:1/);
  assert.match(
    refusal(pcap([record], { link: 'raw' }), 443),
    /at least one SYN to port 443, received SYNs elsewhere \(1 to port 80\)/,
  );
  assert.match(refusal(new Uint8Array(0)), /^f\.pcap:1:1: .*received nothing$/);
  assert.match(refusal(text('t_s\n0\n99999999999')), /within 104 days/);
});

test('a bound on the SYNs is a CapacityError', () => {
  const rows = `t_ns\n${'1\n'.repeat(11)}`;
  assert.throws(
    () => readArrivalTimes(text(rows), 'f', { port: null, limitSyns: 10 }),
    (error: unknown) => error instanceof CapacityError,
  );
});

test('nothing is allocated from a length that the file does not bear out, and interfaces are bounded', () => {
  const record = { seconds: 1, fraction: 0, bytes: syns('raw') };
  const file = pcap([record], { link: 'raw' });
  const section = pcapng([{ units: 1n, bytes: record.bytes }], { link: 'raw' });
  const hostile = [
    join(file, words(true, [2, 0, 262_144, 262_144])),
    join(section, words(true, [6, 0xffff_fffc, 0, 0, 0])),
    join(section, words(true, [3, 0x7fff_fffc, 0xffff_ffff])),
  ];
  for (const bytes of hostile) {
    const before = process.memoryUsage().arrayBuffers;
    const { isCutShort, synCount } = read(bytes);
    assert.ok(process.memoryUsage().arrayBuffers - before < 2e6);
    assert.equal([isCutShort, synCount], [true, 1]);
  }
  const others = Array.from({ length: 65_536 }, () => ({ link: 'raw' as const }));
  assert.match(refusal(pcapng([], { link: 'raw', others })), /^f\.pcap: offset \d+: expected at most 65536 interfaces/);
});

test('fuzzed bytes are read or refused, and nothing else', () => {
  const bytes = syns('ethernet');
  const seeds = [
    readFileSync('scenarios/captures/handshakes.pcap'),
    pcap([1, 2].map((seconds) => ({ seconds, fraction: 5, bytes }))),
    pcapng(
      [1n, 2n].map((units) => ({ units, bytes })),
      { resolution: 9, offset: 1 },
    ),
    pcapng(
      [1n, 2n].map((units) => ({ units, bytes })),
      { big: true },
    ),
    text('t_us\n1\n2\n3.5\n'),
  ];
  const edit = fc.record({ at: fc.nat(5000), byte: fc.nat(255), cut: fc.option(fc.nat(5000), { freq: 6 }) });
  fc.assert(
    fc.property(
      fc.constantFrom(...seeds),
      fc.array(edit, { maxLength: 8 }),
      fc.boolean(),
      (seed, edits, newConnectionsOnly) => {
        let mutated = Uint8Array.from(seed);
        for (const { at, byte, cut } of edits) {
          mutated[at % mutated.length] = byte;
          if (cut !== null) mutated = mutated.subarray(0, 1 + (cut % mutated.length));
        }
        assert.not.match(refusal(mutated, null, newConnectionsOnly), /undefined|NaN/);
      },
    ),
    { seed: 9, numRuns: counts.captureFuzz },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => void refusal(noise)),
    { seed: 9, numRuns: counts.captureFuzz },
  );
});
test.run();
