/** H3 and H4 of the model: a saturated SYN queue under pruning, with exact timers; random, so with tolerances. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseScenario } from '../../../src/scenario/parse.ts';
import { simulate } from '../../../src/simulation/simulate.ts';

const test = suite('linux: floods');

function run(backlog: number, flood: number, client: string, clients: string, seconds: number): Map<string, number> {
  const text = `duration: ${seconds + 250}s
warmup: 100s
server:
  stack: linux-6.13
  listen: { backlog: ${backlog} }
  sysctl: { net.ipv4.tcp_syncookies: 0, net.ipv4.tcp_max_syn_backlog: 1000000 }
traffic:
  flood: { kind: syn-flood, arrivals: poisson(${flood}/s) }
  users: { kind: clients, stack: ${client}, arrivals: ${clients}, start: 100s, until: ${seconds + 100}s, rtt: 50ms }`;
  const { metrics } = simulate({ scenario: parseScenario(text), files: new Map() });
  return new Map(metrics.map(({ path, value }) => [path, value ?? 0]));
}

test('H3: a saturated queue admits about 15.6 SYNs a second of backlog 128, whatever the rate', () => {
  for (const [backlog, flood, perS] of [
    [128, 1000, 15.6],
    [128, 10_000, 15.6],
    [1024, 1000, 117],
    [4096, 10_000, 458],
  ] as const) {
    const metrics = run(backlog, flood, 'linux-6.5', 'burst(1)', 50);
    const rate = (metrics.get('flood.admitted') ?? 0) / 200;
    // Seeds differ by 3 %.
    assert.ok(Math.abs(rate / perS - 1) < 0.06, `${backlog} ${flood}: ${rate}`);
  }
});

test('H4: how many clients get in beside a flood', () => {
  for (const [backlog, flood, before, since] of [
    [128, 50, 0.86, 0.95],
    [128, 100, 0.62, 0.8],
    [128, 1000, 0.09, 0.12],
    [1024, 1000, 0.57, 0.83],
  ] as const) {
    for (const [client, share] of [
      ['linux-3.10', before],
      ['linux-6.5', since],
    ] as const) {
      const metrics = run(backlog, flood, client, 'poisson(20/s)', 100);
      const served = (metrics.get('users.served') ?? 0) / (metrics.get('users.started') ?? 1);
      assert.ok(Math.abs(served - share) < 0.06, `${backlog} ${flood} ${client}: ${served}`);
    }
  }
});
test.run();
