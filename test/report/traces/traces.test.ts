import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ChromeTrace } from '../../../src/report/traces/chrome-trace.ts';
import { TextTrace, type TraceFilter } from '../../../src/report/traces/text-trace.ts';
import { parseScenario } from '../../../src/scenario/parse.ts';
import { simulate } from '../../../src/simulation/simulate.ts';

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

type Event = Readonly<Record<string, unknown>>;

function eventsOf(scenario: string): Event[] {
  const pieces: string[] = [];
  const observer = new ChromeTrace((text) => pieces.push(text));
  simulate({ scenario: parseScenario(scenario, 'a.yaml'), files: new Map(), observer });
  observer.end();
  const trace = JSON.parse(pieces.join('')) as { displayTimeUnit: string; traceEvents: Event[] };
  assert.is(trace.displayTimeUnit, 'ns');
  return trace.traceEvents;
}

/** What the Trace Event Format asks of each kind of event; throws where one has something else. */
function checkSchema(events: readonly Event[]): void {
  const open = new Map<string, string[]>(); // track → slices that have begun
  const named = new Set(events.filter(({ ph }) => ph === 'M').map(({ pid, tid }) => `${String(pid)} ${String(tid)}`));
  let lastTs = 0;
  for (const { args, cat, id, name, ph, pid, s, tid, ts } of events) {
    const what = JSON.stringify({ args, cat, id, name, ph, pid, s, tid, ts });
    assert.ok(Number.isInteger(pid) && Number.isInteger(tid) && typeof ts === 'number' && ts >= 0, what);
    assert.ok(named.has(`${String(pid)} ${String(tid)}`), `no name for the track of ${what}`);
    if (ph !== 'M') {
      assert.ok(ts >= lastTs, what);
      lastTs = ts;
    }
    assert.ok(ph === 'E' || (typeof name === 'string' && name !== ''), what);
    assert.ok(args === undefined || (typeof args === 'object' && args !== null), what);
    const isAsync = ['b', 'n', 'e'].includes(String(ph));
    const track = isAsync ? `${String(cat)} ${String(id)}` : `${String(pid)} ${String(tid)}`;
    const stack = open.get(track) ?? [];
    open.set(track, stack);
    switch (ph) {
      case 'B':
      case 'b':
        stack.push(String(name));
        break;
      case 'E':
      case 'e': {
        const begun = stack.pop();
        assert.ok(begun !== undefined && (name === undefined || begun === name), `${what} ends ${begun ?? 'nothing'}`);
        break;
      }
      case 'n':
        assert.ok(stack.length > 0, what);
        break;
      case 'i':
        assert.is(s, 't');
        break;
      case 'C':
        assert.ok(
          Object.values(args as object).every((value) => typeof value === 'number'),
          what,
        );
        break;
      case 'M':
        assert.ok(['process_name', 'thread_name'].includes(String(name)), what);
        break;
      default:
        assert.unreachable(what);
    }
    if (isAsync) assert.is(typeof id, 'string');
  }
  for (const [track, stack] of open) assert.equal(stack, [], `${track} never ends`);
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
    const events = eventsOf(scenario);
    checkSchema(events);
    const result = simulate({ scenario: parseScenario(scenario, 'a.yaml'), files: new Map() });
    const served = events.filter(({ name, ph }) => ph === 'B' && name === 'serves').length;
    assert.ok(served >= (result.metrics.find(({ path }) => path === 'server.accepted')?.value ?? NaN));
    const counters = new Set(events.filter(({ ph }) => ph === 'C').map(({ name }) => String(name)));
    assert.ok(counters.has('syn_queue') && counters.has('accept_queue'));
    const clients = new Set(events.filter(({ ph }) => ph === 'b').map(({ id }) => String(id)));
    assert.ok(clients.size >= (result.metrics.find(({ path }) => path === 'users.started')?.value ?? NaN));
  }
});

test.run();
