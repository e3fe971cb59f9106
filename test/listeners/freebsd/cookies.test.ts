import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseScenario } from '../../../src/scenario/parse.ts';
import { simulate } from '../../../src/simulation/simulate.ts';
import { Host, isnOf, ONE_BUCKET } from './host.ts';

const ONLY = { 'net.inet.tcp.syncookies_only': 1 };

/** A host with a pause begun at 0 by peers 0 to 3; the bucket holds peers 1 to 3. */
function paused(): Host {
  const host = new Host('freebsd-14', ONE_BUCKET);
  host.fill(0, 4);
  assert.ok(host.isPaused);
  return host;
}

/** Length of the pause that begins now. */
function pauseLength(host: Host): number {
  const fromS = host.loop.nowNs / 1e9;
  while (host.isPaused) host.pass(1);
  return Math.round(host.loop.nowNs / 1e9 - fromS);
}

const test = suite('FreeBSD: SYN cookies and the pause');

test('C5.1, C5.2: the first overflow pauses the cache for 15 s: SYNs get cookies, ACKs are cookies', () => {
  const host = paused();
  assert.is(host.count('syncache_bucket_overflow'), 1);
  const sent = host.count('cookies_sent');
  host.syn(10);
  assert.is(host.count('cookies_sent'), sent + 1);
  assert.is(host.stack.ledger.of(0).valueOf(1), 1);
  assert.is(host.halfOpen, 3);
  host.ack(10);
  host.ack(3); // its entry is not looked at
  assert.is(host.count('cookies_received'), 2);
  assert.equal(host.acceptAll(), [10, 3]);
  host.pass(14.99);
  assert.ok(host.isPaused);
  host.pass(0.01);
  assert.not.ok(host.isPaused);
});

test('C5.2: a bucket empties itself when its timer fires, and RSTs are ignored', () => {
  const host = paused();
  host.send(3, 'R', { seq: isnOf(3) + 1 });
  assert.is(host.halfOpen, 3);
  host.pass(1);
  assert.equal([host.halfOpen, host.count('dropped_by_pause')], [0, 3]);
  assert.is(host.count('syncache_retransmitted'), 0);
});

test('C5.1: an overflow soon after doubles the pause, six times at most; a late one is 15 s again', () => {
  const host = paused();
  const lengths = [pauseLength(host)];
  for (let i = 1; i < 9; i++) {
    host.fill(1000 * i, 4);
    lengths.push(pauseLength(host));
  }
  assert.equal(lengths, [15, 30, 60, 120, 240, 480, 960, 960, 960]);
  host.pass(961);
  host.fill(9000, 4);
  assert.is(pauseLength(host), 15);
});

test('C5.4: a cookie that comes just after the pause is refused unless its bucket overflowed of late', () => {
  const host = paused();
  host.pass(14.9);
  host.syn(10);
  host.pass(0.9);
  host.ack(10);
  assert.equal(host.flagsTo(10), ['SA', 'R']);
  assert.is(host.losses['no_entry'], 1);
  assert.is(host.stack.lossSettingOf(1), null);
});

test('C6: a cookie counts for one life of its secret at least, for two at most', () => {
  for (const [name, lifeS] of [
    ['freebsd-14', 15],
    ['freebsd-10', 15],
  ] as const) {
    const host = new Host(name, ONLY);
    host.fill(0, 40);
    const alive: number[] = [];
    for (let peer = 0; peer < 40; peer++) {
      host.ack(peer);
      alive.push(host.count('cookies_received'));
      host.pass(1);
    }
    const count = alive.at(-1) ?? 0;
    assert.ok(count > lifeS && count <= 2 * lifeS, `${name}: ${count} s`);
    assert.is(host.halfOpen, 0);
  }
});

test('C6 before 10: secrets of a bucket are replaced when it makes a cookie', () => {
  const host = new Host('freebsd-9', ONE_BUCKET);
  host.fill(0, 4);
  host.pass(34);
  host.ack(0); // nobody asked for a cookie meanwhile, yet it is too old
  assert.equal(host.flagsTo(0), ['SA', 'R']);
  const busy = new Host('freebsd-9', ONE_BUCKET);
  busy.fill(0, 4);
  for (let s = 0; s < 40; s++) {
    busy.pass(1);
    busy.fill(100 + s, 1);
  }
  busy.ack(0);
  assert.equal(busy.flagsTo(0), ['SA', 'R']);
  const young = new Host('freebsd-9', ONE_BUCKET);
  young.fill(0, 4);
  young.pass(15);
  young.fill(100, 1);
  young.ack(0);
  assert.equal(young.flagsTo(0), ['SA']);
});

test('C4.5: without an overflow an ACK without an entry is answered by RST, before 10.4 and in 11.0 a cookie counts', () => {
  for (const [name, flags] of [
    ['freebsd-9', []],
    ['freebsd-10', []],
    ['freebsd-10.4', ['R']],
    ['freebsd-11', []],
    ['freebsd-11.1', ['R']],
    ['freebsd-14', ['R']],
  ] as const) {
    const host = new Host(name);
    host.syn(1);
    host.connect(2);
    const iss = host.issOf(1);
    host.send(1, 'R', { seq: isnOf(1) + 1 });
    host.takeSent();
    host.send(1, 'A', { seq: isnOf(1) + 1, ack: iss + 1 });
    assert.equal(host.flagsTo(1), flags, name);
  }
});

test('C6: an ACK that guesses is refused', () => {
  const host = new Host('freebsd-14', ONLY);
  host.syn(0);
  for (let guess = 0; guess < 20_000; guess++) {
    host.send(guess + 1, 'A', { seq: 5, ack: Math.imul(guess, 2_654_435_761) >>> 0 });
  }
  assert.is(host.count('cookies_received'), 0);
  host.ack(0);
  assert.is(host.count('cookies_received'), 1);
});

/** First instant at which the cache is paused, s, of a spoofed flood; null: never. */
function firstPauseS(perS: number, seed: number, durationS: number): number | null {
  const text = `duration: ${durationS}s\nsample: 100ms
server: { stack: freebsd-14, accept: { mode: never } }
traffic: { flood: { kind: syn-flood, arrivals: poisson(${perS}/s) } }`;
  const { series } = simulate({
    scenario: parseScenario(text, 'flood.yaml', [], { seed: String(seed) }),
    files: new Map(),
  });
  const values = series.values[series.columns.indexOf('paused')] ?? new Float64Array(0);
  const row = values.findIndex((paused) => paused === 1);
  return row < 0 ? null : (series.timeNs[row] ?? 0) / 1e9;
}

test('C8: how long a spoofed flood takes to pause the cache', () => {
  const seeds = [1, 2, 3, 4, 5];
  const median = (perS: number, durationS: number): number =>
    seeds.map((seed) => firstPauseS(perS, seed, durationS) ?? Infinity).toSorted((a, b) => a - b)[2] ?? NaN;
  assert.is(firstPauseS(300, 1, 600), null);
  const [at500, at1000, at10k] = [median(500, 60), median(1000, 20), median(10_000, 2)];
  assert.ok(at500 > 15 && at500 < 31, `500/s: ${at500} s`);
  assert.ok(at1000 > 8 && at1000 < 10, `1000/s: ${at1000} s`);
  // Nothing expires meanwhile: about 8600 SYNs.
  assert.ok(at10k > 0.7 && at10k < 1, `10000/s: ${at10k} s`);
});
test.run();
