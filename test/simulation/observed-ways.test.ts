import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseScenario } from '../../src/scenario/parse.ts';
import { HostCall } from '../../src/simulation/observed-doors.ts';
import { type Fate, Place } from '../../src/simulation/observed-ways.ts';
import type { SimulationObserver } from '../../src/simulation/recorder.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import type { Simulation } from '../../src/simulation/simulation.ts';

const LINK = 'links: { wan: { rate: 300kbps, delay: 10ms, jitter: 1ms, loss: 3%, queue: 5 packets } }';
const TRAFFIC = `traffic:
  users: { kind: clients, arrivals: poisson(20/s), rtt: 20ms, timeout: 5s, link: wan }
  near: { kind: clients, arrivals: poisson(5/s), rtt: 1ms }
  flood: { kind: syn-flood, arrivals: poisson(200/s), start: 5s, until: 8s, link: wan }
`;
const SERVERS = [
  'server: { stack: linux-1.2, listen: { backlog: 5 }, accept: { mode: select, service: exponential(100ms) } }',
  'server: { stack: linux-6.18, listen: { backlog: 5 }, accept: { service: exponential(100ms) } }',
  'server: { stack: freebsd-14, listen: { backlog: 5 }, accept: { mode: poll, period: 300ms } }',
  `server: { stack: classic, listen: { backlog: 5 }, cpu: { backlog: 3 packets, costs: { segment: 2ms, syn_queued: 3ms } } }`,
  'server: { stack: linux-6.18, listen: { backlog: 5 }, front_end: { kind: filter, forged: 50% } }',
  'server: { stack: linux-6.18, listen: { backlog: 5 }, front_end: { kind: synproxy, max: 20 } }',
];

/** Adds up what it is told. */
class Tally implements SimulationObserver {
  readonly places = new Map<number, number>();
  readonly fates = new Map<string, number>();
  readonly calls = new Map<string, number>();
  depth = 0;
  simulation: Simulation | null = null;

  onStart(simulation: Simulation): void {
    this.simulation = simulation;
  }
  onPlace(_segments: unknown, _segment: number, place: number): void {
    this.places.set(place, (this.places.get(place) ?? 0) + 1);
  }
  onFate(_segments: unknown, _segment: number, { by, fate, isDrop }: Fate): void {
    const name = isDrop ? fate : `${by} ${fate}`;
    this.fates.set(name, (this.fates.get(name) ?? 0) + 1);
  }
  onCall(_process: number, call: number): void {
    const name = Object.keys(HostCall)[call] ?? '';
    this.calls.set(name, (this.calls.get(name) ?? 0) + 1);
  }
  onEnter(name: string): void {
    this.depth++;
    this.calls.set(name, (this.calls.get(name) ?? 0) + 1);
  }
  onLeave(): void {
    this.depth--;
  }
}

function run(text: string, observer?: SimulationObserver): RunResult {
  const input = { scenario: parseScenario(text, 'test.yaml'), files: new Map<string, Uint8Array>() };
  return simulate(observer === undefined ? input : { ...input, observer });
}

const test = suite('observer');

test('whoever looks on changes nothing', () => {
  for (const server of SERVERS) {
    const text = `duration: 20s\nskip: off\n${server}\n${LINK}\n${TRAFFIC}`;
    assert.equal(run(text, new Tally()), run(text), server);
  }
});

test('an observer has every packet of a flood simulated, one that asks for nothing too', () => {
  const text = `duration: 20s\n${SERVERS[0]}\ntraffic: { flood: { kind: syn-flood, arrivals: poisson(100/s) } }`;
  assert.ok(run(text).skippedSyns > 0);
  assert.is(run(text, new Tally()).skippedSyns, 0);
  assert.is(run(text, {}).skippedSyns, 0);
});

test('every drop of the result was told, with its cause, and nothing else', () => {
  for (const server of SERVERS) {
    const tally = new Tally();
    const { drops } = run(`duration: 20s\n${server}\n${LINK}\n${TRAFFIC}`, tally);
    const expected = new Map<string, number>();
    for (const { cause, count } of drops) expected.set(cause, (expected.get(cause) ?? 0) + count);
    const told = [...tally.fates].filter(([name]) => !name.includes(' '));
    const sorted = (counts: Iterable<[string, number]>): string[] => [...counts].map(String).toSorted();
    assert.equal(sorted(told), sorted(expected), server);
    assert.ok(expected.size >= 2, server);
  }
});

test('segments are told at each place of their way, and accounted for', () => {
  const tally = new Tally();
  const { conservation, metrics } = run(`duration: 20s\n${SERVERS[1]}\n${LINK}\n${TRAFFIC}`, tally);
  const at = (place: number): number => tally.places.get(place) ?? 0;
  const value = (path: string): number => metrics.find((one) => one.path === path)?.value ?? NaN;
  assert.is(at(Place.AtServer), at(Place.HandledByServer));
  assert.is(at(Place.SentByStack), at(Place.SentByServer));
  assert.is(at(Place.AtServer), value('listener.TcpInSegs'));
  assert.is(at(Place.SentByStack), value('listener.TcpOutSegs'));
  const lost = (tally.fates.get('link_loss') ?? 0) + (tally.fates.get('link_queue_full') ?? 0);
  assert.ok(at(Place.SentByClient) + at(Place.SentByServer) >= at(Place.AtServer) + at(Place.AtClient) + lost);
  const syns = [...tally.fates]
    .filter(([name]) => name.startsWith('stack '))
    .reduce((sum, [, count]) => sum + count, 0);
  const terms = conservation.terms.filter(({ name }) => ['admitted', 'cookie', 'duplicate'].includes(name));
  assert.is(
    syns,
    terms.reduce((sum, { count }) => sum + count, 0),
  );
});

test('system calls of the application, and on linux-1.2 the functions of the kernel, each left as often as entered', () => {
  const tally = new Tally();
  const { counters } = run(`duration: 20s\n${SERVERS[0]}\n${LINK}\n${TRAFFIC}`, tally);
  const counter = (name: string): number => counters.find((one) => one.name === name)?.value ?? NaN;
  const calls = (name: string): number => tally.calls.get(name) ?? 0;
  assert.is(tally.depth, 0);
  assert.is(calls('tcp_find_established'), counter('accept_scans'));
  assert.is(calls('tcp_rcv'), counter('TcpInSegs'));
  assert.is(calls('tcp_reset'), counter('resets_sent'));
  assert.is(calls('tcp_dequeue_established'), calls('tcp_accept'));
  assert.is(calls('tcp_accept'), calls('inet_accept'));
  assert.is(calls('inet_accept'), calls('sock_accept'));
  assert.is(calls('sock_accept'), calls('Accept'));
  for (const name of [
    'tcp_listen_select',
    'tcp_conn_request',
    'tcp_ack',
    'tcp_data',
    'retransmit_timer',
    'inet_release',
  ])
    assert.ok(calls(name) > 0, name);
  assert.is(calls('Close'), calls('inet_release'));
});

test('an observer sees queues and slots where they are', () => {
  let slots = 0;
  class Looker extends Tally {
    onSegmentDone(segments: Simulation['segments'], segment: number): void {
      const listener = this.simulation?.listener;
      if (!segments.isSyn(segment)) return;
      const slot = listener?.slotOf?.(segments.endpointOf(segment), segments.peerOf(segment)) ?? -1;
      if (slot >= 0) slots++;
      assert.ok((listener?.gauges.levelOf(0) ?? 0) <= 5);
    }
  }
  const { conservation } = run(`duration: 20s\n${SERVERS[0]}\n${LINK}\n${TRAFFIC}`, new Looker());
  const admitted = conservation.terms.find(({ name }) => name === 'admitted')?.count ?? NaN;
  assert.ok(slots >= admitted);
});

test.run();
