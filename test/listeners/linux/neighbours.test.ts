/** Every kernel from which on something differs, next to the one before it, in a scenario that shows the difference. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { resolvedRows, turningPoints } from '../../../src/listeners/linux/profiles.ts';
import { defaultSettings } from '../../../src/listeners/linux/settings.ts';
import { versionOf } from '../../../src/listeners/linux/versions.ts';
import { parseScenario } from '../../../src/scenario/parse.ts';
import { simulate } from '../../../src/simulation/simulate.ts';
import { refusal } from '../../support/scenario.ts';
import { Option } from '../../../src/network/segment.ts';
import { isnOf } from '../../support/listener-bench.ts';
import { Host } from './host.ts';
import { NEIGHBOURS } from './neighbour-scenarios.ts';

const test = suite('linux: neighbouring kernels');

/** What a kernel counted by name, without the prefix of nstat, and how many users believe to be connected. */
function countedBy(text: string): Map<string, number> {
  const { counters, metrics } = simulate({ scenario: parseScenario(text, 'neighbours.yaml'), files: new Map() });
  const counted = new Map<string, number>();
  for (const { name, value } of counters) counted.set(name.replace(/^TcpExt/, ''), value);
  for (const { path, value } of metrics) if (path === 'users.connected') counted.set(path, value ?? -1);
  return counted;
}

/** What is not the same. */
function difference(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): Record<string, [number, number]> {
  const names = [...a.keys()].filter((name) => a.get(name) !== b.get(name));
  return Object.fromEntries(names.map((name) => [name, [a.get(name) ?? -1, b.get(name) ?? -1]]));
}

const scenarioOf = (kernel: string, server: string, traffic: string, duration: string): string =>
  `duration: ${duration}\nserver: { stack: linux-${kernel}, ${server} }\ntraffic: { ${traffic} }\n`;

const QUIET = 'kind: clients, rtt: 1ms, speaks: false';
const burstOfSyns = 'flood: { kind: syn-flood, arrivals: burst(1) }';

for (const { kernels, rule, server, traffic, duration, why, differs } of NEIGHBOURS) {
  test(`${kernels.join(' | ')}: ${rule}`, () => {
    const [earlier, later] = kernels.map((kernel) => countedBy(scenarioOf(kernel, server, traffic, duration)));
    assert.ok(earlier !== undefined && later !== undefined);
    assert.equal(difference(earlier, later), differs, why);
  });
}

/** Told apart below: their scenarios are packets that no traffic of a scenario sends, or are refused. */
const PACKET_BY_PACKET = ['2.6.26', '3.6', '3.7', '3.9', '3.13'];

test('every version from which on something differs is told from the one before it', () => {
  const points = turningPoints().map(({ version }) => version);
  const told = new Set([...NEIGHBOURS.map(({ kernels }) => kernels[1]), ...PACKET_BY_PACKET]);
  assert.equal(
    points.filter((version) => version !== '2.2' && !told.has(version)),
    [],
  );
  // What differs within a pair came with the later one: there is no turning point between the two.
  for (const { kernels } of NEIGHBOURS) {
    const [earlier, later] = kernels.map((kernel) => resolvedRows(versionOf(kernel)));
    const turned = later?.filter(({ row }, i) => row !== earlier?.[i]?.row) ?? [];
    assert.ok(turned.length > 0, kernels.join(' | '));
    for (const { row } of turned) {
      assert.ok([row.from, ...row.stable.map(([version]) => version)].includes(kernels[1]), kernels.join(' | '));
    }
  }
});

test('2.6.25 | 2.6.26: A4.5', () => {
  const options = Option.WindowScale + Option.SackPermitted + Option.Timestamps;
  const lost = (name: string): number => {
    const host = new Host(name, 20, { settings: { syncookies: 1, maxSynBacklog: 8 } });
    host.syns(0, 16); // the table is full
    host.send(16, 'S', { options });
    host.ack(16, { options: Option.Timestamps });
    assert.equal(host.moved, { PassiveOpens: 1, CurrEstab: 1, SyncookiesSent: 1, SyncookiesRecv: 1 }, name);
    return host.count('cookies_without_options');
  };
  assert.equal([lost('linux-2.6.25'), lost('linux-2.6.26')], [1, 0]);
});

test('3.5 | 3.6: RFC 5961', () => {
  const moved = (name: string): Record<string, number> => {
    const host = new Host(name);
    host.connect(0);
    host.send(0, 'S', { seq: isnOf(0) + 5 });
    return host.moved;
  };
  assert.equal(moved('linux-3.5'), { PassiveOpens: 1, EstabResets: 1, OutRsts: 1 });
  assert.equal(moved('linux-3.6'), { PassiveOpens: 1, CurrEstab: 1, TCPSYNChallenge: 1, TCPChallengeACK: 1 });
});

test('3.8 | 3.9: B9', () => {
  const shared = (kernel: string): string =>
    refusal(scenarioOf(kernel, 'listen: { reuseport: 2 }, accept: { workers: 2 }', burstOfSyns, '1s'));
  assert.match(shared('3.8'), /SO_REUSEPORT came with Linux 3\.9/);
  assert.is(shared('3.9'), 'was accepted');
});

test('3.6 | 3.7, 3.12 | 3.13: B8', () => {
  const opened = (kernel: string): string =>
    refusal(scenarioOf(kernel, 'listen: { fastopen: 5 }, accept: { mode: never }', burstOfSyns, '1s'));
  assert.match(opened('3.6'), /TCP_FASTOPEN of listeners came with Linux 3\.7/);
  assert.is(opened('3.7'), 'was accepted');
  const byDefault = (kernel: string): number => defaultSettings(versionOf(kernel)).fastopen;
  assert.equal([byDefault('3.12'), byDefault('3.13')], [0, 1]);
});

test('clients 6.4 | 6.5: E1, R7', () => {
  // A queue of one connection is full: every SYN of the second client is dropped.
  const traffic = (client: string): string =>
    `first: { ${QUIET}, arrivals: burst(1) }, users: { ${QUIET}, stack: linux-${client}, arrivals: burst(1), start: 1s }`;
  const [earlier, later] = ['6.4', '6.5'].map((client) =>
    countedBy(scenarioOf('6.18', 'listen: { backlog: 0 }, accept: { mode: never }', traffic(client), '200s')),
  );
  assert.ok(earlier !== undefined && later !== undefined);
  // 0, 1, 3, 7, 15, 31, 63 s; 0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67 s.
  assert.equal(difference(earlier, later), { TcpInSegs: [9, 13], ListenOverflows: [7, 11], ListenDrops: [7, 11] });
});
test.run();
