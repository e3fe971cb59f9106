/** What other programs make of a recorded run: tshark, capinfos and editcap of Wireshark. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readArrivalTimes } from '../../../src/traffic/capture/read-arrival-times.ts';
import { have, skipped } from '../../support/skip.ts';
import { record, type Recorded, RECORDED } from './recorded.ts';

const SERVER = '192.0.2.1';
const CHECKS = ['-o', 'tcp.check_checksum:TRUE', '-o', 'ip.check_checksum:TRUE'];
const RETRANSMISSIONS = ['retransmission', 'fast_retransmission', 'spurious_retransmission'].map(
  (kind) => `tcp.analysis.${kind}`,
);
/** Windows as tshark understands them, and as the frame has them: nothing is scaled. */
const WINDOWS = ['tcp.window_size', 'tcp.window_size_value'];
const FIELDS = [
  'ip.src',
  'tcp.flags',
  'ip.checksum.status',
  'tcp.checksum.status',
  '_ws.malformed',
  ...WINDOWS,
  'frame.comment',
];
const [SYN, RST, ACK] = [2, 4, 16];
const GOOD = '1';
/** RSTs, and retransmissions, as each stack counts them: retransmits first, since linux-1.2 has TcpRetransSegs and never counts there. */
const RESETS = ['TcpOutRsts', 'resets_sent', 'resets_out'];
const RETRANSMITTED = ['retransmits', 'TcpRetransSegs', 'syncache_retransmitted'];

/** What tshark says of one packet. */
interface Packet {
  readonly from: string;
  readonly flags: number;
  readonly isGood: boolean;
  readonly comment: string;
  readonly isRetransmission: boolean;
}

const test = suite('recorded runs in Wireshark');

function output(command: string, args: readonly string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 2 ** 28 });
}

function packetsOf(file: string): Packet[] {
  const fields = [...FIELDS, ...RETRANSMISSIONS].flatMap((field) => ['-e', field]);
  const text = output('tshark', ['-r', file, ...CHECKS, '-T', 'fields', '-E', 'separator=/t', ...fields]);
  return text
    .split('\n')
    .slice(0, -1)
    .map((line): Packet => {
      const [from = '', flags = '', ip, tcp, malformed, window, field, comment = '', ...again] = line.split('\t');
      const isGood = ip === GOOD && tcp === GOOD && malformed === '' && window === field;
      return {
        from,
        flags: Number(flags),
        isGood,
        comment,
        isRetransmission: again.some((one) => one !== ''),
      };
    });
}

function sumOf({ result }: Recorded, pattern: RegExp): number {
  return result.metrics.filter(({ path }) => pattern.test(path)).reduce((sum, { value }) => sum + (value ?? 0), 0);
}

/** The first of `names` that the stack counts. */
function counterOf({ result }: Recorded, names: readonly string[]): number {
  const found = names.map((name) => result.counters.find((one) => one.name === name)).find((one) => one !== undefined);
  return found?.value ?? NaN;
}

/** What only these programs know of a whole file. */
function checkWhole(file: string, count: number, synsSent: number): void {
  const infos = output('capinfos', ['-M', '-c', '-l', '-o', '-I', file]);
  assert.match(infos, new RegExp(`Number of packets:\\s+${count}\\n`));
  assert.match(infos, /Strict time order:\s+True/);
  assert.match(infos, /Time precision = nanoseconds \(9\)/);
  // A classic capture has no verdicts, so it holds every SYN that was sent, lost ones too.
  const copy = file.replace('.pcapng', '.pcap');
  output('editcap', ['-F', 'nsecpcap', file, copy]);
  const { format, packetCount, synCount } = readArrivalTimes(readFileSync(copy), copy, { port: null });
  assert.equal([format, packetCount, synCount], ['pcap', count, synsSent]);
}

const missing = ['tshark', 'capinfos', 'editcap'].filter((command) => !have(command));
if (missing.length > 0) skipped('recorded runs in Wireshark', `no ${missing.join(', ')} here`);
else {
  for (const [name, text] of Object.entries(RECORDED)) {
    test(`${name}: no malformed packet, no bad checksum, and the same retransmissions, resets and drops`, () => {
      const folder = mkdtempSync(join(tmpdir(), 'halfopen-'));
      try {
        const recorded = record(text);
        const file = join(folder, 'run.pcapng');
        writeFileSync(file, recorded.bytes);
        const packets = packetsOf(file);
        const count = (wanted: (packet: Packet) => boolean): number => packets.filter(wanted).length;
        assert.is(
          count(({ isGood }) => !isGood),
          0,
        );
        const isOfServer = ({ from }: Packet): boolean => from === SERVER;
        const isAgain = (packet: Packet): boolean => packet.isRetransmission;
        const isSyn = ({ flags }: Packet): boolean => (flags & (SYN | ACK)) === SYN;
        const syns = sumOf(recorded, /\.syns_retransmitted$/);
        assert.is(
          count((packet) => isSyn(packet) && isAgain(packet)),
          syns,
        );
        assert.is(
          count((packet) => isOfServer(packet) && (packet.flags & RST) !== 0),
          counterOf(recorded, RESETS),
        );
        assert.is(
          count((packet) => isOfServer(packet) && isAgain(packet)),
          counterOf(recorded, RETRANSMITTED),
        );
        const dropped = recorded.result.drops.reduce((sum, drop) => sum + drop.count, 0);
        assert.ok(dropped + syns > 0);
        assert.is(
          count(({ comment }) => comment.startsWith('dropped: ')),
          dropped,
        );
        checkWhole(file, packets.length, recorded.result.conservation.synsSent);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }

  test('Fast Open: an address shows the cookie that the server gave it, and who guesses another one', () => {
    const folder = mkdtempSync(join(tmpdir(), 'halfopen-'));
    try {
      const file = join(folder, 'run.pcapng');
      writeFileSync(file, record(RECORDED['linux-6.18 with Fast Open'] ?? '').bytes);
      const fields = ['ip.src', 'ip.dst', 'tcp.options.tfo.cookie'].flatMap((field) => ['-e', field]);
      const only = ['-Y', 'tcp.options.tfo.cookie', '-T', 'fields', '-E', 'separator=/t'];
      const lines = output('tshark', ['-r', file, ...only, ...fields])
        .trim()
        .split('\n');
      const given = new Map<string, string>();
      const shown = new Map<string, string>();
      for (const line of lines) {
        const [from = '', to = '', cookie = ''] = line.split('\t');
        if (from === SERVER) given.set(to, cookie);
        else shown.set(from, cookie);
      }
      const known = [...shown].filter(([address]) => given.has(address));
      const isGuess = ([address]: readonly [string, string]): boolean => address.startsWith('10.2.');
      assert.ok(known.filter((one) => !isGuess(one)).length >= 10);
      for (const one of known) assert.is(given.get(one[0]) === one[1], !isGuess(one), one.join(' '));
      assert.ok([...given.values()].every((cookie) => cookie.length === 16));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}

test.run();
