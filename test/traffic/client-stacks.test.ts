import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CLIENT_STACKS, clientStackNamed, withSysctl } from '../../src/traffic/client-stacks.ts';
import { benchOfClients, stackNamed } from './source-bench.ts';

const LINUX_6_5 = [0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67];

/** SYNs as they leave, and when connect() fails, written down anew: seconds. */
const SCHEDULES: Readonly<Record<string, readonly [syns: readonly number[], failsAtS: number]>> = {
  'linux-1.2': [[0, 3, 9, 21, 45, 93, 189, 309, 429, 549, 669, 789], 789],
  'linux-2.4': [[0, 3, 9, 21, 45, 93], 189],
  'linux-3.10': [[0, 1, 3, 7, 15, 31, 63], 127],
  'linux-6.5': [LINUX_6_5, 131],
  'bsd-4.4': [[0, 6, 30], 75],
  'freebsd-14': [[0, 1, 3.2, 7.4, 15.6, 31.8, 64], 75],
  macos: [LINUX_6_5, 75],
  windows: [[0, 1, 3, 7, 15], 31],
  'windows-7': [[0, 3, 9], 21],
};

const test = suite('client stacks');

test('every stack has its schedule here', () => {
  assert.equal(
    CLIENT_STACKS.map((stack) => stack.name),
    Object.keys(SCHEDULES),
  );
});

for (const [name, [syns, failsAtS]] of Object.entries(SCHEDULES)) {
  test(`${name}: ${syns.length} SYNs to a silent server, then connect() fails at ${failsAtS} s`, () => {
    const bench = benchOfClients({ stacks: [stackNamed(name)] });
    bench.runTo(failsAtS - 0.001);
    assert.equal(bench.outcomes(), { started: 1 });
    bench.runTo(failsAtS);
    assert.equal(bench.outcomes(), { started: 1, timed_out: 1 });
    bench.runTo(10_000);
    assert.equal(
      bench.takeSent(),
      syns.map((atS) => `${atS}s S`),
    );
    assert.equal([bench.count('syns_sent'), bench.count('syns_retransmitted')], [syns.length, syns.length - 1]);
  });
}

test('Linux by version: from 2.2 to 7.2, and what its settings make of it (R7)', () => {
  const seconds = (name: string, retries?: number, linear?: number): number[] => {
    const { failsAtNs, synAtNs } = withSysctl(stackNamed(name), {
      'net.ipv4.tcp_syn_retries': retries,
      'net.ipv4.tcp_syn_linear_timeouts': linear,
    });
    return [...synAtNs, failsAtNs].map((atNs) => atNs / 1e9);
  };
  assert.equal(seconds('linux-2.2'), [0, 3, 9, 21, 45, 93, 189, 309, 429, 549, 669, 789]);
  assert.equal(seconds('linux-2.6.32'), seconds('linux-2.4'));
  assert.equal(seconds('linux-3.2'), [0, 1, 3, 7, 15, 31, 63]);
  for (const name of ['linux-3.7', 'linux-4.19', 'linux-5.10.223', 'linux-6.4']) {
    assert.equal(seconds(name), seconds('linux-3.10'), name);
  }
  for (const name of ['linux-6.6', 'linux-6.18.44', 'linux-7.2'])
    assert.equal(seconds(name), seconds('linux-6.5'), name);
  const table: [retries: number, linear: number, syns: number, failsAtS: number][] = [
    [1, 4, 3, 3],
    [2, 4, 6, 7],
    [4, 4, 9, 35],
    [1, 0, 2, 3],
    [3, 0, 4, 15],
    [4, 0, 5, 31],
    [3, 1, 5, 16],
    [6, 0, 7, 127],
    [6, 1, 8, 128],
  ];
  for (const [retries, linear, syns, failsAtS] of table) {
    const all = seconds('linux-6.5', retries, linear);
    assert.equal([all.length - 1, all.at(-1)], [syns, failsAtS], `${retries}, ${linear}`);
  }
  assert.equal(seconds('linux-6.5', 6, 1), [0, 1, 2, 4, 8, 16, 32, 64, 128]);
  assert.is(seconds('linux-6.5', 127, 127).length, 256);
  for (const name of ['linux-2.0', 'linux-7.3', 'linux-6', 'linux-6.x', 'linux-6.18.44-fc']) {
    assert.is(clientStackNamed(name), null, name);
  }
});

test('Linux doubles its gaps: from 3 s, from 1 s, and from 1 s after four equal ones', () => {
  const doubling = (firstS: number, count: number): number[] => {
    const atS = [0];
    for (let k = 0; k < count; k++) atS.push((atS.at(-1) ?? 0) + firstS * 2 ** k);
    return atS;
  };
  const ns = (name: string): number[] => {
    const { failsAtNs, synAtNs } = stackNamed(name);
    return [...synAtNs, failsAtNs].map((atNs) => atNs / 1e9);
  };
  assert.equal(ns('linux-2.4'), doubling(3, 6));
  assert.equal(ns('linux-3.10'), doubling(1, 7));
  assert.equal(ns('linux-6.5'), [0, 1, 2, 3, ...doubling(1, 7).map((atS) => atS + 4)]);
});

test('linux-1.2: the SYN at the instant of the failure is sent, and its answer is met with a RST', () => {
  const bench = benchOfClients({ stacks: [stackNamed('linux-1.2')] });
  bench.runTo(789);
  bench.takeSent();
  bench.answer(0, 'SA', 0x10001);
  bench.runTo(790);
  assert.equal(bench.takeSent(), ['789s R']);
  assert.equal(bench.outcomes(), { started: 1, timed_out: 1 });
});

test('several stacks take turns', () => {
  const bench = benchOfClients({
    arrivals: { kind: 'burst', count: 3 },
    stacks: [stackNamed('bsd-4.4'), stackNamed('windows-7')],
  });
  bench.runTo(100);
  const peers = [0, 1, 2].map((peer) => bench.sent.filter((s) => s.peer === peer).map((s) => s.atS));
  assert.equal(peers, [
    [0, 6, 30],
    [0, 3, 9],
    [0, 6, 30],
  ]);
});
test.run();
