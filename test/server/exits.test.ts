/** Workers that close their listening socket in the course of a run: what becomes of who waits there is the kernel's rule. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findChanges } from '../../src/experiment/changes.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { serializeScenario } from '../../src/scenario/serialize.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import { refusal } from '../support/scenario.ts';

const USERS = '{ users: { kind: clients, stack: linux-6.5, arrivals: periodic(10/s), rtt: 20ms, until: 10s } }';

function run(server: string, traffic = USERS): (path: string) => number {
  const text = `duration: 100s\nsample: 100s\nserver: { ${server} }\ntraffic: ${traffic}`;
  const { conservation, metrics } = simulate({ scenario: parseScenario(text), files: new Map() });
  assert.ok(conservation.ok, server);
  return (path) => metrics.find((metric) => metric.path === path)?.value ?? NaN;
}

const test = suite('exits of workers');

for (const stack of ['linux-1.2', 'linux-2.2', 'linux-6.18', 'freebsd-14', 'classic']) {
  for (const mode of ['blocking', 'select', 'poll, period: 30ms']) {
    test(`${stack}, mode: ${mode}: once the only worker has left, SYNs are answered by RST`, () => {
      const of = run(`stack: ${stack}, accept: { mode: ${mode}, exits: [{ at: 4.97s }] }`);
      assert.equal([of('users.served'), of('users.refused'), of('users.started')], [50, 50, 100]);
      assert.is(of('listener.accept_queue.end'), 0);
    });
  }
  test(`${stack}: of two workers with one socket the other goes on`, () => {
    const of = run(`stack: ${stack}, accept: { workers: 2, service: 10ms, exits: [{ at: 4.97s, worker: 0 }] }`);
    assert.is(of('users.served'), 100);
  });
}

test('a worker that leaves serves what it has accepted', () => {
  const of = run('stack: linux-6.18, accept: { service: 1s, exits: [{ at: 500ms }] }');
  assert.is(of('users.served'), 1);
  assert.is(of('server.accepted'), 1);
});

test('B9.4: who waits for a member that is closed is reset, or taken over with tcp_migrate_req', () => {
  // Nobody accepts before 5 s; a member is closed at 4 s.
  const server = (migrate: number): string =>
    `stack: linux-6.18, sysctl: { net.ipv4.tcp_migrate_req: ${migrate} }, listen: { reuseport: 2 },
     accept: { workers: 2, start: 5s, exits: [{ at: 4s, worker: 1 }] }`;
  const traffic = USERS.replace('until: 10s', 'until: 3s');
  const closed = run(server(0), traffic);
  const moved = run(server(1), traffic);
  const reset = closed('users.reset');
  assert.ok(reset > 5 && reset < 25, `${reset}`);
  assert.is(closed('users.served'), 30 - reset);
  assert.equal([moved('users.reset'), moved('users.served')], [0, 30]);
  assert.is(moved('listener.TcpExtTCPMigrateReqSuccess'), reset);
});

test('the answer names what would have saved them', () => {
  const text = `duration: 20s
server: { stack: linux-6.18, listen: { reuseport: 2 }, accept: { workers: 2, start: 5s, exits: [{ at: 4s, worker: 1 }] } }
traffic: ${USERS.replace('until: 10s', 'until: 3s')}`;
  const scenario = parseScenario(text);
  const changes = findChanges(scenario, new Map(), simulate({ scenario, files: new Map() }))?.changes ?? [];
  const words = changes.filter(({ served, started }) => served === started).map((change) => change.words);
  assert.ok(words.includes('workers that stay'), words.join(', '));
  assert.ok(words.includes('connections that move when a listener closes'), words.join(', '));
});

test('B4.9: half-open connections of a closed member end at their next event, or move', () => {
  const server = (migrate: number): string =>
    `stack: linux-6.18, sysctl: { net.ipv4.tcp_migrate_req: ${migrate} }, listen: { reuseport: 2 },
     accept: { workers: 2, exits: [{ at: 500ms, worker: 1 }] }`;
  const traffic = '{ users: { kind: clients, stack: linux-6.5, arrivals: burst(40), rtt: 800ms } }';
  const closed = run(server(0), traffic);
  const moved = run(server(1), traffic);
  assert.is(moved('users.served'), 40);
  assert.ok(closed('users.served') < 35 && closed('users.reset') > 5);
});

test('exits are written out as they were read; a worker that there is none of is refused', () => {
  const text = `duration: 1s\nserver: { stack: classic, accept: { workers: 2, exits: [{ at: 1s, worker: 1 }, { at: 2s }] } }
traffic: ${USERS}`;
  const scenario = parseScenario(text);
  assert.equal(parseScenario(serializeScenario(scenario)).server.accept.exits, scenario.server.accept.exits);
  assert.match(refusal(text.replace('worker: 1', 'worker: 2')), /expected a worker from 0 to 1, received 2$/);
});
test.run();
