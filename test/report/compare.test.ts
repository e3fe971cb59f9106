import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compareMetrics, type StackRuns } from '../../src/experiment/compare.ts';
import { compareCsv, differencesOf, formatComparison } from '../../src/report/compare.ts';
import { compareJson } from '../../src/report/json.ts';
import { parseForStack } from '../../src/scenario/parse.ts';
import { simulate } from '../../src/simulation/simulate.ts';

const TEXT = `title: Does it matter which kernel?
duration: 20s
server:
  stack: linux-6.18
  listen: { backlog: 10, reuseport: 1 }
  sysctl: { net.ipv4.tcp_syncookies: 0, net.core.somaxconn: 4096 }
  linux: { timers: exact }
  accept: { mode: never }
traffic:
  users: { kind: clients, stack: linux-6.5, arrivals: periodic(10/s), until: 5s, rtt: 10ms }
`;

function run(stack: string, count = 1): StackRuns {
  const { notes, scenario } = parseForStack(TEXT, stack, 'compare.yaml');
  const results = Array.from({ length: count }, (_, replication) =>
    simulate({ scenario, files: new Map(), replication }),
  );
  return { stack, notes, results };
}

const STYLE = { width: 80, color: false };
const test = suite('compare');

test('what another stack does not know is left out, and said; the rest is the same', () => {
  const { notes, scenario } = parseForStack(TEXT, 'freebsd-14');
  assert.equal(notes, ['net.ipv4.tcp_syncookies is no sysctl of it', 'net.core.somaxconn is no sysctl of it']);
  assert.is(scenario.server.backlog, 10);
  const own = parseForStack(TEXT, 'linux-6.18');
  assert.equal([own.notes, own.scenario.traffic], [[], scenario.traffic]);
  const old = parseForStack(
    TEXT.replace('syncookies: 0', 'syncookies: 2').replace('reuseport: 1', 'reuseport: 2'),
    'linux-2.6.32',
  );
  assert.equal(old.notes, ['net.ipv4.tcp_syncookies goes from 0 to 1 there, not to 2', 'it has no SO_REUSEPORT']);
  for (const stack of ['classic', 'linux-1.2']) assert.is(parseForStack(TEXT, stack).scenario.server.stackName, stack);
});

test('a scenario that is wrong is told so, before any other stack is tried', () => {
  assert.throws(() => parseForStack(TEXT.replace('periodic', 'perodic'), 'freebsd-14', 'a.yaml'), /a\.yaml:10:/);
});

test('each stack has a line that says what it does and why, from its drops', () => {
  const runs = ['linux-6.18', 'freebsd-14', 'linux-4.9'].map((stack) => run(stack));
  const [first, bsd, old] = differencesOf(runs, compareMetrics(runs)).map(({ text }) => text);
  assert.match(
    first ?? '',
    /^serves 0 of 50 users; \d+ SYNs lost because the accept queue was full \(B2\.4, R1, R4\)$/,
  );
  assert.match(
    bsd ?? '',
    /34 connections lost because the accept queue was full when their handshake ended \(C4\.2, C4\.3; linux-6\.18: 0\)/,
  );
  assert.match(bsd ?? '', /no SYNs lost because the accept queue was full \(B2\.4, R1, R4; linux-6\.18: \d+\)/);
  assert.match(old ?? '', /^serves 0 of 50 users \(as the first\)/);
  // Two clients at a time are let in, and their ACK finds the queue full.
  assert.match(old ?? '', /TcpExtTCPTimeouts \d+ \(linux-6\.18: 0\)|TcpExt\w+ [\d,]+ \(linux-6\.18: [\d,]+\)/);
});

test('the table fits the terminal, in several parts where it must', () => {
  const runs = ['linux-6.18', 'freebsd-14', 'linux-4.9', 'freebsd-9', 'linux-2.6.32'].map((stack) => run(stack));
  const metrics = compareMetrics(runs);
  for (const width of [80, 60, 200]) {
    const text = formatComparison('A title', runs, metrics, ['out/compare.csv'], { ...STYLE, width });
    for (const line of text.split('\n')) assert.ok(line.length <= width, line);
    for (const { stack } of runs) assert.ok(text.includes(stack));
    assert.match(text, /freebsd-14 left out: net\.ipv4\.tcp_syncookies is no sysctl/);
  }
});

test('replications: differences in pairs, with the same arrivals, have no noise of the arrivals', () => {
  const runs = ['linux-6.18', 'freebsd-14'].map((stack) => run(stack, 5));
  const metrics = compareMetrics(runs);
  const started = metrics.find(({ path }) => path === 'users.started');
  assert.equal(started?.differences, [null, { mean: 0, halfWidth: 0, n: 5 }]);
  const lines = compareCsv(runs, metrics).split('\n');
  assert.is(lines[0], 'metric,unit,stack,mean,half_width,n,difference,difference_half_width');
  assert.is(lines[2], 'users.started,clients,freebsd-14,50,0,5,0,0');
});

test('JSON and CSV have every metric, one value a stack, empty where a stack has none', () => {
  const runs = ['linux-6.18', 'freebsd-14'].map((stack) => run(stack));
  const metrics = compareMetrics(runs);
  const json = JSON.parse(compareJson(runs, metrics, ['compare.csv']));
  assert.equal([json.command, json.stacks, json.files], ['compare', ['linux-6.18', 'freebsd-14'], ['compare.csv']]);
  const row = json.rows.find((one: { metric: string }) => one.metric === 'listener.listen_queue_overflows');
  assert.equal(row, { metric: 'listener.listen_queue_overflows', unit: 'count', values: [null, 34] });
  assert.is(json.differences.length, 2);
  assert.is(json.notes[0].stack, 'freebsd-14');
  const csv = compareCsv(runs, metrics).split('\n');
  assert.is(csv[0], 'metric,unit,stack,value');
  assert.ok(csv.includes('listener.listen_queue_overflows,count,linux-6.18,'));
  assert.ok(csv.includes('listener.listen_queue_overflows,count,freebsd-14,34'));
});
test.run();
