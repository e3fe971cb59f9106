import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ChromeTrace } from '../../../src/report/traces/chrome-trace.ts';
import { TextTrace, type TraceFilter } from '../../../src/report/traces/text-trace.ts';
import { parseScenario } from '../../../src/scenario/parse.ts';
import { simulate } from '../../../src/simulation/simulate.ts';
import { readTrace } from '../../support/trace-format.ts';

const CALLS = `duration: 10s
server: { stack: linux-1.2, listen: { backlog: 1 }, accept: { start: 1s, service: 100ms } }
traffic:
  users: { kind: clients, stack: linux-1.2, arrivals: schedule(0s, 2s), rtt: 40ms }
  flood: { kind: syn-flood, arrivals: schedule(2500ms, 2600ms) }
`;
const ACCEPT_RETURNS = `   2.060000000  worker 0   goes on
   2.060000000               sock_accept
   2.060000000                 inet_accept
   2.060000000                   tcp_accept
   2.060000000                     tcp_dequeue_established
   2.060000000                       tcp_find_established = 0
   2.060000000                     tcp_dequeue_established = slot 1
   2.060000000                   tcp_accept = slot 1
   2.060000000                 inet_accept = slot 1
   2.060000000               sock_accept = slot 1
   2.060000000  worker 0   = fd 1, users#1; syn_queue 0, accept_queue 0, ack_backlog 0, back_log 0
`;
const LOADED = (stack: string, accept: string): string => `duration: 20s
warmup: 1s
server: { stack: ${stack}, listen: { backlog: 5 }, accept: { ${accept} } }
links: { wan: { rate: 1Mbps, delay: 10ms, loss: 3%, queue: 5 packets } }
traffic:
  users: { kind: clients, arrivals: poisson(20/s), rtt: 20ms, timeout: 5s, link: wan }
  flood: { kind: syn-flood, arrivals: poisson(50/s), start: 5s, until: 8s, link: wan }
`;
const ALL: TraceFilter = { client: null, slot: null };

function textOf(scenario: string, filter = ALL): string {
  const pieces: string[] = [];
  const observer = new TextTrace((text) => pieces.push(text), filter);
  simulate({ scenario: parseScenario(scenario, 'a.yaml'), files: new Map(), observer });
  return pieces.join('');
}

function traceOf(scenario: string): string {
  const pieces: string[] = [];
  const observer = new ChromeTrace((text) => pieces.push(text));
  simulate({ scenario: parseScenario(scenario, 'a.yaml'), files: new Map(), observer });
  observer.end();
  return pieces.join('');
}

/** assert.throws takes no failed assertion. */
function isRefused(trace: string): boolean {
  try {
    readTrace(trace);
    return false;
  } catch (error) {
    return error instanceof assert.Assertion;
  }
}

const SCENARIOS = [
  LOADED('linux-1.2', 'service: exponential(100ms), workers: 2'),
  LOADED('linux-1.2', 'mode: select, service: exponential(100ms)'),
  LOADED('linux-6.18', 'service: exponential(100ms), close: false'),
  LOADED('freebsd-14', 'mode: poll, period: 300ms'),
];

const test = suite('traces');

test('text: calls of the original kernel, nested, with what they return', () => {
  const text = textOf(CALLS);
  assert.ok(text.includes(ACCEPT_RETURNS), text);
  assert.match(text, / {3}1\.000000000 {2}worker 0 {3}calls accept\(\)\n/);
  assert.match(
    text,
    /2\.600000000 {2}server {5}drops SYN of flood#1: backlog full \(R31\), the listen queue was full; syn_queue 1/,
  );
});

test('text: a line for every segment, drop and system call', () => {
  for (const scenario of SCENARIOS) {
    const lines = textOf(scenario.replace('warmup: 1s\n', '')).split('\n');
    const result = simulate({
      scenario: parseScenario(scenario.replace('warmup: 1s\n', ''), 'a.yaml'),
      files: new Map(),
    });
    const count = (pattern: RegExp): number => lines.filter((line) => pattern.test(line)).length;
    const dropped = result.drops.reduce((sum, drop) => sum + drop.count, 0);
    assert.is(count(/^\s*\d+\.\d{9} {2}\S.* drops /), dropped);
    assert.is(count(/ sends SYN seq /), result.conservation.synsSent);
    const counter = (names: readonly string[]): number =>
      result.counters.find(({ name }) => names.includes(name))?.value ?? NaN;
    assert.is(count(/ server +receives /), counter(['TcpInSegs', 'segments_in']));
    assert.ok(count(/^\s*\d+\.\d{9} {2}worker \d+ +(?:calls|goes on)/) > 0);
    const times = lines.slice(0, -1).map((line) => Number(line.slice(0, 14)));
    assert.equal(
      times,
      times.toSorted((a, b) => a - b),
    );
  }
});

test('text: of one client, or of one slot, all that concerns it and nothing else', () => {
  const whole = textOf(CALLS).split('\n');
  const one = textOf(CALLS, { client: 'users#1', slot: null }).split('\n');
  assert.ok(one.length < whole.length && one.length > 20);
  assert.ok(one.every((line) => whole.includes(line)));
  assert.not.ok(one.some((line) => /flood|users#0/.test(line)));
  const all = (lines: readonly string[]): string[] => lines.filter((line) => line.includes('users#1'));
  assert.equal(all(one), all(whole));
  const entry = textOf(CALLS, { client: 'flood', slot: null });
  assert.match(entry, /flood#0[^]*flood#1/);
  assert.not.match(entry, /users/);
  const slot = textOf(CALLS, { client: null, slot: 0 });
  assert.match(slot, /sock_accept = slot 0[^]*tcp_close\(slot 0\)/);
  assert.not.match(slot, /slot 1/);
  assert.is(textOf(CALLS, { client: null, slot: 4000 }), '');
});

test('JSON: what Perfetto and Chrome read, with tracks for clients, queues and workers', () => {
  for (const scenario of SCENARIOS) {
    const events = readTrace(traceOf(scenario));
    const result = simulate({ scenario: parseScenario(scenario, 'a.yaml'), files: new Map() });
    const served = events.filter(({ name, ph }) => ph === 'B' && name === 'serves').length;
    assert.ok(served >= (result.metrics.find(({ path }) => path === 'server.accepted')?.value ?? NaN));
    const counters = new Set(events.filter(({ ph }) => ph === 'C').map(({ name }) => String(name)));
    assert.ok(counters.has('syn_queue') && counters.has('accept_queue'));
    const clients = new Set(events.filter(({ ph }) => ph === 'b').map(({ id }) => String(id)));
    // A viewer names the track of a client after the first slice on it.
    for (const client of clients) assert.is(events.find(({ id, ph }) => ph === 'b' && id === client)?.['name'], client);
    assert.ok(clients.size >= (result.metrics.find(({ path }) => path === 'users.started')?.value ?? NaN));
  }
});

test('JSON: a file that breaks the format is found out', () => {
  const [scenario = ''] = SCENARIOS;
  const good = traceOf(scenario);
  const broken: readonly (readonly [from: RegExp, to: string])[] = [
    [/"ph":"E"/, '"ph":"B"'],
    [/"ph":"e"/, '"ph":"n"'],
    [/"ph":"b"/, '"ph":"n"'],
    [/"s":"t",/, ''],
    [/"s":"t"/, '"s":"x"'],
    [/"name":"accept\(\)"/, '"name":"close()"'],
    [/\n\]\}/, ',\n{"ph":"C","name":"x","pid":2,"tid":0,"ts":0,"args":{"y":1}}\n]}'],
    [/"ts":(\d+)/, '"ts":"$1"'],
    [/"args":\{"connections":\d+\}/, '"args":{}'],
    [/"process_name"/, '"process_nam"'],
    [/"thread_name","pid":3/, '"thread_name","pid":4'],
    [/"pid":1,/, '"pid":1,"dur":3,'],
  ];
  for (const [from, to] of broken) {
    const bad = good.replace(from, to);
    assert.is.not(bad, good, String(from));
    assert.ok(isRefused(bad), String(from));
  }
});

test('the Fast Open option is told as tcpdump tells it, and the SYN that opens a connection has its data beside it', () => {
  const text = textOf(`duration: 1s
server: { stack: linux-6.18, listen: { fastopen: 5 }, sysctl: { net.ipv4.tcp_fastopen: 3 } }
traffic:
  users: { kind: clients, stack: linux-6.18, arrivals: schedule(0s, 500ms), rtt: 40ms, addresses: 1, fastopen: request }
  thief: { kind: syn-flood, arrivals: schedule(900ms), fastopen: guessed }
`);
  const lines = text.split('\n').filter((line) => / SYN(?:-ACK)? seq .* tfo /.test(line));
  assert.ok(lines.some((line) => /users#0 .* SYN seq .*tfo cookiereq/.test(line)));
  assert.ok(lines.some((line) => /users#0 .* SYN-ACK seq .*tfo cookie$/.test(line)));
  assert.ok(lines.some((line) => /users#1 .* SYN seq .*tfo cookie 5 bytes/.test(line)));
  assert.ok(lines.some((line) => /thief#0 .* SYN seq .*tfo wrong cookie 5 bytes/.test(line)));
});
test.run();
