/** Which counters the stack has (B11), and those among them that nothing in the model moves. */
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Count, COUNTER_NAMES } from '../../../src/listeners/linux/counters.ts';
import { Host } from './host.ts';

/** As the rows of B11 name them, those of other stacks and of clients' hosts included. */
const B11 = [
  ...['PassiveOpens', 'AttemptFails', 'EstabResets', 'RetransSegs', 'OutRsts'].map((name) => `Tcp${name}`),
  ...['ListenOverflows', 'ListenDrops', 'TCPReqQFullDrop', 'TCPReqQFullDoCookies'].map((name) => `TcpExt${name}`),
  ...['SyncookiesSent', 'SyncookiesRecv', 'SyncookiesFailed', 'EmbryonicRsts'].map((name) => `TcpExt${name}`),
  ...['TCPTimeouts', 'TCPSynRetrans', 'TCPDeferAcceptDrop', 'TCPACKSkippedSynRecv'].map((name) => `TcpExt${name}`),
  ...['ListenOverflow', 'CookieReqd', 'Passive', 'PassiveFail'].map((name) => `TcpExtTCPFastOpen${name}`),
  ...['TCPMigrateReqSuccess', 'TCPMigrateReqFailure', 'OutOfWindowIcmps'].map((name) => `TcpExt${name}`),
  ...['PFMemallocDrop', 'TCPBacklogDrop'].map((name) => `TcpExt${name}`),
  ...['TCPSYNChallenge', 'TCPChallengeACK', 'TCPAbortOnTimeout'].map((name) => `TcpExt${name}`),
];
const NEVER_MOVED = ['TcpExtTCPBacklogDrop', 'TcpExtPFMemallocDrop'];

/** Names in the order in which nstat of a Linux 6 printed them. */
const NSTAT = readFileSync('test/golden/probe/nstat-1.txt', 'utf8')
  .split('\n')
  .map((line) => line.split(' ')[0] ?? '');

const test = suite('linux: counters');

test('B11: the stack has every counter that the rule names', () => {
  const names: readonly string[] = COUNTER_NAMES;
  assert.equal(
    B11.filter((name) => !names.includes(name)),
    [],
  );
});

test('kernel counters are spelled as nstat spells them', () => {
  // nstat prints no level, and the kernel keeps this one among its counters.
  const others = COUNTER_NAMES.filter((name) => name.startsWith('Tcp') && !NSTAT.includes(name));
  assert.equal(others, ['TcpCurrEstab']);
});

test('every index is that of its own name', () => {
  const plain = (name: string): string => name.toLowerCase().replaceAll('_', '');
  assert.equal(
    Object.values(Count),
    COUNTER_NAMES.map((_, index) => index),
  );
  for (const [key, index] of Object.entries(Count)) {
    const name = COUNTER_NAMES[index];
    assert.ok(plain(name).endsWith(plain(key)), `${key} ${name}`);
  }
});

test('B11: drops of a locked socket and of emergency memory stand where nstat prints them', () => {
  const first = COUNTER_NAMES.findIndex((name) => name === NEVER_MOVED[0]);
  const rows: readonly string[] = COUNTER_NAMES.slice(first, first + 3);
  assert.equal(rows, [...NEVER_MOVED, 'TcpExtTCPDeferAcceptDrop']);
  assert.equal(
    rows.toSorted((a, b) => NSTAT.indexOf(a) - NSTAT.indexOf(b)),
    rows,
  );
});

test('B11: they stay 0 in every era, whatever overflows: no packet finds its listener locked', () => {
  for (const name of ['linux-2.6.33', 'linux-2.6.34', 'linux-4.3', 'linux-4.4', 'linux-4.11', 'linux-6.18']) {
    for (const syncookies of [0, 1]) {
      const host = new Host(name, 4, { settings: { syncookies } });
      host.connects(0, 5);
      host.syns(5, 5000);
      assert.ok(host.sent.length < 1000, `${name}: ${host.sent.length} answers`);
      host.accept();
      host.syns(5000, 9000);
      const counts = NEVER_MOVED.map((counter) => host.count(counter));
      assert.equal(counts, [0, 0], name);
    }
  }
});

test('B11: CLOSE_WAIT is in TcpCurrEstab from 6.10 on, and its end is a reset of an established connection in every version', () => {
  for (const [name, inCloseWait] of [
    ['linux-2.2', 0],
    ['linux-6.9', 0],
    ['linux-6.9.6', 1],
    ['linux-6.10', 1],
  ] as const) {
    const host = new Host(name, 5);
    host.connects(0, 3);
    host.ack(1, {}, 'FA');
    assert.is(host.count('TcpCurrEstab'), 2 + inCloseWait, name);
    host.stack.closeListener();
    assert.equal([host.count('TcpCurrEstab'), host.count('TcpEstabResets')], [0, 3], name);
  }
});

test.run();
