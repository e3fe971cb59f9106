import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LineCounter } from 'yaml';
import { parseScenario } from '../../src/scenario/parse.ts';
import { readYaml } from '../../src/scenario/yaml.ts';
import { refusal } from '../support/scenario.ts';

/** The text as data, and as the parser without us would have it. */
function data(text: string): unknown {
  return readYaml(text).document.toJS();
}

const HEAD = 'duration: 10s\nserver: { stack: linux-1.2 }\n';

const test = suite('yaml');

test('a call with commas is one value of a flow mapping or list', () => {
  for (const call of [
    'capture(captures/flood.pcap, port=25565)',
    'capture("a, (b.pcap", port=1)',
    'erlang(3, 5ms)',
    'mmpp(2000/s, 200/s; 100ms, 200ms)',
    'batch(poisson(90/s), geometric(10))',
    'schedule(0s, 1s)',
    'hyperexponential(0.9, 1ms, 50ms)',
  ]) {
    assert.equal(data(`{ a: 1, b: ${call}, c: [${call}, 2] }`), { a: 1, b: call, c: [call, 2] });
    assert.equal(data(`a: ${call}`), { a: call });
    assert.equal(data(`{ ${call}: x }`), { [call]: 'x' });
  }
});

test('everything else is read as YAML reads it', () => {
  assert.equal(data('{ a: (1, b: 2) }'), { a: '(1', b: '2)' });
  assert.equal(data('{ a: f(1, b: 2 }\n# )'), { a: 'f(1', b: 2 });
  assert.equal(data(`{ a: 'f(1, 2)', b: "g(1, 2)", c: don't f(1, 2) }`), {
    a: 'f(1, 2)',
    b: 'g(1, 2)',
    c: "don't f(1, 2)",
  });
  assert.equal(data('a: 1 # f(1, 2\nb: "x\n  f(1, 2)"\n'), { a: 1, b: 'x f(1, 2)' });
  assert.equal(data('a: |\n  it is f(1, 2)\n'), { a: 'it is f(1, 2)\n' });
  assert.equal(data('{ a: f(\ue000, \ue001) }'), { a: 'f(\ue000, \ue001)' });
});

test('places and messages are those of the text as it stands', () => {
  const lines = new LineCounter();
  const { faults } = readYaml('a: f(1, 2)\nb: [f(1, 2)', lines);
  assert.equal(
    faults.map(({ offset }) => lines.linePos(offset)),
    [{ line: 2, col: 12 }],
  );
  assert.is(
    refusal(`${HEAD}traffic: { f: { arrivals: burst(1, 2), kind: syn-flood, link: x } }\n`).split(' expected')[0],
    'a.yaml:3:27:',
  );
  assert.match(
    refusal(`${HEAD}traffic: { f: { kind: syn-flood, arrivals: burst(1, 2) } }\n`),
    /received burst\(1, 2\)$/,
  );
});

test('scenarios and --set take calls in flow mappings', () => {
  const text = `${HEAD}traffic:\n  replay: { kind: syn-flood, arrivals: capture(captures/flood.pcap, port=25565) }\n`;
  const scenario = parseScenario(text, 'a.yaml', [
    { path: 'server.accept', value: '{mode: blocking, service: erlang(3, 5ms)}' },
  ]);
  assert.equal(scenario.traffic[0]?.arrivals, { kind: 'capture', file: 'captures/flood.pcap', port: 25565 });
  assert.equal(scenario.server.accept.service, { kind: 'erlang', k: 3, meanNs: 5e6 });
});
test.run();
