import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseScenario } from '../../src/scenario/parse.ts';
import { GOOD, refusal } from '../support/scenario.ts';

const test = suite('scenario messages');

test('a problem inside a value that --set gave, or a section that it made, is at --set', () => {
  const where = (path: string, value: string): string[] =>
    refusal(GOOD, [{ path, value }])
      .split('\n')
      .map((line) => line.split(': expected')[0] ?? '');
  assert.equal(where('traffic.nosuch.arrivals', 'poisson(1/s)'), ['--set traffic.nosuch.arrivals']);
  assert.equal(where('server.accept', '{ mode: pol, worker: 1 }'), ['--set server.accept', '--set server.accept']);
  assert.equal(where('server.accept.pauses', '[{ at: 1s, for: 2s, every: 1s }]'), ['--set server.accept.pauses']);
  assert.equal(where('server.accept.mode', 'poll'), ['--set server.accept.mode']);
  assert.equal(where('traffic.users.until', '0s'), ['--set traffic.users.until']);
  assert.equal(where('traffic.Users.kind', 'clients')[0], '--set traffic.Users.kind');
  assert.match(
    refusal(`${GOOD}links: { a: { rate: 1 } }\n`, [{ path: 'links.b.rate', value: '1Mbps' }]),
    /^a\.yaml:5:21: /,
  );
});

test('a number out of all bounds is one problem', () => {
  const told = (value: string): string => refusal(GOOD, [{ path: 'server.listen.backlog', value }]);
  assert.is(told('3e99'), '--set server.listen.backlog: expected at most 2147483647, received 3e+99');
  assert.is(told('-3e99'), '--set server.listen.backlog: expected at least -2147483648, received -3e+99');
});

/** `line: received` of every problem. */
function received(text: string): string[] {
  return refusal(text)
    .split('\n')
    .map((line) => line.replace(/^a\.yaml:(\d+):.*, received (.*)$/, '$1: $2'));
}

test('a link that has a bad value is a link', () => {
  const text = GOOD.replace('poisson(1/s)', 'poisson(1/s), link: a');
  assert.equal(received(`${text}links: { a: { rate: 10 } }\n`), ['5: 10']);
  assert.equal(received(`${text}links: { a: 5 }\n`), ['5: 5']);
  assert.equal(received(`${text}links: 5\n`), ['5: 5']);
  assert.equal(received(`${text}links: { b: { rate: 10 } }\n`), ['5: 10', '4: a']);
});

test('cross-checks are told together with mistakes elsewhere, as far as what they need can be read', () => {
  const broken = `duration: long
warmup: 5s
sample: 0s
server:
  stack: linux-1.2
  port: 0
  sysctl: { net.core.somaxconn: 5 }
  classic: { slots: 1.5 }
  accept: { mode: poll, timeout: 1s, workers: none }
traffic:
  users: { kind: clients, arrivals: never, link: x, start: 2s, until: 1s, more: 1 }
  flood: { kind: syn-flood, arrivals: burst(1), sources: responsive, pool: 0, isn: x }
links: { a: {} }
`;
  assert.equal(
    received(broken).toSorted((a, b) => parseInt(a) - parseInt(b) || (a < b ? -1 : 1)),
    [
      ['1: long', '3: 0s'],
      ['6: 0', '7: sysctl settings', '8: 1.5', '8: stack: linux-1.2', '9: mode: poll', '9: none', '9: none'],
      ['11: 1s', '11: more', '11: never', '11: x', '12: 0', '12: never', '12: x'],
    ].flat(),
  );
});

test('a mistake is told once: what rests on it is not', () => {
  assert.equal(received(GOOD.replace('linux-1.2', 'linux-1.2, accept: { mode: poll, period: 1 }')), ['2: 1']);
  assert.equal(received(GOOD.replace('linux-1.2', 'linux-1.2, accept: { mode: pol, period: 1s }')), ['2: pol']);
  assert.equal(received(GOOD.replace('linux-1.2', 'linus, classic: { slots: 1 }')), ['2: linus']);
  assert.equal(received(GOOD.replace('10s', '10')), ['1: 10']);
  assert.equal(received(GOOD.replace('poisson(1/s)', 'x, start: 1s, until: 1')), ['4: x', '4: 1']);
  const flood = GOOD.replace('clients', 'syn-flood, sources: responsive, reset_after: soon');
  assert.equal(received(flood), ['4: soon']);
});
test('a key of another kind of traffic is told as such, and is never suggested', () => {
  const flood = GOOD.replace('clients', 'syn-flood');
  const problem = (entry: string): string => refusal(entry).replace(/^a.yaml:4:\d+: expected /, '');
  assert.is(
    problem(flood.replace('1/s)', '1/s), speaks: true')),
    'a key of kind: syn-flood (this is one of kind: clients), received speaks',
  );
  assert.is(problem(flood.replace('1/s)', '1/s), speeks: true')), 'a known key, received speeks');
  assert.is(problem(flood.replace('1/s)', '1/s), sorces: x')), 'a known key (did you mean sources?), received sorces');
});

test('a slip of the pen in the name of a stack is told what was meant', () => {
  const expected = 'a.yaml:2:18: expected one of linux-6.18, linux-1.2, freebsd-9, freebsd-14, classic';
  assert.is(refusal(GOOD.replace('linux-1.2', 'clasic')), `${expected} (did you mean classic?), received clasic`);
});

test('infinite numbers are told as they were written', () => {
  for (const value of ['.inf', '-.inf', '.nan', '[.inf, 1]']) {
    assert.equal(received(GOOD.replace('10s', value)), [`1: ${value.replace(' ', '')}`]);
  }
});
test('a text without a file name is scenario.yaml', () => {
  assert.is(parseScenario(GOOD).name, 'scenario');
  assert.throws(() => parseScenario(GOOD.replace('10s', '10')), /scenario\.yaml:1:11: expected/);
});
test.run();
