import { readdirSync, readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { scenarioHash } from '../../src/scenario/hash.ts';
import { parseForStack, parseScenario } from '../../src/scenario/parse.ts';
import { rewriteScenario } from '../../src/scenario/rewrite.ts';

const FOLDER = 'scenarios/questions';
const test = suite('rewritten scenarios');

test('the text with settings is the scenario with settings, for every question', () => {
  const settings = [
    { path: 'server.listen.backlog', value: '77' },
    { path: 'duration', value: '4s' },
  ];
  for (const file of readdirSync(FOLDER)) {
    const text = readFileSync(`${FOLDER}/${file}`, 'utf8');
    assert.is(rewriteScenario(text, file, { stack: null, settings: [], seed: null }).text, text);
    const { text: other } = rewriteScenario(text, file, { stack: null, settings, seed: 'x' });
    const expected = parseScenario(text, file, settings, { seed: 'x' });
    assert.is(scenarioHash(parseScenario(other, file)), scenarioHash(expected), file);
    assert.not.match(other, /Answer:|Shows:/);
    assert.match(other, /^# From .*\n# {3}server\.listen\.backlog=77\n/);
    for (const stack of ['linux-1.2', 'freebsd-14', 'classic']) {
      const moved = rewriteScenario(text, file, { stack, settings: [], seed: null });
      const { notes, scenario } = parseForStack(text, stack, file);
      assert.is(scenarioHash(parseScenario(moved.text, file)), scenarioHash(scenario), `${file} ${stack}`);
      assert.equal(moved.notes, notes);
    }
  }
});

test('calls with commas stay whole, and no comment can be broken out of', () => {
  const text =
    'duration: 5s\nserver: { stack: classic }\ntraffic: { f: { kind: syn-flood, arrivals: "mmpp(9/s, 1/s; 1s, 2s)" } }\n';
  const settings = [{ path: 'title', value: 'a\nb: c' }];
  const { text: changed } = rewriteScenario(text, 'a.yaml', {
    stack: null,
    settings: settings.slice(1),
    seed: 'q\nduration: 1s',
  });
  assert.is(parseScenario(changed, 'a.yaml').durationNs, 5e9);
  assert.is(parseScenario(changed, 'a.yaml').traffic[0]?.arrivals.kind, 'mmpp');
});

test.run();
