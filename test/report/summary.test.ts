import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { answerOf } from '../../src/report/answer.ts';
import { findChanges } from '../../src/experiment/changes.ts';
import { estimate } from '../../src/experiment/estimates.ts';
import { total } from '../../src/experiment/replications.ts';
import { formatDuration, formatEstimate, formatInstant } from '../../src/report/format-number.ts';
import { hangingTable, NO_BREAK, plain, table, wrap } from '../../src/report/layout.ts';
import { formatSummary } from '../../src/report/summary.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { simulate } from '../../src/simulation/simulate.ts';

const STYLE = { width: 80, color: false };

function run(text: string, replication = 0): RunResult {
  return simulate({ scenario: parseScenario(text, 'test.yaml'), files: new Map(), replication });
}

/** Clients at the same instant, a backlog that holds some of them, and a service that is long or never. */
function crowd(clients: number, accept = '{ mode: never }', more = ''): string {
  return `duration: 100s
server: { stack: linux-1.2, listen: { backlog: 3 }, accept: ${accept} }
traffic:
  users: { kind: clients, arrivals: burst(${clients}), rtt: 10ms, timeout: 50s }
${more}`;
}

const test = suite('summary');

// Two clients of Linux 6.5 send ten SYNs each in 50 s: at 0, 1, 2, 3, 4, 5, 7, 11, 19 and 35 s.
test('the answer is one sentence: who was served, why not, since when, what would change it', () => {
  assert.is(answerOf(run(crowd(2, '{ mode: blocking }'))), 'All 2 users were served.');
  assert.is(
    answerOf(run(crowd(5))),
    'None of 5 users was served (5 timed out); 20 SYNs were refused because the listen queue was full, the first at ' +
      '5 ms; what may change it (not tried): an application that calls accept() (server.accept.mode) ' +
      'or a larger backlog in listen().',
  );
});

test('one of a kind is told of in the singular; a name that is no plural is put aside', () => {
  const one = run(crowd(1, '{ mode: blocking }').replace('users', 'web'));
  assert.is(answerOf(one), 'The one of clients (web) was served.');
  const late = crowd(4, '{ mode: blocking, service: 60s }').replace('timeout: 50s', 'timeout: 500ms');
  assert.match(
    answerOf(run(late)),
    /^None of 4 users was served \(4 timed out\); 1 SYN was refused because .*, at 5 ms;/,
  );
});

test('in 40 columns nothing is wider, but for words that are', () => {
  const lines = formatSummary('', [run(crowd(3, '{ mode: blocking }'))], [], { width: 40, color: false }).split('\n');
  assert.ok(lines.includes('time from the first SYN'));
  assert.ok(lines.some((line) => /^users: connect p99 +\d+ ms$/.test(line)));
  assert.equal(
    lines.filter((line) => line.length > 40),
    [],
  );
});

test('why: one SYN is not in the plural', () => {
  const late = run(crowd(4, '{ mode: blocking, service: 60s }').replace('timeout: 50s', 'timeout: 500ms'));
  assert.match(formatSummary('', [late], [], STYLE), /\n {2}1 SYN: the listen queue was full/);
});

test('a flood says how many of its SYNs took a slot', () => {
  const flood = '  attack: { kind: syn-flood, arrivals: periodic(1/1s), start: 1s, until: 11s }\n';
  assert.match(
    answerOf(run(crowd(1, '{ mode: blocking }', flood))),
    /; 3 of 10 SYNs of attack took a slot; 7 SYNs were/,
  );
});

test('a skipped flood is said to be skipped, and only that', () => {
  const summary = (skip: string): string => {
    const flood = `  attack: { kind: syn-flood, arrivals: periodic(1000/s), start: 1s, until: 11s }\nskip: ${skip}\n`;
    return formatSummary('', [run(crowd(1, '{ mode: never }', flood))], [], STYLE).replaceAll(/\s+/g, ' ');
  };
  assert.match(
    summary('auto'),
    /[89],\d{3} of them were counted, not simulated one by one, while the stack refused everything/,
  );
  assert.not.match(summary('off'), /counted/);
});

test('many entries are told of together', () => {
  const more = ['b', 'c', 'd'].map((name) => `  ${name}s: { kind: clients, arrivals: burst(1), start: 20s }\n`);
  assert.is(answerOf(run(crowd(1, '{ mode: blocking }', more.join('')))), 'All 4 clients of 4 kinds were served.');
});

test('a run that passed a limit says so first', () => {
  const text = `${crowd(5)}limits: { events: 20 }\n`;
  assert.match(
    answerOf(run(text)),
    /^The run stopped at .* because it passed limits\.events, so these numbers are partial;/,
  );
});

test('what would change it is told as it was tried, or as the rules let one expect', () => {
  const tried = (text: string): string => {
    const scenario = parseScenario(text, 'test.yaml');
    const result = simulate({ scenario, files: new Map() });
    return (
      answerOf(result, findChanges(scenario, new Map(), result))
        .split('; ')
        .at(-1) ?? ''
    );
  };
  assert.is(
    tried(crowd(5, '{ pauses: [{ at: 0s, for: 70s }] }')),
    'what would change it: an application that does not pause (server.accept.pauses=[]: 5 of 5 served) or ' +
      'no time-out for users (traffic.users.timeout=none: 3 of 5 served).',
  );
  assert.is(
    tried(crowd(5).replace('timeout: 50s', 'timeout: 1ms')),
    'no single setting that was tried would change it.',
  );
  const flood = `duration: 9s\nserver: { stack: classic, classic: { slots: 4 } }
traffic: { attack: { kind: syn-flood, arrivals: periodic(10/s) } }`;
  assert.is(tried(flood), 'what would change it: more half-open slots (server.classic.slots=32: 59 SYNs refused).');
  assert.is(tried(crowd(2, '{ mode: blocking }')), 'All 2 users were served.');
  assert.match(answerOf(run(crowd(5))), /; what may change it \(not tried\): an application that calls/);
});

test('of several replications the counts are those of all, and the trials those of the first', () => {
  const scenario = parseScenario(crowd(5, '{ mode: never }').replace('burst(5)', 'poisson(5/s)'), 'test.yaml');
  const results = [0, 1].map((replication) => simulate({ scenario, files: new Map(), replication }));
  const [first, second] = results;
  if (first === undefined || second === undefined) throw new RangeError('no results');
  const answer = answerOf(total([first, second]), findChanges(scenario, new Map(), first), 2);
  const refused = results.reduce((sum, { drops }) => sum + (drops[0]?.count ?? 0), 0);
  assert.match(answer, new RegExp(`^2 replications together: .*; ${refused.toLocaleString('en')} SYNs were refused`));
  assert.match(answer, /; what would change it, in the first replication: /);
});

test('connections that accept() lost for want of a descriptor are told of', () => {
  const result = run(crowd(400, '{ close: false }').replace('burst(400)', 'periodic(10/s)'));
  assert.match(
    answerOf(result),
    /; 7\d\d connections were lost in accept\(\), which had no descriptor left \(EINVAL\)/,
  );
});

test('no line is wider than the terminal, and a narrow one gets one number a line', () => {
  const flood = '  attack: { kind: syn-flood, arrivals: poisson(5/s) }\n';
  const result = run(crowd(200, '{ mode: poll, period: 3s }', flood));
  for (const width of [60, 80, 132]) {
    const lines = formatSummary('T'.repeat(30), [result], ['out/summary.csv'], { ...STYLE, width }).split('\n');
    assert.equal(
      lines.filter((line) => line.length > width),
      [],
    );
  }
  assert.match(formatSummary('', [result], [], { ...STYLE, width: 40 }), /^users\.timed_out +\d+$/m);
});

test('colours are the only difference that colours make', () => {
  const result = run(crowd(5));
  const colored = formatSummary('Title', [result], ['out/a.csv'], { ...STYLE, color: true });
  assert.match(colored, /\u001b\[1mTitle/);
  assert.is(colored.replace(/\u001b\[\d+m/g, ''), formatSummary('Title', [result], ['out/a.csv'], STYLE));
});

test('a title cannot write to the terminal on its own', () => {
  assert.is(plain('a\u001b[2Jb\nc\u202ed'), 'a [2Jb c d');
  assert.match(formatSummary('a\u001b[2J\nb', [run(crowd(1))], [], STYLE), /^a \[2J b\n/);
});

test('replications: totals in the answer, means with as many digits as their interval bears', () => {
  const text = crowd(1).replace('burst(1)', 'poisson(1/s)');
  const results = [0, 1, 2].map((replication) => run(text, replication)) as unknown as [
    RunResult,
    RunResult,
    RunResult,
  ];
  const started = results.map((r) => r.metrics.find((m) => m.path === 'users.started')?.value ?? 0);
  const summary = formatSummary('', results, [], STYLE, null, estimate(results));
  assert.match(summary, /seed 1 · 3 replications/);
  assert.ok(
    summary.includes(`3 replications together: None of ${started.reduce((a, b) => a + b, 0)} users was served`),
  );
  assert.match(summary, /^users\.started +[\d.]+ +± [\d.]+ +clients$/m);
  assert.not.match(summary, /listener\.Tcp|run\./);
});

test('durations, instants and estimates are rounded for people', () => {
  assert.equal(
    [0, 7, 1500, 123_456, 2e6, 1_217_310_000, 66.97e9, 4000e9].map((ns) => formatDuration(ns)),
    ['0 s', '7 ns', '1.5 µs', '123 µs', '2 ms', '1.22 s', '67 s', '4,000 s'],
  );
  assert.equal(
    [0, 5e6, 151e6, 3_001_060_000, 57.5e9, 1_399_160_000_000].map((ns) => formatInstant(ns)),
    ['0 s', '5 ms', '0.15 s', '3 s', '57.5 s', '1,399.16 s'],
  );
  assert.equal(
    [
      formatEstimate(13311.44, 8.23),
      formatEstimate(0.123456, 0.00123),
      formatEstimate(1234.5, 161),
      formatEstimate(5, 0),
      formatEstimate(6121.5866880000076, 1e-12),
    ],
    [
      { mean: '13,311.4', halfWidth: '± 8.2' },
      { mean: '0.1235', halfWidth: '± 0.0012' },
      { mean: '1,235', halfWidth: '± 161' },
      { mean: '5', halfWidth: '± 0' },
      { mean: '6,122', halfWidth: '± 0' },
    ],
  );
});

test('layout: lines break at spaces only, tables align, numbers to the right', () => {
  assert.is(wrap('aa bb cc', 5, 2), 'aa bb\n  cc');
  assert.is(wrap(`aa bb${NO_BREAK}cc`, 5), 'aa\nbb cc');
  assert.is(
    table([
      ['a', 'n'],
      ['long', '10'],
    ]),
    'a      n\nlong  10',
  );
});

test('layout: columns of a table share its width; no word is broken, and what may not be broken is whole', () => {
  const rows = [
    ['a long name', 'and a much longer text', '9'],
    ['b', 'c', 'whole cell'],
  ];
  assert.is(hangingTable(rows, 80, [0, 1]).split('\n').length, 2, 'there is room for all');
  const narrow = 'a long  and a much  9\nname    longer\n        text\nb       c           whole cell';
  assert.is(hangingTable(rows, 34, [0, 1]), narrow);
  assert.is(hangingTable([['incomprehensible', 'x y']], 10, [0, 1]), 'incomprehensible  x\n                  y');
});
test.run();
