/**
 * What the shipped scenarios of Linux 1.2.13 must give: the figures that the original C gave when it was executed
 * on the same workloads.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { loadScenario } from '../../src/cli/input-files.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { simulate } from '../../src/simulation/simulate.ts';

function run(name: string, overrides: readonly { path: string; value: string }[] = []): RunResult {
  const { scenario, files } = loadScenario(`scenarios/${name}.yaml`, overrides, undefined, new Map());
  return simulate({ scenario, files });
}

function metric({ metrics }: RunResult, path: string): number {
  return metrics.find((m) => m.path === path)?.value ?? 0;
}

/** connected, gave up; accept() ok, ETIMEDOUT, ECONNRESET; TcpAttemptFails, TcpInSegs, TcpOutSegs; SYNs of the attack. */
const EXPECTED: readonly (readonly [name: string, figures: readonly number[]])[] = [
  ['slow-flood-linux-1.2-clients', [23, 7, 23, 5, 1, 223, 276, 29, 99]],
  ['slow-flood-bsd-clients', [17, 13, 17, 5, 0, 133, 172, 22, 99]],
  ['slow-flood-modern-clients', [17, 13, 17, 5, 0, 185, 224, 22, 99]],
  ['slow-flood-linux-6.5-clients', [17, 13, 17, 5, 0, 237, 276, 22, 99]],
  ['slow-flood-select-server', [1, 29, 1, 0, 0, 442, 449, 6, 99]],
  ['slow-flood-backlog-128', [7, 53, 7, 128, 0, 842, 984, 135, 599]],
  ['no-attack', [60, 0, 60, 0, 0, 0, 120, 60, 0]],
  ['slow-flood-100-minutes', [1, 59, 1, 20, 0, 1282, 1309, 26, 599]],
  ['five-syns-select-server', [0, 30, 0, 0, 0, 210, 215, 5, 5]],
  ['five-syns-blocking-server', [16, 14, 16, 5, 0, 98, 135, 21, 5]],
];
const PATHS = [
  'users.connected',
  'users.timed_out',
  'server.accepted',
  'server.accept_errors.ETIMEDOUT',
  'server.accept_errors.ECONNRESET',
  'listener.TcpAttemptFails',
  'listener.TcpInSegs',
  'listener.TcpOutSegs',
  'attack.sent',
];

const test = suite('shipped scenarios of Linux 1.2.13');

for (const [name, figures] of EXPECTED) {
  test(`${name}: clients, accept() and counters are those of the original`, () => {
    const result = run(name);
    assert.equal(
      PATHS.map((path) => metric(result, path)),
      figures,
    );
  });
}

test('no-attack: two sleeps a connection, and one more', () => {
  assert.is(metric(run('no-attack'), 'listener.accept_sleeps'), 121);
});

test('five SYNs leave a select() server closed for good: five dead connections at the end', () => {
  const result = run('five-syns-select-server');
  assert.equal([metric(result, 'listener.accept_queue.end'), metric(result, 'listener.syn_queue.end')], [5, 0]);
});

test('poisson-load-through-a-link: with the largest backlog nobody is refused', () => {
  const result = run('poisson-load-through-a-link', [
    { path: 'server.linux12.version', value: '1.2.13' },
    { path: 'server.listen.backlog', value: '128' },
  ]);
  assert.is(metric(result, 'listener.dropped_syns'), 0);
});

test('every title is a question, and every file says more than its title', () => {
  const names = [...EXPECTED.map(([name]) => name), 'replay-real-flood', 'replay-recorded-handshakes'];
  for (const name of names) {
    const sources = new Map<string, string>();
    const { scenario } = loadScenario(`scenarios/${name}.yaml`, [], undefined, sources);
    assert.match(scenario.title, /\?$/, name);
    const [text = ''] = sources.values();
    assert.match(text, /^# .*\n/, name);
    assert.is(parseScenario(text, `${name}.yaml`).title, scenario.title);
  }
});
test.run();
