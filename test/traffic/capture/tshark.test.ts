import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readArrivalTimes } from '../../../src/traffic/capture/read-arrival-times.ts';
import {
  frame,
  ipPacket,
  type LinkName,
  pcap,
  pcapng,
  type PcapngInterface,
  type PcapngPacket,
} from '../../support/capture-bytes.ts';
import { have, skipped } from '../../support/skip.ts';

const SHIPPED = 'scenarios/captures/handshakes.pcap';
const LINKS: readonly LinkName[] = ['null', 'ethernet', 'vlan', 'qinq', 'raw', 'sll', 'sll2'];
const FIELDS = ['frame.time_epoch', 'tcp.flags.syn', 'tcp.flags.ack', 'tcp.dstport'];

/** What tshark says of one packet. */
interface Dissected {
  readonly atNs: bigint;
  readonly isSyn: boolean;
  readonly port: number;
}

function run(command: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  // tshark ends with 2 after a file that is cut short, having read it up to there.
  if (status !== 0 && !(command === 'tshark' && /cut short/.test(stderr)))
    throw new RangeError(`${command}: ${stderr}`);
  return stdout;
}

function dissect(file: string): Dissected[] {
  const args = ['-n', '-r', file, '-T', 'fields', '-E', 'separator=,', ...FIELDS.flatMap((field) => ['-e', field])];
  const lines = run('tshark', args).trimEnd().split('\n');
  return lines.map((line) => {
    const [time = '', syn = '', ack = '', port = ''] = line.split(',');
    const [seconds = '0', nanos = ''] = time.split('.');
    const isSyn = /^(1|True)$/.test(syn) && /^(0|False)$/.test(ack);
    return { atNs: BigInt(seconds) * 1_000_000_000n + BigInt(nanos.padEnd(9, '0')), isSyn, port: Number(port) };
  });
}

/** The reader and tshark agree on `file`: packets, SYNs to every port and to each, every time. */
function agree(file: string, name: string): void {
  const packets = dissect(file);
  const syns = packets.filter(({ isSyn }) => isSyn);
  for (const port of [null, ...new Set(syns.map((syn) => syn.port))]) {
    const { atNs, packetCount, synCount } = readArrivalTimes(readFileSync(file), name, { port });
    const expected = syns.filter((syn) => port === null || syn.port === port).map((syn) => syn.atNs);
    assert.is(packetCount, packets.length, `${name}: packets`);
    assert.is(synCount, expected.length, `${name}: SYNs to port ${port}`);
    const first = expected.reduce((least, at) => (at < least ? at : least));
    const offsets = expected.map((at) => Number(at - first)).toSorted((a, b) => a - b);
    assert.equal([...atNs], offsets, `${name}: times`);
  }
}

/** SYNs to two ports among other segments, in both IP versions. */
function packetsOver(link: LinkName): Uint8Array[] {
  return ([4, 6] as const).flatMap((version) =>
    [2, 18, 16, 4, 2, 0xc2].map((flags, i) =>
      frame(link, ipPacket({ version, flags, port: i < 4 ? 80 : 443, extra: version === 4 ? 2 : 1 })),
    ),
  );
}

const test = suite('captures against tshark');

if (!have('tshark') || !have('editcap') || !have('mergecap')) {
  skipped('captures against tshark', 'tshark, editcap and mergecap are not all installed');
} else {
  const folder = mkdtempSync(join(tmpdir(), 'halfopen-'));
  const written = (name: string, bytes: Uint8Array): string => {
    const file = join(folder, name);
    writeFileSync(file, bytes);
    return file;
  };
  test.after(() => rmSync(folder, { recursive: true }));

  test('the shipped capture, as it is and as editcap rewrites it', () => {
    agree(SHIPPED, 'shipped');
    for (const format of ['pcap', 'nsecpcap', 'pcapng']) {
      const file = join(folder, `shipped.${format}`);
      run('editcap', ['-F', format, SHIPPED, file]);
      agree(file, format);
    }
  });

  test('shifted by nanoseconds, and cut by snap length', () => {
    const nanos = join(folder, 'nanos.pcap');
    run('editcap', ['-F', 'nsecpcap', '-t', '0.000000123', SHIPPED, nanos]);
    agree(nanos, 'nanoseconds');
    for (const snap of ['54', '60']) {
      const short = join(folder, `snap-${snap}.pcapng`);
      run('editcap', ['-s', snap, SHIPPED, short]);
      agree(short, `snap length ${snap}`);
    }
  });

  test('cut in the middle of a packet', () => {
    for (const format of ['pcap', 'pcapng']) {
      const whole = join(folder, `whole.${format}`);
      run('editcap', ['-F', format, SHIPPED, whole]);
      const bytes = readFileSync(whole);
      agree(written(`cut.${format}`, bytes.subarray(0, bytes.length - 7)), `${format} cut short`);
    }
  });

  test('merged from captures of different link types', () => {
    const shippedAtS = Math.floor(Number(dissect(SHIPPED)[0]?.atNs) / 1e9);
    const parts = (['vlan', 'raw'] as const).map((link, i) => {
      const stamp = (bytes: Uint8Array, k: number) => ({ seconds: shippedAtS + k, fraction: 500 * i + k, bytes });
      return written(`part.${link}`, pcap(packetsOver(link).map(stamp), { link, nano: i === 1 }));
    });
    const merged = join(folder, 'merged.pcapng');
    run('mergecap', ['-w', merged, SHIPPED, ...parts]);
    agree(merged, 'merged');
  });

  test('built: pcap of every link type, micro- and nanoseconds in turn, both byte orders', () => {
    LINKS.forEach((link, i) => {
      for (const big of [false, true]) {
        const nano = (i % 2 === 0) === big;
        const records = packetsOver(link).map((bytes, k) => ({ seconds: 1_700_000_000 + k, fraction: 7 * k, bytes }));
        const name = `pcap over ${link}, ${big ? 'big' : 'little'}-endian, ${nano ? 'nano' : 'micro'}seconds`;
        agree(written('built.pcap', pcap(records, { big, link, nano })), name);
      }
    });
  });

  for (const big of [false, true]) {
    test(`built: pcapng, ${big ? 'big' : 'little'}-endian, an interface for every link type, resolution and offset`, () => {
      const resolutions = [6, 9, 3, 0x80 | 20, 7, 0x80 | 10, 12];
      const interfaces = LINKS.map((link, i): PcapngInterface => ({
        link,
        resolution: resolutions[i] ?? 6,
        offset: 1_700_000_000 - 10 * i,
      }));
      const packets = LINKS.flatMap((link, on) =>
        packetsOver(link).map((bytes, k): PcapngPacket => ({ on, bytes, units: BigInt(1_000_003 * (k + 1)) })),
      );
      const [first = {}, ...others] = interfaces;
      agree(written('built.pcapng', pcapng(packets, { big, ...first, others })), 'pcapng');
    });
  }
}
test.run();
