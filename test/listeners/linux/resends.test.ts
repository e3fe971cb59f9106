/** What a connection sends again, and when: R7, tail loss probes, RFC 6298. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Option } from '../../../src/network/segment.ts';
import { Host } from './host.ts';

const test = suite('linux: resends');
const NEW = 'linux-6.18';

/** A host that has sent data which nobody acknowledges, and when it sends it again within `seconds`. */
function silence(name: string, seconds: number, syncookies = 1): { readonly host: Host; readonly resentAtS: number[] } {
  const host = new Host(name, 128, { settings: { syncookies } });
  host.connect(0);
  host.stack.write(host.stack.accept(0, true), 3);
  host.takeSent();
  host.pass(seconds);
  return { host, resentAtS: host.takeSent().map(({ atS }) => atS) };
}

test('what is not acknowledged is sent again', () => {
  const host = new Host(NEW);
  host.connect(0);
  const descriptor = host.stack.accept(0, true);
  host.stack.write(descriptor, 3);
  host.takeSent();
  host.pass(1.5);
  assert.equal(
    host.takeSent().map(({ atS, length }) => [atS, length]),
    [
      [0.2, 3],
      [0.4, 3],
      [0.8, 3],
    ],
  );
  assert.equal([host.count('TcpExtTCPLossProbes'), host.count('TcpExtTCPTimeouts')], [1, 2]);
});

test('RFC 6298 5.7: who came by a SYN cookie was not timed: a probe after a second, then 3 s, 6 s', () => {
  assert.equal(silence(NEW, 12, 2).resentAtS, [1, 4, 10]);
});

test('RFC 6298 3 (Karn): a SYN-ACK that was sent again times nobody, but with time stamps', () => {
  for (const [options, atS] of [
    [0, [1, 4, 10]], // as whom nobody timed
    [Option.Timestamps, [1.2, 2.7, 5.7]], // 0.5 s: a probe after two of them and 200 ms, time-outs of three
  ] as const) {
    for (const again of ['time-out', 'SYN']) {
      const host = new Host(NEW);
      host.send(0, 'S', { options });
      if (again === 'time-out') host.pass(1);
      else {
        host.pass(0.7);
        host.send(0, 'S', { options });
      }
      assert.equal(host.flagsTo(0), ['SA', 'SA'], again);
      host.pass(0.5);
      host.ack(0, { options });
      const from = host.loop.nowNs;
      host.stack.write(host.stack.accept(0, true), 3);
      host.takeSent();
      host.pass(12);
      const waitsS = host.takeSent().map((sent) => Math.round((sent.atS - from / 1e9) * 1e6) / 1e6);
      assert.equal(waitsS.slice(0, 3), atS, again);
    }
  }
});

test('3.9 | 3.10: without tail loss probes every resend is by a time-out', () => {
  const counted = ({ host }: { readonly host: Host }): number[] =>
    ['TcpExtTCPLossProbes', 'TcpExtTCPTimeouts', 'TcpRetransSegs'].map((name) => host.count(name));
  for (const name of ['linux-2.2', 'linux-2.6.32', 'linux-3.9']) {
    const old = silence(name, 1.5);
    assert.equal(old.resentAtS, [0.2, 0.6, 1.4], name);
    assert.equal(counted(old), [0, 3, 3], name);
  }
  const probing = silence('linux-3.10', 1.5);
  assert.equal(probing.resentAtS, [0.2, 0.4, 0.8]);
  assert.equal(counted(probing), [1, 2, 3]);
});

test('RFC 6298 5.7: nor does who came by a SYN cookie get a probe there: 3 s, 6 s', () => {
  const host = new Host('linux-3.9', 8, { settings: { syncookies: 1, maxSynBacklog: 8 } });
  host.syns(1, 40); // the table is full
  host.connect(0);
  assert.is(host.count('TcpExtSyncookiesRecv'), 1);
  host.stack.write(host.stack.accept(0, true), 3);
  host.takeSent();
  host.pass(10);
  const resent = host.takeSent().filter(({ peer }) => peer === 0);
  assert.equal(
    resent.map(({ atS }) => atS),
    [3, 9],
  );
});

test('tcp_retries2: a probe is none of the 15 retries', () => {
  for (const [name, sends] of [
    ['linux-3.9', 15],
    ['linux-3.10', 16],
    [NEW, 16],
  ] as const) {
    const { host, resentAtS } = silence(name, 2000);
    assert.is(resentAtS.length, sends, name);
    assert.is(host.count('TcpExtTCPAbortOnTimeout'), 1, name);
  }
});

test.run();
