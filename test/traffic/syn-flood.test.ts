import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseScenario } from '../../src/scenario/parse.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import { benchOfFlood, SERVER_ISN } from './source-bench.ts';

/** Metrics of a scenario: classic with ten slots of 60 s, nobody accepts, and `flood` in place of the attacker. */
function metricsOf(
  flood: string,
  server = 'stack: classic, classic: { slots: 10, hold: fixed(60s) }',
): (path: string) => number | null {
  const text = `
duration: 100s
server: { ${server}, accept: { mode: never } }
traffic:
  flood: { kind: syn-flood, ${flood} }
`;
  const { metrics } = simulate({ scenario: parseScenario(text, 'flood.yaml'), files: new Map() });
  return (path) => {
    const metric = metrics.find((m) => m.path === path);
    if (metric === undefined) throw new RangeError(`no metric ${path}`);
    return metric.value;
  };
}

const test = suite('SynFlood');

test('a silent flood sends SYNs from ever new addresses, and answers nothing', () => {
  const bench = benchOfFlood({ startNs: 2e9, untilNs: 5e9 });
  bench.runTo(100);
  for (const flags of ['SA', 'SA', 'RA', 'A']) bench.answer(1, flags, 2);
  bench.runTo(1000);
  const syn = { flags: 'S', seq: 1, ack: 0, length: 0, window: 8192 };
  assert.equal(
    bench.sent,
    [2, 3, 4].map((atS, peer) => ({ atS, peer, ...syn })),
  );
  assert.equal(bench.outcomes(), { sent: 3, synacks_received: 2 });
  assert.is(bench.segments.count, 0);
});

test('a live host behind the address answers each SYN-ACK, and nothing else, by a RST after its delay', () => {
  const bench = benchOfFlood({ arrivals: { kind: 'burst', count: 2 }, resetAfterNs: 0.3e9 });
  bench.runTo(1);
  bench.takeSent();
  bench.answer(0, 'SA', 0xffff_ffff, { seq: SERVER_ISN });
  bench.runTo(1.1);
  bench.answer(1, 'SA', 2);
  bench.answer(0, 'SA', 0xffff_ffff, { seq: SERVER_ISN });
  for (const flags of ['A', 'RA', 'R', 'FA']) bench.answer(0, flags, 2);
  bench.runTo(10);
  assert.equal(
    bench.sent.map((s) => [s.atS, s.peer, s.flags, s.seq, s.ack, s.window]),
    [
      [1.3, 0, 'R', 0xffff_ffff, 0, 0],
      [1.4, 1, 'R', 2, 0, 0],
      [1.4, 0, 'R', 0xffff_ffff, 0, 0],
    ],
  );
  assert.equal(bench.outcomes(), { sent: 2, synacks_received: 3, resets_sent: 3 });
});

test('a pool is used in turn, and sequence numbers go on through it, mod 2^32', () => {
  const bench = benchOfFlood({ pool: 3, isn: 0xffff_fff0, isnStep: 10, untilNs: 5e9 });
  bench.runTo(10);
  assert.equal(
    bench.sent.map((s) => [s.peer, s.seq]),
    [
      [0, 0xffff_fff0],
      [1, 0xffff_fffa],
      [2, 4],
      [0, 14],
      [1, 24],
    ],
  );
});

test('4-tuples and sequence numbers may be given one by one', () => {
  const bench = benchOfFlood({ tuples: [7, 7, 9], isns: [1, 2, 0xffff_ffff], untilNs: 3e9 });
  bench.runTo(10);
  assert.equal(
    bench.sent.map((s) => [s.peer, s.seq]),
    [
      [7, 1],
      [7, 2],
      [9, 0xffff_ffff],
    ],
  );
});

// --- against a listener

test('against ten slots: ever new addresses fill them, a small pool takes a slot each and repeats itself', () => {
  const spoofed = metricsOf('arrivals: periodic(1/s), until: 50s');
  assert.equal(
    ['sent', 'admitted', 'refused', 'duplicate'].map((what) => spoofed(`flood.${what}`)),
    [50, 10, 40, 0],
  );
  assert.is(spoofed('flood.first_refused_ms'), 10_000);
  const pool = metricsOf('arrivals: periodic(1/s), until: 50s, pool: 4');
  assert.equal(
    ['sent', 'admitted', 'refused', 'duplicate'].map((what) => pool(`flood.${what}`)),
    [50, 4, 0, 46],
  );
  assert.is(pool('listener.syn_queue.max'), 4);
});

test('a RST after a delay gives the slot back: occupancy is rate times delay', () => {
  const live = metricsOf('arrivals: periodic(10/s), sources: responsive, reset_after: 450ms');
  assert.equal([live('flood.sent'), live('flood.admitted'), live('flood.refused')], [1001, 1001, 0]);
  assert.is(live('listener.syn_queue.max'), 5);
  const slow = metricsOf('arrivals: periodic(10/s), sources: responsive, reset_after: 2s');
  assert.is(slow('listener.syn_queue.max'), 10);
  assert.ok((slow('flood.refused') ?? 0) > 400);
});

test('a pool whose sequence numbers change kills its own half-open children on Linux 1.2, which keep their slots (R18)', () => {
  const linux = 'stack: linux-1.2, listen: { backlog: 5 }';
  const fates = ['admitted', 'duplicate', 'answered_by_reset', 'refused'];
  const same = metricsOf('arrivals: periodic(1/s), until: 50s, pool: 4', linux);
  assert.equal(
    fates.map((fate) => same(`flood.${fate}`)),
    [4, 46, 0, 0],
  );
  const changing = metricsOf('arrivals: periodic(1/s), until: 50s, pool: 4, isn_step: 1000', linux);
  assert.equal(
    fates.map((fate) => changing(`flood.${fate}`)),
    [4, 0, 46, 0],
  );
  assert.is(changing('listener.syn_queue.max'), 4);
});
test.run();
