import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { halfopen, inEmptyFolder } from '../support/cli.ts';

type Json = Record<string, any>;

function json(text: string): Json {
  return JSON.parse(text) as Json;
}

const test = suite('halfopen verify');

test('verify: one line a family, exit 0 when all agree; the JSON of its document', () => {
  const { status, stdout } = halfopen(['verify', 'test/golden/linux-1.2.json', 'test/golden/trace-oracles.json']);
  assert.is(status, 0);
  assert.match(stdout, /79 of 79 cases agree/);
  assert.match(stdout, /34 of 34 cases agree/);
  const document = json(halfopen(['verify', 'test/golden/linux-1.2.json', '--json']).stdout);
  const [file] = document['files'] as Json[];
  assert.equal(
    [document['ok'], file?.['kind'], file?.['cases'], file?.['cases_agreed']],
    [true, 'golden-linux-1.2', 79, 79],
  );
  assert.equal(Object.keys(file?.['families'][0]), ['family', 'cells', 'agreed', 'cases', 'cases_agreed']);
});

test('verify: exit 1, and the field, when something disagrees', () => {
  inEmptyFolder((cwd) => {
    const golden = json(readFileSync('test/golden/linux-1.2.json', 'utf8'));
    const workload = (golden['cases'] as Json[]).find((one) => one['family'] === 'a') ?? {};
    workload['expected'].counters.InSegs += 1;
    writeFileSync(join(cwd, 'g.json'), JSON.stringify({ ...golden, cases: [workload] }));
    const { status, stdout } = halfopen(['verify', 'g.json'], { cwd });
    assert.is(status, 1);
    assert.match(stdout, /0 of 1 cases agree/);
    assert.match(stdout, /InSegs: expected \d+, received \d+/);
    const [wrong] = json(halfopen(['verify', 'g.json', '--json'], { cwd }).stdout)['files'][0].disagreements as Json[];
    assert.equal(Object.keys(wrong ?? {}), ['case', 'field', 'expected', 'received', 'rule']);
  });
});

test('verify --export: golden workloads as scenarios that run', () => {
  inEmptyFolder((cwd) => {
    assert.is(
      halfopen(['verify', join(process.cwd(), 'test/golden/linux-1.2.json'), '--export', 'e', '--quiet'], { cwd })
        .status,
      0,
    );
    const [first = ''] = readdirSync(join(cwd, 'e'));
    assert.is(halfopen(['run', join('e', first), '--quiet', '--out', 'o'], { cwd }).status, 0);
  });
});

test('verify: what is no file of expectations is refused, whatever it holds', () => {
  inEmptyFolder((cwd) => {
    for (const text of [
      '',
      '{}',
      '[]',
      'null',
      '{"cases": 1}',
      '{"format":"linux-1.2.13-listener-golden","cases":[{}]}',
      '{"format":"linux-1.2.13-listener-golden","cases":[]}',
      '{"format":"linux-1.2.13-listener-golden","cases":[{"id":"x","family":"a","subfamily":"s","input":{},"expected":{}}]}',
      '{"stopddos_synflood_spoofed":{"results":[]}}',
      '\u0000',
    ]) {
      writeFileSync(join(cwd, 'x.json'), text);
      const { status, stderr } = halfopen(['verify', 'x.json'], { cwd });
      assert.is(status, 2, text);
      assert.match(stderr, /expected .*received/, text);
    }
    writeFileSync(join(cwd, 'y.json'), '{"a": }');
    assert.is(
      halfopen(['verify', 'y.json', 'nowhere.json', 'x.json'], { cwd }).stderr.replaceAll(/received .*/g, ''),
      'y.json:1:7: expected JSON: a value, \nnowhere.json: expected a readable file, \nx.json:1:1: expected JSON: a value, \n',
    );
  });
});
test.run();
