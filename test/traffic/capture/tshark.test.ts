import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readArrivalTimes } from '../../../src/traffic/capture/read-arrival-times.ts';
import { frame, ipPacket, type LinkName, pcap, pcapng } from '../../support/capture-bytes.ts';
import { have, skipped } from '../../support/skip.ts';

const SHIPPED = 'scenarios/captures/handshakes.pcap';
const SYN_FILTER = 'tcp.flags.syn == 1 && tcp.flags.ack == 0';

function run(command: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  // tshark ends with 2 after a file that is cut short, having read it up to there.
  if (status !== 0 && !(command === 'tshark' && /cut short/.test(stderr)))
    throw new RangeError(`${command}: ${stderr}`);
  return stdout;
}

/** Times of packets that match `filter` as [seconds, nanoseconds], read by tshark. */
function tsharkTimes(file: string, filter: string): [bigint, bigint][] {
  const fields = ['-T', 'fields', '-e', 'frame.time_epoch'];
  const lines = run('tshark', ['-n', '-r', file, '-Y', filter, ...fields]).split('\n');
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const [seconds = '0', nanos = ''] = line.split('.');
      return [BigInt(seconds), BigInt(nanos.padEnd(9, '0').slice(0, 9))];
    });
}

/** The reader and tshark agree on `file`: packets, SYNs, every time. */
function agree(file: string, name: string): void {
  const { atNs, packetCount, synCount } = readArrivalTimes(readFileSync(file), name, { port: null });
  const expected = tsharkTimes(file, SYN_FILTER);
  assert.is(packetCount, tsharkTimes(file, 'frame').length, `${name}: packets`);
  assert.is(synCount, expected.length, `${name}: SYNs`);
  const nanos = expected.map(([seconds, rest]) => seconds * 1_000_000_000n + rest);
  const first = nanos.reduce((least, at) => (at < least ? at : least), nanos[0] ?? 0n);
  const offsets = nanos.map((at) => Number(at - first)).toSorted((a, b) => a - b);
  assert.equal([...atNs], offsets, `${name}: times`);
}

const test = suite('captures against tshark');

if (!have('tshark') || !have('editcap')) {
  skipped('captures against tshark', 'tshark and editcap are not installed');
} else {
  const folder = mkdtempSync(join(tmpdir(), 'halfopen-'));
  test.after(() => rmSync(folder, { recursive: true }));

  test('the shipped capture, as it is and as editcap rewrites it', () => {
    agree(SHIPPED, 'shipped');
    for (const format of ['pcap', 'nsecpcap', 'pcapng', 'modpcap']) {
      if (format === 'modpcap') continue; // a patched format with another magic number
      const file = join(folder, `shipped.${format}`);
      run('editcap', ['-F', format, SHIPPED, file]);
      agree(file, format);
    }
  });

  test('shifted by nanoseconds, cut by snap length, and cut in the middle of a packet', () => {
    const nanos = join(folder, 'nanos.pcap');
    run('editcap', ['-F', 'nsecpcap', '-t', '0.000000123', SHIPPED, nanos]);
    agree(nanos, 'nanoseconds');
    for (const snap of ['54', '60']) {
      const short = join(folder, `snap-${snap}.pcapng`);
      run('editcap', ['-s', snap, SHIPPED, short]);
      agree(short, `snap length ${snap}`);
    }
    for (const source of [SHIPPED, join(folder, 'shipped.pcapng')]) {
      const bytes = readFileSync(source);
      const cut = join(folder, 'cut');
      writeFileSync(cut, bytes.subarray(0, bytes.length - 7));
      agree(cut, `${source} cut short`);
    }
  });

  for (const link of ['null', 'ethernet', 'vlan', 'qinq', 'raw', 'sll', 'sll2'] as LinkName[]) {
    for (const big of [false, true]) {
      test(`built: ${link}, ${big ? 'big' : 'little'}-endian`, () => {
        const packets = ([4, 6] as const).flatMap((version) =>
          [2, 18, 16, 4, 2].map((flags) => frame(link, ipPacket({ version, flags, extra: version === 4 ? 2 : 1 }))),
        );
        const file = join(folder, 'built');
        const records = packets.map((bytes, i) => ({ seconds: 1_700_000_000 + i, fraction: 7 * i, bytes }));
        for (const nano of [false, true]) {
          writeFileSync(file, pcap(records, { big, link, nano }));
          agree(file, `pcap nano=${nano}`);
        }
        const stamps = packets.map((bytes, i) => ({ units: 1_700_000_000_000_000_000n + BigInt(i * 1001), bytes }));
        writeFileSync(file, pcapng(stamps, { big, link, resolution: 9 }));
        agree(file, 'pcapng');
      });
    }
  }
}
test.run();
