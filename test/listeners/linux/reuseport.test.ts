/** SO_REUSEPORT groups: B9, R10. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Host } from './host.ts';

const test = suite('linux: SO_REUSEPORT');

function lengths(host: Host, members: number): number[] {
  const { gauges } = host.stack;
  return Array.from({ length: members }, (_, i) => gauges.levelOf(gauges.names.indexOf(`accept_queue_${i}`)));
}

test('R10: each member has a queue of its own, and a share of the clients', () => {
  const host = new Host('linux-6.18', 1000, { reuseport: 4 });
  host.connects(0, 2000);
  for (const length of lengths(host, 4)) assert.ok(Math.abs(length - 500) < 100, `${length}`);
  assert.is(host.acc, 2000);
  host.stack.checkInvariants();
});

test('R10: who is hashed to a member that does not accept never gets in, while others idle', () => {
  const host = new Host('linux-6.18', 3, { reuseport: 2 });
  for (let peer = 0; peer < 100; peer++) {
    host.syn(peer);
    if (host.hasAnswered(peer)) host.ack(peer);
    host.stack.accept(0, true);
  }
  assert.equal(lengths(host, 2), [0, 4]);
  const lost = Array.from({ length: 100 }, (_, peer) => peer).find((peer) => !host.hasAnswered(peer)) ?? -1;
  host.syn(lost);
  assert.not(host.hasAnswered(lost));
  assert.is(host.count('TcpExtListenOverflows'), host.count('TcpExtListenDrops'));
});

test('B9.4: a member that closes resets its connections, and its requests go at their next event', () => {
  const host = new Host('linux-6.18', 100, { reuseport: 2 });
  host.connects(0, 40);
  host.syns(40, 80);
  const [, second = 0] = lengths(host, 2);
  host.takeSent();
  host.stack.closeMember(1);
  assert.is(host.takeSent().filter(({ flags }) => flags === 'RA').length, second);
  assert.is(host.acc, 40 - second);
  host.pass(1);
  assert.ok(host.qlen < 40);
  assert.is(host.count('TcpExtTCPMigrateReqSuccess'), 0);
  host.stack.checkInvariants();
});

test('B9.4: with tcp_migrate_req the other members take connections and requests over', () => {
  const host = new Host('linux-6.18', 100, { reuseport: 2, settings: { migrateReq: 1 } });
  host.connects(0, 40);
  host.syns(40, 80);
  const [, second = 0] = lengths(host, 2);
  host.takeSent();
  host.stack.closeMember(1);
  assert.equal(host.takeSent(), []);
  assert.equal([host.acc, lengths(host, 2)], [40, [40, 0]]);
  assert.is(host.count('TcpExtTCPMigrateReqSuccess'), second);
  for (let peer = 40; peer < 60; peer++) host.ack(peer);
  assert.is(host.acc, 60);
  host.pass(1);
  assert.equal([host.qlen, host.young], [20, 0]);
  host.stack.checkInvariants();
  host.stack.closeListener();
  host.pass(2);
  assert.is(host.qlen, 0);
  assert.ok(host.count('TcpExtTCPMigrateReqFailure') > 0);
});
test.run();
