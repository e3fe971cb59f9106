import { suite } from 'uvu';
import * as assert from 'uvu/assert';
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

test.run();
