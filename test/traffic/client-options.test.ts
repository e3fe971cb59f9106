/** TCP options of clients' SYNs, and what SYN cookies leave of them (B6.5). */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Flag, Option, type SegmentPool } from '../../src/network/segment.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { serializeScenario } from '../../src/scenario/serialize.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import { refusal } from '../support/scenario.ts';

const ALL = Option.WindowScale | Option.SackPermitted | Option.Timestamps;

function textOf(client: string, server = 'stack: linux-6.18, sysctl: { net.ipv4.tcp_syncookies: 2 }'): string {
  return `duration: 10s\nserver: { ${server} }
traffic: { users: { kind: clients, ${client}, arrivals: periodic(10/s), until: 1s, rtt: 20ms } }`;
}

/** Cookies sent, and those of them that lost options. */
function cookies(client: string, server?: string): [sent: number, without: number] {
  const { metrics } = simulate({ scenario: parseScenario(textOf(client, server)), files: new Map() });
  const of = (path: string): number => metrics.find((metric) => metric.path === path)?.value ?? NaN;
  assert.is(of('users.served'), 10);
  return [of('listener.TcpExtSyncookiesSent'), of('listener.cookies_without_options')];
}

/** Option bits of the SYN, and of the first segment after it, as the host gets them. */
function optionsSeen(client: string, server?: string): number[] {
  const seen: number[] = [];
  const onSegment = (segments: SegmentPool, segment: number): void => {
    if (seen.length < 2) seen.push(segments.optionsOf(segment));
    assert.is((segments.flagsOf(segment) & Flag.Syn) !== 0 || seen.length > 1, true);
  };
  const scenario = parseScenario(textOf(client, server).replace('periodic(10/s)', 'burst(1)'));
  new Simulation({ scenario, replication: 0, captures: new Map(), observer: { onSegment } }).advanceTo(1e9);
  return seen;
}

const test = suite('options of clients');

test('each stack sends its own, and time stamps bring back what the server has put into them', () => {
  const plain = 'stack: linux-6.18';
  assert.equal(optionsSeen('stack: linux-6.5', plain), [ALL, ALL]);
  assert.equal(optionsSeen('stack: linux-2.4', plain), [ALL, ALL]);
  assert.equal(optionsSeen('stack: windows', plain), [Option.WindowScale | Option.SackPermitted, 0]);
  const bsd = Option.WindowScale | Option.Timestamps;
  assert.equal(optionsSeen('stack: bsd-4.4', plain), [bsd, bsd]);
  assert.equal(optionsSeen('stack: linux-1.2', plain), [0, 0]);
  assert.equal(optionsSeen('stack: linux-6.5, options: [timestamps]', plain), [Option.Timestamps, Option.Timestamps]);
});

test('B6.5: a SYN cookie keeps options in time stamps; a client without them loses the others', () => {
  assert.equal(cookies('stack: linux-6.5'), [10, 0]);
  assert.equal(cookies('stack: windows'), [10, 10]);
  assert.equal(cookies('stack: linux-6.5, options: [window-scale, sack]'), [10, 10]);
  assert.equal(cookies('stack: linux-6.5, options: []'), [10, 0]);
  assert.equal(optionsSeen('stack: windows', 'stack: linux-6.18, sysctl: { net.ipv4.tcp_syncookies: 2 }')[1], 0);
});

test('A4.5: before 2.6.26 every SYN cookie lost them', () => {
  const old = 'stack: linux-2.6.20, listen: { backlog: 1 }, sysctl: { net.ipv4.tcp_syncookies: 1 }';
  const { metrics } = simulate({
    scenario: parseScenario(
      `duration: 10s\nserver: { ${old}, accept: { mode: never } }
traffic:
  flood: { kind: syn-flood, arrivals: burst(100) }
  users: { kind: clients, stack: linux-2.4, arrivals: periodic(10/s), start: 1s, until: 2s }`,
    ),
    files: new Map(),
  });
  const without = metrics.find(({ path }) => path === 'listener.cookies_without_options')?.value ?? 0;
  assert.ok(without > 0, `${without}`);
});

test('options are written out as they were read, and others are refused', () => {
  const scenario = parseScenario(textOf('options: [sack, timestamps]'));
  assert.equal(parseScenario(serializeScenario(scenario)).traffic, scenario.traffic);
  assert.match(refusal(textOf('options: [mss]')), /window-scale.*received mss/);
});
test.run();
