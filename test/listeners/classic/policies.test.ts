import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Loop } from '../../../src/engine/loop.ts';
import { RandomStream } from '../../../src/engine/random.ts';
import { Classic } from '../../../src/listeners/classic/classic.ts';
import { Cookies } from '../../../src/listeners/textbook-cookies.ts';
import { SYN_QUEUE } from '../../../src/listeners/listener.ts';
import { CLASSIC_POLICIES, type ClassicSpec } from '../../../src/listeners/specs.ts';
import { parseScenario } from '../../../src/scenario/parse.ts';
import { simulate } from '../../../src/simulation/simulate.ts';
import { erlangB } from '../../../src/experiment/formulas/erlang.ts';
import { counts } from '../../support/counts.ts';
import { isnOf, ListenerBench, PORT } from '../../support/listener-bench.ts';

interface Point {
  readonly id: string;
  readonly params: Readonly<Record<string, number | string>>;
  readonly results: Readonly<Record<string, string>>;
}
const POINTS = (JSON.parse(readFileSync('test/golden/formula-points.json', 'utf8')) as { points: Point[] }).points;
/** Standard deviations that one of a dozen shares may be off (Bonferroni, 99.9 %). */
const Z_MAX = 4.1;

function classic(
  policy: ClassicSpec['policy'],
  slots: number,
  backlog = 100,
  buckets?: number,
): ListenerBench<Classic> {
  const spec: ClassicSpec = {
    kind: 'classic',
    slots,
    hold: { kind: 'constant', meanNs: 63e9 },
    policy,
    ...(buckets === undefined ? {} : { buckets }),
  };
  return new ListenerBench((env) => new Classic(spec, env), backlog, PORT);
}

function point(id: string, params: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const found = POINTS.find(
    (one) => one.id === id && Object.entries(params).every(([key, value]) => Number(one.params[key]) === value),
  );
  if (found === undefined) throw new RangeError(`no point ${id}`);
  return Object.fromEntries(Object.entries(found.results).map(([key, value]) => [key, Number(value)]));
}

const test = suite('classic: policies');

test('D3: recycle-oldest gives the slot of the oldest to the new SYN', () => {
  const host = classic('recycle-oldest', 2);
  host.syn(1, 2, 3);
  assert.equal([host.flagsTo(3), host.count('evicted')], [['SA'], 1]);
  host.ack(2);
  host.ack(3);
  host.ack(1);
  assert.equal(host.acceptAll(), [2, 3]);
  assert.equal(host.flagsTo(1), ['SA', 'R']);
  assert.is(host.stack.losses.counters.valueOf(0), 1);
});

test('D3a: random-drop walks to a slot at random, and every one goes as often', () => {
  const host = classic('random-drop', 4);
  host.syn(1, 2, 3, 4);
  const gone = new Map<number, number>();
  for (let i = 0; i < 4000; i++) {
    const peer = 10 + i;
    host.syn(peer);
    host.ack(peer);
    host.acceptAll();
    // Of four old ones one has made room, and comes back.
    for (const old of [1, 2, 3, 4]) {
      const before = host.count('admitted');
      host.syn(old);
      if (host.count('admitted') > before) gone.set(old, (gone.get(old) ?? 0) + 1);
    }
  }
  for (const times of gone.values()) assert.ok(Math.abs(times - 1000) < 5 * Math.sqrt(750), `${times}`);
  const visits = host.count('lookup_visits') / host.count('evicted');
  assert.ok(Math.abs(visits - 2.5) < 0.1, `${visits} visits`);
});

test('D4: syn-cache has the oldest of a bucket go, while others have room', () => {
  const host = classic('syn-cache', 64, 100, 32);
  for (let peer = 0; peer < 40; peer++) host.syn(peer);
  assert.ok(host.count('evicted') > 0);
  assert.ok(host.stack.gauges.levelOf(SYN_QUEUE) < 40);
});

test('D5: cookies keep nothing until the ACK', () => {
  const host = classic('cookies', 1, 2);
  host.syn(1, 2, 3);
  assert.is(host.stack.gauges.levelOf(SYN_QUEUE), 0);
  for (const peer of [3, 1, 2]) host.ack(peer);
  assert.equal([host.count('cookies_received'), host.count('accept_overflows')], [3, 1]);
  assert.equal(host.acceptAll(), [3, 1]);
  host.ack(4 - 2, { ack: 77 });
  assert.equal(host.flagsTo(2), ['SA', 'R']);
});

test('D5: a cookie counts for a minute at least, and for two at most', () => {
  const host = classic('cookies', 1, 1000);
  for (let peer = 0; peer < 140; peer++) host.syn(peer);
  let alive = 0;
  for (let peer = 0; peer < 140; peer++) {
    host.ack(peer);
    alive = host.count('cookies_received');
    host.pass(1);
  }
  assert.ok(alive >= 60 && alive <= 120, `${alive} s`);
});

test('D6: hybrid sends cookies while the table is full', () => {
  const host = classic('hybrid', 2);
  host.syn(1, 2, 3);
  assert.equal([host.count('admitted'), host.count('cookies_sent')], [2, 1]);
  host.ack(3);
  host.ack(1);
  host.syn(4);
  assert.is(host.count('admitted'), 3);
  assert.is(host.stack.gauges.maxOf(SYN_QUEUE), 2);
  assert.equal(host.acceptAll(), [3, 1]);
});

test('F9: of all acknowledgements eight are cookies, and of 2^32 guesses as many are right', () => {
  const cookies = new Cookies(new Loop(), new RandomStream('cookies'));
  const iss = cookies.make(5, 6, 7);
  const minute = iss >>> 24;
  let right = 0;
  for (const age of [-1, 0, 1, 2]) {
    const high = (((minute - age) & 0xff) << 24) >>> 0;
    for (let low = 0; low < 2 ** 24; low++) if (cookies.check(5, 6, 7, high + low)) right++;
  }
  assert.ok(cookies.check(5, 6, 7, iss));
  const { P_random_ACK_accepted: odds = NaN } = point('F9', { max_age_periods: 2 });
  assert.ok(Math.abs(right / 2 ** 32 - odds) < 1e-18, `${right} are right`);
});

/** Share of clients that are served at their only SYN, while a flood recycles slots. */
function survival(
  server: string,
  flood: string,
  rttS: number,
  seconds: number,
  seed: number,
): readonly [number, number] {
  const text = `duration: ${seconds}s\nwarmup: 5s\nsample: ${seconds}s
server: { stack: classic, ${server}, listen: { backlog: 100000 } }
traffic:
  users: { kind: clients, stack: schedule(0s; fails 4s), arrivals: poisson(100/s), rtt: ${rttS}s, until: ${seconds - 5}s }
  flood: { kind: syn-flood, arrivals: ${flood} }`;
  const scenario = parseScenario(text, 'policy.yaml', [], { seed: String(seed) });
  const { metrics } = simulate({ scenario, files: new Map() });
  const value = (path: string): number => metrics.find((m) => m.path === path)?.value ?? NaN;
  return [value('users.served'), value('users.started')];
}

function holds(server: string, flood: string, rttS: number, expected: number, seconds = 60): void {
  const [served, started] = survival(server, flood, rttS, seconds, 1);
  const z = (served / started - expected) / Math.sqrt(Math.max(expected * (1 - expected), 1e-4) / started);
  assert.ok(Math.abs(z) < Z_MAX, `${served / started} against ${expected}: ${z} standard errors of ${started}`);
}

// What replaces entries are SYNs that find no slot free: those of the flood, less the slots that clients give back, 100 a second of
// whom begin and `expected` of them connect.
for (const [slots, rate, rttS] of [
  [128, 500, 0.1],
  [1024, 15_000, 0.1],
  [300, 500, 0.05],
] as const) {
  test(`F8: random-drop of ${slots} slots under ${rate}/s, RTT ${rttS} s`, () => {
    const { random_drop_poisson: expected = NaN } = point('F8', { N: slots, g: rate, rtt: rttS });
    const server = `classic: { slots: ${slots}, hold: fixed(100s), policy: random-drop }`;
    const flood = Math.round(1000 * (rate - 100 * (1 - expected)));
    holds(server, `poisson(${flood}/1000s)`, rttS, expected, rate > 1000 ? 25 : 60);
  });
}

test('F8: recycle-oldest is a cliff: everybody below slots / RTT, nobody above', () => {
  const server = 'classic: { slots: 128, hold: fixed(100s), policy: recycle-oldest }';
  const { oldest_drop_poisson: below = NaN } = point('F8', { N: 128, g: 500, rtt: 0.1 });
  holds(server, 'poisson(400/s)', 0.1, below);
  const { oldest_drop_poisson: above = NaN } = point('F8', { N: 1024, g: 15_000, rtt: 0.1 });
  holds('classic: { slots: 1024, hold: fixed(100s), policy: recycle-oldest }', 'poisson(14900/s)', 0.1, above, 15);
});

for (const rttS of [0.0003, 0.5, 1]) {
  test(`F8b: a SYN cache of 512 buckets of 30 under 15000/s, RTT ${rttS} s`, () => {
    const { P_survive: expected = NaN } = point('F8b', { M: 512, b: 30, g: 15_000, rtt: rttS });
    const server = 'classic: { slots: 15360, hold: fixed(100s), policy: syn-cache, buckets: 512 }';
    holds(server, 'poisson(14900/s)', rttS, expected, 25);
  });
}

test('F6: both classes of SYNs meet the same full table, whatever their holds', () => {
  for (const [c, legit, rttS, attack] of [
    [256, 100, 0.1, 4],
    [256, 100, 0.1, 10],
    [1024, 200, 0.05, 16],
  ] as const) {
    const { P_block_both: expected = NaN } = point('F6', { c, lambda_attack: attack });
    assert.ok(Math.abs(erlangB(c, legit * rttS + attack * 63).blocking - expected) < 1e-9);
    const refused = Array.from({ length: 10 }, (_, seed) => {
      const text = `duration: 1000s\nwarmup: 500s\nsample: 1000s
server: { stack: classic, classic: { slots: ${c}, hold: exponential(63s) }, listen: { backlog: 100000 } }
traffic:
  users: { kind: clients, stack: schedule(0s; fails 1s), arrivals: poisson(${legit}/s), rtt: ${rttS}s }
  flood: { kind: syn-flood, arrivals: poisson(${attack}/s) }`;
      const scenario = parseScenario(text, 'f6.yaml', [], { seed: String(seed) });
      const { metrics } = simulate({ scenario, files: new Map() });
      const value = (path: string): number => metrics.find((m) => m.path === path)?.value ?? NaN;
      return value('users.syns_refused') / value('users.syns_sent');
    });
    const mean = refused.reduce((a, b) => a + b, 0) / refused.length;
    const variance = refused.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / (refused.length - 1);
    const z = (mean - expected) / Math.sqrt(variance / refused.length);
    assert.ok(Math.abs(z) < 4.78, `c=${c}: ${mean} against ${expected}: ${z} standard errors`);
  }
});

test('invariants and conservation hold after every step of random walks, of every policy', () => {
  const step = fc.record({
    peer: fc.nat(9),
    flags: fc.constantFrom('S', 'S', 'S', 'A', 'A', 'R', 'FA', 'SR', 'accept', 'close', 'close listener', 'pass'),
    ack: fc.constantFrom(0, 1, 1, 1, 2),
  });
  fc.assert(
    fc.property(fc.constantFrom(...CLASSIC_POLICIES), fc.array(step, { maxLength: 120 }), (policy, steps) => {
      const host = classic(policy, 4, 2, policy === 'syn-cache' ? 2 : undefined);
      const descriptors: number[] = [];
      let syns = 0;
      for (const { peer, flags, ack } of steps) {
        if (flags === 'accept') {
          const descriptor = host.stack.accept(0, true);
          if (descriptor >= 0) descriptors.push(descriptor);
        } else if (flags === 'close') host.stack.close(descriptors.pop() ?? -1);
        else if (flags === 'close listener') host.stack.closeListener();
        else if (flags === 'pass') host.pass(20);
        else {
          if (flags.startsWith('S')) syns++;
          const next = host.hasAnswered(peer) ? host.issOf(peer) + ack : 1;
          host.send(peer, flags, flags === 'S' ? {} : { seq: isnOf(peer) + 1, ack: next });
        }
        host.stack.checkInvariants();
        assert.is(
          host.stack.ledger.of(0).values.reduce((sum, value) => sum + value, 0),
          syns,
        );
        assert.is(host.segments.count, 0);
      }
    }),
    { seed: 4, numRuns: counts.listenerWalks },
  );
});
test.run();
