import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { halfopen, inEmptyFolder } from '../support/cli.ts';

const TEXT = `duration: 60s
warmup: 5s
sample: 100ms
server: { stack: classic, listen: { backlog: 9 }, accept: { service: exponential(1ms) } }
traffic: { users: { kind: clients, stack: schedule(0s; fails 1s), arrivals: poisson(900/s), speaks: false } }
`;

const test = suite('halfopen run: closed forms');

test('the closed form stands beside the simulation, in the summary and in the JSON document', () => {
  inEmptyFolder((cwd) => {
    writeFileSync(join(cwd, 'q.yaml'), TEXT);
    const { stdout } = halfopen(['run', 'q.yaml', '--replications', '5', '--threads', '1'], { cwd });
    assert.match(stdout, /^closed form: M\/M\/1\/K with K = 10 \(F1\)$/m);
    assert.match(stdout, /^SYNs refused +5\.08 % +\d\.\d+ % .*agrees$/m);
    const { closed_form: closed } = JSON.parse(halfopen(['run', 'q.yaml', '--json'], { cwd }).stdout) as {
      closed_form: { formula: string; figures: Record<string, unknown>[] };
    };
    assert.is(closed.formula, 'M/M/1/K with K = 10 (F1)');
    assert.equal(Object.keys(closed.figures[0] ?? {}), [
      'figure',
      'unit',
      'expected',
      'value',
      'interval',
      'confidence',
      'agrees',
      'why',
    ]);
    assert.is(halfopen(['run', 'q.yaml', '--quiet'], { cwd }).stdout, '');
  });
});
test.run();
