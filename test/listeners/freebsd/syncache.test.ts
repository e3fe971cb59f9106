import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Host, isnOf, ONE_BUCKET, OTHER_PORT } from './host.ts';

const COOKIES_OFF = { 'net.inet.tcp.syncookies': 0 };

const test = suite('FreeBSD: syncache');

for (const [name, times, endS] of [
  ['freebsd-9', [0, 3, 9, 21], 45],
  ['freebsd-10', [0, 3, 6, 9], 12],
  ['freebsd-12', [0, 3, 6.2, 9.4], 12.6],
  ['freebsd-14', [0, 1, 3.2, 7.4], 15.6],
] as const) {
  test(`C3: ${name} sends its SYN-ACK at ${times.join(', ')} s, and forgets the SYN at ${endS} s`, () => {
    const host = new Host(name);
    host.syn(1);
    host.pass(endS - 1e-9);
    assert.is(host.halfOpen, 1);
    host.pass(1e-9);
    assert.equal(host.synAckTimes(1), times);
    assert.is(host.halfOpen, 0);
    assert.equal([host.count('syncache_retransmitted'), host.count('syncache_stale')], [3, 1]);
    host.pass(60);
    assert.is(host.sent.length, 4);
  });
}

test('C3.1: rexmtlimit and rexmit_initial are the two ends of the schedule', () => {
  const once = new Host('freebsd-14', { 'net.inet.tcp.syncache.rexmtlimit': 1 });
  once.syn(1);
  once.pass(100);
  assert.equal(once.synAckTimes(1), [0, 1]);
  const quick = new Host('freebsd-14', { 'net.inet.tcp.rexmit_initial': 100 });
  quick.syn(1);
  quick.pass(100);
  assert.equal(quick.synAckTimes(1), [0, 0.1, 0.5, 1.1]);
});

test('C2.1: a SYN again is answered at once, and the time-outs begin anew', () => {
  const host = new Host();
  host.syn(1);
  host.pass(1.5);
  host.syn(1);
  host.pass(30);
  assert.equal(host.synAckTimes(1), [0, 1, 1.5, 2.5, 4.7, 8.9]);
  assert.is(host.count('syncache_dupsyn'), 1);
  assert.is(host.count('syncache_entries_added'), 1);
});

test('C3.1: one timer a bucket serves all of its entries, each at its own instant', () => {
  const host = new Host('freebsd-14', ONE_BUCKET);
  host.syn(1);
  host.pass(0.25);
  host.syn(2);
  host.pass(20);
  assert.equal(host.synAckTimes(1), [0, 1, 3.2, 7.4]);
  assert.equal(host.synAckTimes(2), [0.25, 1.25, 3.45, 7.65]);
});

test('C2.4, C5.3: with cookies off the oldest of a full bucket is pushed out, again and again', () => {
  const host = new Host('freebsd-14', { ...ONE_BUCKET, ...COOKIES_OFF });
  host.fill(0, 5);
  assert.is(host.halfOpen, 3);
  assert.equal([host.count('syncache_bucket_overflow'), host.count('evicted')], [2, 2]);
  assert.is(host.isPaused, false);
  host.ack(0);
  host.ack(2);
  assert.equal(host.flagsTo(0), ['SA', 'R']);
  assert.equal(host.acceptAll(), [2]);
  assert.equal(host.losses, { listen_queue_overflow: 0, no_entry: 1 });
  assert.is(host.stack.lossSettingOf(1), 'server.sysctl.net.inet.tcp.syncookies');
});

test('C2.4 before 13: the cookie of an entry that was pushed out saves it', () => {
  for (const name of ['freebsd-9', 'freebsd-10']) {
    const host = new Host(name, ONE_BUCKET);
    host.fill(0, 4);
    assert.is(host.isPaused, false);
    assert.is(host.count('syncache_bucket_overflow'), 1);
    host.ack(0);
    assert.is(host.count('cookies_received'), 1);
    assert.equal(host.acceptAll(), [0]);
  }
});

test('C2.2: an exhausted zone pushes out the oldest of the bucket, and begins a pause', () => {
  const host = new Host('freebsd-14', { ...ONE_BUCKET, 'net.inet.tcp.syncache.cachelimit': 2 });
  host.fill(0, 3);
  assert.equal([host.count('syncache_zone_failures'), host.halfOpen], [1, 2]);
  assert.ok(host.isPaused);
});

test('C2.2: an exhausted zone whose bucket is empty answers by cookie alone, or drops the SYN', () => {
  const small = { 'net.inet.tcp.syncache.cachelimit': 1 };
  for (const cookies of [0, 1]) {
    const host = new Host('freebsd-14', { ...small, 'net.inet.tcp.syncookies': cookies });
    host.syn(0);
    // Of 512 buckets another one.
    host.syn(1);
    assert.is(host.count('evicted'), 0);
    assert.is(host.halfOpen, 1);
    assert.equal(host.flagsTo(1), cookies === 1 ? ['SA'] : []);
    assert.is(host.stack.ledger.of(0).valueOf(5), 1 - cookies);
  }
});

test('C1.1, C1.3: all ports share the cache, and the backlog has no part in it', () => {
  const host = new Host('freebsd-14', { ...ONE_BUCKET, ...COOKIES_OFF }, 0);
  host.send(1, 'S', { port: OTHER_PORT });
  host.fill(2, 3);
  assert.is(host.halfOpen, 3);
  assert.is(host.count('evicted'), 1);
  host.ack(1, { port: OTHER_PORT });
  assert.equal(host.flagsTo(1), ['SA', 'R']);
});

test('C4.1: one wrong ACK kills the entry', () => {
  const host = new Host();
  host.syn(1);
  host.ack(1, { ack: host.issOf(1) + 2 });
  assert.is(host.halfOpen, 0);
  host.ack(1);
  assert.equal(host.flagsTo(1), ['SA', 'R', 'R']);
});

test('C4.1: the sequence number must lie in the window', () => {
  const host = new Host();
  host.syn(1, 2);
  host.ack(1, { seq: isnOf(1) + 65_535 });
  host.ack(2, { seq: isnOf(2) + 65_536 });
  assert.equal([host.flagsTo(1), host.flagsTo(2)], [['SA'], ['SA', 'R']]);
});

test('C4.6: a RST removes the entry; from 12 on only one that is exactly next, others draw an ACK', () => {
  const next = new Host();
  next.syn(1, 2, 3);
  next.send(1, 'R', { seq: isnOf(1) + 1 });
  next.send(2, 'R', { seq: isnOf(2) + 2 });
  next.send(3, 'R', { seq: isnOf(3) });
  assert.equal([next.count('syncache_reset'), next.count('ignored_rsts_in_the_windows')], [1, 2]);
  assert.equal([next.flagsTo(1), next.flagsTo(2), next.flagsTo(3)], [['SA'], ['SA', 'A'], ['SA']]);
  const between = new Host('freebsd-12');
  between.syn(1, 2, 3);
  between.send(1, 'R', { seq: isnOf(1) + 1 });
  between.send(2, 'R', { seq: isnOf(2) + 2 });
  between.send(3, 'RA', { seq: isnOf(3) + 1 });
  assert.equal([between.count('syncache_reset'), between.count('ignored_rsts_in_the_windows')], [1, 2]);
  assert.equal([between.flagsTo(2), between.halfOpen], [['SA', 'A'], 2]);
  const old = new Host('freebsd-9');
  old.syn(1, 2, 3);
  old.send(1, 'R', { seq: isnOf(1) });
  old.send(2, 'R', { seq: isnOf(2) + 500 });
  old.send(3, 'RA', { seq: isnOf(3) + 1 });
  assert.equal([old.count('syncache_reset'), old.halfOpen], [2, 1]);
});

test('a SYN-ACK to a listener is a bad attempt, removes the entry and draws a RST', () => {
  const host = new Host();
  host.syn(1);
  host.send(1, 'SA', { ack: 7 });
  assert.equal([host.count('bad_connection_attempts'), host.count('syncache_badack'), host.halfOpen], [1, 1, 0]);
  host.send(2, 'F');
  assert.equal([host.flagsTo(1), host.flagsTo(2)], [['SA', 'R'], []]);
});
test.run();
