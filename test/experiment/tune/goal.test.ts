import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isInputError } from '../../../src/engine/errors.ts';
import { metricsOf } from '../../../src/experiment/point.ts';
import { parseGoal } from '../../../src/experiment/tune/goal.ts';
import { parseScenario } from '../../../src/scenario/parse.ts';

const METRICS = metricsOf(
  parseScenario(`duration: 1s
server: { stack: linux-6.18 }
links: { access: { delay: 1ms } }
traffic:
  users: { kind: clients, arrivals: poisson(1/s), link: access }
  flood: { kind: syn-flood, arrivals: poisson(1/s) }
`),
  new Map(),
);
const one = (text: string) => parseGoal(text, METRICS).conditions[0]!;

/** What a goal is refused with, as `column: expected | received`. */
function refusals(text: string): string[] {
  try {
    parseGoal(text, METRICS);
  } catch (error) {
    if (!isInputError(error)) throw error;
    return error.issues.map(
      ({ expected, received, where }) => `${where.replace('--goal:1:', '')}: ${expected} | ${received}`,
    );
  }
  return [];
}

const test = suite('goals');

test('numbers are in the unit of the metric, times and shares in theirs', () => {
  const bounds = (text: string) => [one(text).bound, one(text).unit, one(text).of.join('+'), one(text).judgement];
  assert.equal(bounds('users.unserved <= 0.1%'), [0.001, 'clients', 'users.started', 'share']);
  assert.equal(bounds('users.unserved < 25'), [25, 'clients', '', 'mean']);
  assert.equal(bounds('users.unserved <= 25 clients'), [25, 'clients', '', 'mean']);
  assert.equal(bounds('users.connect_ms.p99<=1050'), [1050, 'ms', '', 'mean']);
  assert.equal(bounds('users.connect_ms.p99 <= 1.05s'), [1050, 'ms', '', 'mean']);
  assert.equal(bounds('users.connect_ms.p99 <= 500 us'), [0.5, 'ms', '', 'mean']);
  assert.equal(bounds('server.busy_fraction <= 80%'), [0.8, 'fraction', '', 'mean']);
  assert.equal(bounds('server.busy_fraction > 0.5'), [0.5, 'fraction', '', 'mean']);
  assert.equal(bounds('flood.refused <= 5 %'), [0.05, 'SYNs', 'flood.sent', 'share']);
  assert.equal(bounds('listener.dropped_syns <= 1%'), [0.01, 'SYNs', 'users.syns_sent+flood.sent', 'share']);
  assert.equal(bounds('link.access.down.lost <= 1%'), [0.01, 'packets', 'link.access.down.sent', 'share']);
  assert.equal(bounds('listener.TcpExtListenDrops <= 1e3'), [1000, 'count', '', 'mean']);
  assert.equal(bounds('server.accept_errors.EINVAL <= 3'), [3, 'calls', '', 'mean']);
});

test('what has no exceptions is judged run by run', () => {
  const every = ['listener.dropped_syns == 0', 'users.unserved <= 0%', 'users.served >= 100%', 'users.unserved <= 0'];
  for (const text of every) assert.is(one(text).judgement, 'every-run', text);
  for (const text of ['users.served >= 99.9%', 'users.unserved < 1'])
    assert.is.not(one(text).judgement, 'every-run', text);
});

test('conditions are joined by and', () => {
  const { conditions, text } = parseGoal('  users.unserved<=0.1%   and listener.dropped_syns == 0', METRICS);
  assert.is(text, 'users.unserved <= 0.1% and listener.dropped_syns == 0');
  assert.equal(
    conditions.map(({ operator, path }) => `${path} ${operator}`),
    ['users.unserved <=', 'listener.dropped_syns =='],
  );
});

/** Text, and what is said of it: each a part of one refusal, all of them and no more. */
const BAD: readonly (readonly [goal: string, ...refusals: string[]])[] = [
  ['', '1: a goal, such as users.unserved <= 0.1% | nothing'],
  ['   ', '1: a goal'],
  ['users.unserved', '15: one of <=, <, >=, >, == | nothing'],
  ['users.unserved <=', '18: a number behind <=, in clients | nothing'],
  ['users.unserved <= ', '18: a number behind <=, in clients | nothing'],
  ['<= 5', '1: a metric, such as users.unserved | nothing'],
  ['users.unserved 5', '16: one of <=, <, >=, >, == | 5'],
  ['users.unserved = 5', '16: one of <=, <, >=, >, == (did you mean ==?) | ='],
  ['users.unserved === 5', '16: one of <=, <, >=, >, == (did you mean ==?) | ==='],
  ['users.unserved =< 5', '(did you mean <=?) | =<'],
  ['users.unserved => 5', '(did you mean >=?) | =>'],
  ['users.unserved ≤ 5', '16: one of <=, <, >=, >, == (did you mean <=?)'],
  ['users.unserved ≥ 5', '(did you mean >=?)'],
  ['users.unserved != 5', '16: one of <=, <, >=, >, == (did you mean one of them?) | !='],
  ['users.unserved <> 5', '16: one of <=, <, >=, >, =='],
  ['users.unserved ! 5', '16: one of'],
  ['users.unserved is 5', '16: one of <=, <, >=, >, == | is'],
  ['users.unserved below 5', '16: one of'],
  ['5 >= users.unserved', '1: the metric first, then its bound | 5'],
  ['0.1% >= users.unserved', '1: the metric first, then its bound | 0.1%'],
  ['users.unsrved <= 5', '1: a metric, such as users.unserved (did you mean users.unserved?) | users.unsrved'],
  ['user.unserved <= 5', '(did you mean users.unserved?) | user.unserved'],
  ['unserved <= 5', '(did you mean users.unserved?) | unserved'],
  ['Users.Unserved <= 5', 'a metric, such as users.unserved (did you mean users.unserved?)'],
  ['users <= 5', '1: one metric: users.started, users.served'],
  ['users.connect_ms <= 5', '1: one metric: users.connect_ms.p50'],
  ['users.connect_ms.p98 <= 5', '(did you mean users.connect_ms.p9'],
  ['users.connect_ms.p999 <= 5', '(did you mean users.connect_ms.p99?)'],
  ['users.connect.p99 <= 5', 'a metric, such as users.unserved'],
  ['dropped_syns == 0', '(did you mean listener.dropped_syns?) | dropped_syns'],
  ['listener.droped_syns == 0', '(did you mean listener.dropped_syns?)'],
  ['listener.ListenOverflows == 0', 'a metric, such as users.unserved'],
  ['TcpExtListenDrops == 0', '(did you mean listener.TcpExtListenDrops?)'],
  ['listener == 0', '1: one metric: listener.'],
  ['flood.served >= 5', '1: a metric'],
  ['x <= 5', '1: a metric, such as users.unserved | x'],
  ['users.unserved <= five', '19: a number of at least 0 (clients) for users.unserved, or a share of users.started'],
  ['users.unserved <= 0,1%', '19: a number of at least 0'],
  ['users.unserved <= 1 000', '19: a number of at least 0'],
  ['users.unserved <= 1,000', '19: a number of at least 0'],
  ['users.unserved <= 5ms', '19: a number of at least 0 (clients)'],
  ['users.unserved <= 5 SYNs', '19: a number of at least 0 (clients) for users.unserved, or a share'],
  ['users.unserved <= -1', '19: a number of at least 0 (clients) for users.unserved'],
  ['users.unserved <= -1%', '19: a share from 0% to 100% | -1%'],
  ['users.unserved <= 150%', '19: a share from 0% to 100% | 150%'],
  ['users.unserved <= %', '19: a number of at least 0'],
  ['users.unserved <= 5%%', '19: a number of at least 0'],
  ['users.unserved <= NaN', '19: a number of at least 0'],
  ['users.unserved <= Infinity', '19: a number of at least 0'],
  ['users.unserved <= 1e999', '19: a number of at least 0'],
  ['users.unserved <= 0x10', '19: a number of at least 0'],
  ['users.unserved <= users.started', '19: a number of at least 0'],
  ['users.unserved <= 1 + 2', '19: a number of at least 0'],
  ['users.unserved <= (5)', '19: a number of at least 0'],
  ["users.unserved <= '5'", '19: a number of at least 0'],
  ['users.unserved <= 5 <= 6', '19: a number of at least 0'],
  ['users.connect_ms.p99 <= 5%', '25: a time for users.connect_ms.p99, such as 1050ms or 1.05s'],
  ['users.connect_ms.p99 <= 5 kg', '25: a time for users.connect_ms.p99'],
  ['users.connect_ms.p99 <= 5msec', '25: a time'],
  ['users.connect_ms.p99 <= 5MS', '25: a time'],
  ['users.connect_ms.p99 <= -5ms', '25: a time'],
  ['users.connect_ms.p99 <= 1s500ms', '25: a time'],
  ['users.connect_ms.p99 <= 0.1ns', '25: a time'],
  ['server.busy_fraction <= 2', '25: a fraction for server.busy_fraction, such as 0.9 or 90% | 2'],
  ['server.busy_fraction <= 120%', '25: a fraction'],
  ['server.busy_fraction <= 5ms', '25: a fraction'],
  ['listener.TcpExtListenDrops <= 5%', '31: a number of at least 0 (count) for listener.TcpExtListenDrops | 5%'],
  ['listener.syn_queue.max <= 5%', '27: a number of at least 0 (entries) for listener.syn_queue.max | 5%'],
  ['server.accepted <= 5%', '20: a number of at least 0 (connections) for server.accepted | 5%'],
  ['users.unserved <= 5 and', '24: a condition, such as users.unserved <= 0.1% | nothing'],
  ['and users.unserved <= 5', '1: a condition, such as users.unserved <= 0.1% | nothing'],
  ['users.unserved <= 5 and and users.reset == 0', '24: a condition'],
  ['users.unserved <= 5 && users.reset == 0', '21: and between two conditions | &&'],
  ['users.unserved <= 5 & users.reset == 0', '21: and between two conditions | &'],
  ['users.unserved <= 5, users.reset == 0', '20: and between two conditions | ,'],
  ['users.unserved <= 5; users.reset == 0', '20: and between two conditions | ;'],
  ['users.unserved <= 5 or users.reset == 0', '21: conditions joined by and: all of them hold | or'],
  ['users.unserved <= 5 || users.reset == 0', '21: conditions joined by and: all of them hold | ||'],
  ['users.unserved <= 5 xor users.reset == 0', '21: conditions joined by and: all of them hold | xor'],
  ['users.unserved <= 5 and users.unserved >= 6', '25: a condition that can hold together with users.unserved <= 5'],
  ['users.unserved < 5 and users.unserved > 5', '24: a condition that can hold together with users.unserved < 5'],
  ['users.unserved == 5 and users.unserved == 6', '25: a condition that can hold together with users.unserved == 5'],
  ['users.unserved <= 1% and users.unserved > 1%', '26: a condition that can hold together with users.unserved <= 1%'],
  ['users.unsrved <= 5% and users.connect_ms.p99 < 1 kg and', '1: a metric', '48: a time', '56: a condition'],
  ['flod.refused <= 1% and flood.refused = 1%', '(did you mean flood.refused?)', '38: one of <=, <, >=, >, =='],
];

test('what is no goal is refused with what was meant and where, all at once', () => {
  assert.ok(BAD.length >= 80, String(BAD.length));
  for (const [goal, ...parts] of BAD) {
    const found = refusals(goal);
    assert.is(found.length, parts.length, `${goal}: ${found.join(' // ')}`);
    parts.forEach((part, i) => assert.ok(found[i]?.includes(part), `${goal}: ${found[i]} lacks ${part}`));
  }
});

test('hostile goals are bounded', () => {
  assert.match(refusals('a'.repeat(5000)).join(), /at most 2000 characters/);
  assert.match(refusals(new Array(40).fill('users.reset == 0').join(' and ')).join(), /at most 16 conditions/);
  assert.is(refusals(`users.unserved <= ${'9'.repeat(400)}`).length, 1);
});
test.run();
