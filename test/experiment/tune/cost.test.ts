import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isInputError } from '../../../src/engine/errors.ts';
import { metricsOf } from '../../../src/experiment/point.ts';
import { parseCost, settingsCost } from '../../../src/experiment/tune/cost.ts';
import { parseAxis } from '../../../src/experiment/vary.ts';
import { parseScenario } from '../../../src/scenario/parse.ts';

const METRICS = metricsOf(
  parseScenario(`duration: 1s
server: { stack: linux-6.18 }
traffic:
  users: { kind: clients, arrivals: poisson(1/s) }
`),
  new Map(),
);
const AXES = ['server.listen.backlog=16,64', 'server.accept.period=500us,2ms', 'server.stack=linux-6.18,classic'].map(
  parseAxis,
);
const parse = (text: string) => parseCost(text, METRICS, AXES, (path) => path === 'server.accept.workers');

/** What a cost is refused with, as `column: expected | received`. */
function refusals(text: string): string[] {
  try {
    parse(text);
  } catch (error) {
    if (!isInputError(error)) throw error;
    return error.issues.map(
      ({ expected, received, where }) => `${where.replace('--cost:1:', '')}: ${expected} | ${received}`,
    );
  }
  return [];
}

const test = suite('costs');

test('a cost is a sum of metrics and varied paths, each times a number', () => {
  const cost = parse('1000*users.unserved+ 0.01 * server.listen.backlog -users.served*2');
  assert.is(cost.text, '1000*users.unserved + 0.01*server.listen.backlog - 2*users.served');
  assert.equal(cost.metrics, [
    { factor: 1000, path: 'users.unserved', unit: 'clients' },
    { factor: -2, path: 'users.served', unit: 'clients' },
  ]);
  assert.equal(cost.settings, [{ factor: 0.01, path: 'server.listen.backlog' }]);
  for (const [text, shown] of [
    ['users.unserved', 'users.unserved'],
    [' -users.served', '-users.served'],
    ['+ users.unserved', 'users.unserved'],
    ['1e-3*users.unserved', '0.001*users.unserved'],
    ['.5*users.connect_ms.p99', '0.5*users.connect_ms.p99'],
    ['server.accept_errors.EINVAL', 'server.accept_errors.EINVAL'],
  ] as const)
    assert.is(parse(text).text, shown, text);
});

test('times of settings count in ms, as those of metrics do', () => {
  const cost = parse('users.unserved + 2*server.accept.period + server.listen.backlog');
  const at = (backlog: string, period: string): number =>
    settingsCost(cost, [
      { path: 'server.listen.backlog', value: backlog },
      { path: 'server.accept.period', value: period },
    ]);
  assert.equal([at('16', '2ms'), at('64', '500us'), at('64', '1s')], [20, 65, 2064]);
});

/** Text, and what is said of it: each a part of one refusal, all of them and no more. */
const BAD: readonly (readonly [cost: string, ...refusals: string[]])[] = [
  ['', '1: what is to be least, such as 1000*users.unserved + 0.01*server.listen.backlog | nothing'],
  ['  ', '1: what is to be least'],
  ['5', '1: a name behind the number: 1000*users.unserved | 5'],
  ['users.unserved + 5', '18: a name behind the number'],
  ['users.unserved +', '17: a metric or a path that is varied'],
  ['+', '2: a metric or a path that is varied'],
  ['users.unserved + + users.reset', '17: a metric or a path that is varied, such as in 1000*users.unserved'],
  ['* users.unserved', '1: a metric or a path that is varied'],
  ['1000 users.unserved', '6: +, - or * between two of them | users.unserved'],
  ['users.unserved users.reset', '16: +, - or * between two of them | users.reset'],
  ['1000 *', '7: a number or a name behind * | nothing'],
  ['1000 * + users.reset', '7: a number or a name behind * | nothing'],
  ['2*3', '1: a name behind the number'],
  ['2*3*users.unserved', '4: + or - behind a number times a name | *'],
  ['users.unserved*users.reset', '16: a number times a name, not a product of two | users.reset'],
  ['users.unserved / users.started', '16: numbers, names, +, - and *'],
  ['(users.unserved)', '1: numbers, names, +, - and *'],
  ['users.unserved^2', '15: numbers, names, +, - and *'],
  ['users.unserved <= 5', '16: numbers, names, +, - and *'],
  ['5%*users.unserved', '2: numbers, names, +, - and *'],
  ['0*users.unserved', '1: a number above 0'],
  ['1e999*users.unserved', '1: a number above 0'],
  ['users.unserved + users.unserved', '18: each name once | users.unserved'],
  ['users.unsrved', '1: a metric, such as users.unserved (did you mean users.unserved?) | users.unsrved'],
  ['users', '1: one metric: users.started'],
  ['users.connect_ms', '1: one metric: users.connect_ms.p50'],
  ['x', '1: a metric, such as users.unserved | x'],
  [
    'users.unserved + server.accept.workers',
    '18: a metric such as users.unserved, or a path that is varied (--vary server.accept.workers=…)',
  ],
  ['users.unserved + server.listen.baklog', '18: a metric such as users.unserved, or a path that is varied'],
  ['users.unserved + server.stack', '18: numbers or times as values of server.stack | linux-6.18'],
];

test('what is no cost is refused with what was meant and where, all at once', () => {
  for (const [cost, ...parts] of BAD) {
    const found = refusals(cost);
    assert.is(found.length, parts.length, `${cost}: ${found.join(' // ')}`);
    parts.forEach((part, i) => assert.ok(found[i]?.includes(part), `${cost}: ${found[i]} lacks ${part}`));
  }
});

test('several problems are told together', () => {
  assert.equal(
    refusals('users.unsrved - 2*users.rset + 3').map((text) => text.split(':')[0]),
    ['32', '1', '19'],
  );
});

test('hostile costs are bounded', () => {
  assert.match(refusals('a'.repeat(5000)).join(), /at most 2000 characters/);
  assert.match(refusals(new Array(60).fill('users.reset').join('+')).join(), /at most 32 terms/);
});
test.run();
