import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { InputError } from '../../src/engine/errors.ts';
import { axesOf, Grid } from '../../src/experiment/grid.ts';
import { parseAxis } from '../../src/experiment/vary.ts';
import { ScenarioBase } from '../../src/scenario/base.ts';

const TEXT = `duration: 10s
server:
  stack: linux-6.18
  listen: { backlog: 16 }
  sysctl: { net.core.somaxconn: 4096 }
  accept: { pauses: [{ at: 1s, for: 2s }] }
links:
  access: { rate: 1Gbps }
traffic:
  users: { kind: clients, arrivals: poisson(1/s), link: access }
  flood: { kind: syn-flood, arrivals: poisson(5/s) }
`;
const BASE = new ScenarioBase({ text: TEXT, fileName: 'a.yaml', overrides: [], options: {} });

const test = suite('values that vary');

const GOOD: readonly (readonly [text: string, values: readonly string[]])[] = [
  ['a=16,64,256', ['16', '64', '256']],
  ['a= 16 , 64 ', ['16', '64']],
  ['a=1..5:1', ['1', '2', '3', '4', '5']],
  ['a=1..6:2', ['1', '3', '5']],
  ['a=-2..2:2', ['-2', '0', '2']],
  ['a=0.1..0.5:0.1', ['0.1', '0.2', '0.3', '0.4', '0.5']],
  ['a=0.7..0.9:0.05', ['0.7', '0.75', '0.8', '0.85', '0.9']],
  ['a=16..128x2', ['16', '32', '64', '128']],
  ['a=1..100x1.5', ['1', '2', '3', '5', '8', '11', '17', '26', '38', '58', '86']],
  ['a=0.01..1x10', ['0.01', '0.1', '1']],
  ['a=10..30:10ms', ['10ms', '20ms', '30ms']],
  ['a=10ms..30ms:10ms', ['10ms', '20ms', '30ms']],
  ['a=10ms..1000msx10', ['10ms', '100ms', '1000ms']],
  ['a=10..1000x10ms', ['10ms', '100ms', '1000ms']],
  ['a=1%..3%:1%', ['1%', '2%', '3%']],
  ['a=100..300:100 packets', ['100 packets', '200 packets', '300 packets']],
  ['a=1e2..1e4x10', ['100', '1000', '10000']],
  ['a=5..5:1', ['5']],
  ['a=1,4..16x4,100', ['1', '4', '16', '100']],
  ['a=poisson(5/s),mmpp(9/s, 1/s; 1s, 2s)', ['poisson(5/s)', 'mmpp(9/s, 1/s; 1s, 2s)']],
  ['a=poisson(100..300:100/s)', ['poisson(100/s)', 'poisson(200/s)', 'poisson(300/s)']],
  ['a=erlang(2, 1..3:1ms)', ['erlang(2, 1ms)', 'erlang(2, 2ms)', 'erlang(2, 3ms)']],
  ['a=poisson(1/10..30:10s)', ['poisson(1/10s)', 'poisson(1/20s)', 'poisson(1/30s)']],
  ['a=capture(../x..2.pcap),capture(b.pcap, port=80)', ['capture(../x..2.pcap)', 'capture(b.pcap, port=80)']],
  ['a="1..5",[1, 2],{ b: 1, c: 2 }', ['"1..5"', '[1, 2]', '{ b: 1, c: 2 }']],
  ['a=linux-6.18,classic', ['linux-6.18', 'classic']],
];

test('lists, steps and factors give their values', () => {
  for (const [text, values] of GOOD) assert.equal(parseAxis(text), { path: 'a', values, issues: [] }, text);
});

/** `--vary` texts, separated by two spaces, and what the message has to say. */
const BAD: readonly (readonly [texts: string, says: RegExp])[] = [
  ['', /PATH=VALUES, such as server\.listen\.backlog=16,64,256 or .*received nothing/],
  ['server.listen.backlog', /PATH=VALUES.*received server\.listen\.backlog/],
  ['=5', /PATH=VALUES/],
  ['server.listen.backlog=', /values such as 16,64,256.*received nothing/],
  ['server.listen.backlog=,', /something between the commas/],
  ['server.listen.backlog=1,,2', /something between the commas/],
  ['server.listen.backlog=1,2,', /something between the commas/],
  ['server.listen.backlog=1,2,1', /each value once, received 1 twice/],
  ['server.listen.backlog=1..5:1,3', /each value once, received 3 twice/],
  ['server.listen.backlog=*a', /a YAML value, received \*a/],
  ['server.listen.backlog=5,[', /a YAML value, received \[/],
  ['server.listen.backlog=1..5', /a step or a factor behind the range: 1\.\.5:1 or 1\.\.5x2/],
  ['server.listen.backlog=1...5', /a range such as 10\.\.50:10 \(step\) or 16\.\.4096x2/],
  ['server.listen.backlog=..5', /a range such as/],
  ['server.listen.backlog=5..', /a range such as/],
  ['server.listen.backlog=5..:1', /a range such as/],
  ['server.listen.backlog=1..5:', /a range such as/],
  ['server.listen.backlog=1..5x', /a step or a factor|one unit/],
  ['server.listen.backlog=1..5*2', /a range such as/],
  ['server.listen.backlog=1..5 by 2', /a range such as/],
  ['server.listen.backlog=1..2..3:1', /a range such as/],
  ['server.listen.backlog=1..5:0', /a step above 0/],
  ['server.listen.backlog=1..5:-1', /a step above 0/],
  ['server.listen.backlog=5..1:1', /a range that goes up: 1\.\.5:1/],
  ['server.listen.backlog=5..1x2', /a range that goes up: 1\.\.5x2/],
  ['server.listen.backlog=1..5x1', /a factor above 1/],
  ['server.listen.backlog=1..5x0.5', /a factor above 1/],
  ['server.listen.backlog=1..5x-2', /a factor above 1/],
  ['server.listen.backlog=0..5x2', /begins above 0/],
  ['server.listen.backlog=-4..5x2', /begins above 0/],
  ['server.listen.backlog=0..1e9:1', /at most 100000 values of one path/],
  ['server.listen.backlog=1..1e15x1.00000001', /at most 100000 values of one path/],
  ['server.listen.backlog=1..1e300x2', /numbers up to 1000000000000000/],
  ['traffic.users.rtt=1ms..2s:1ms', /one unit in a range .*not ms and s/],
  ['traffic.users.rtt=1..5:1', /--vary traffic\.users\.rtt: expected a duration with a unit/],
  ['traffic.users.rtt=1ms..5ms', /a step or a factor behind the range: 1ms\.\.5ms:1 or/],
  ['traffic.users.arrivals=poisson(5..1:1/s)', /a range that goes up/],
  ['traffic.users.arrivals=poisson(1..5/s)', /a step or a factor/],
  ['traffic.users.arrivals=poison(5/s)', /--vary traffic\.users\.arrivals: expected/],
  ['traffic.users.arrivals=poisson(5)', /--vary traffic\.users\.arrivals: expected/],
  ['backlog=1,2', /did you mean server\.listen\.backlog or server\.cpu\.backlog\?/],
  ['server.backlog=1,2', /did you mean server\.listen\.backlog or/],
  ['server.listen.backlgo=1,2', /did you mean server\.listen\.backlog\?/],
  ['server.listen=1,2', /the path of one value: server\.listen\.backlog, .*received server\.listen, a section/],
  ['server=1', /the path of one value/],
  ['traffic.users=1', /the path of one value: traffic\.users\.kind/],
  ['server.listen.backlog.size=1', /server\.listen\.backlog, which is one value/],
  ['traffic.user.rtt=1ms', /did you mean traffic\.users\.rtt\?/],
  ['traffic.flood.rtt=1ms', /did you mean/],
  ['users.rtt=1ms', /did you mean traffic\.users\.rtt\?/],
  ['links.acess.loss=1%', /did you mean links\.access\.loss\?/],
  ['somaxconn=1', /did you mean server\.sysctl\.net\.core\.somaxconn\?/],
  ['net.core.somaxconn=1', /did you mean server\.sysctl\.net\.core\.somaxconn\?/],
  ['server.sysctl.net.core.somaxcon=1', /--vary server\.sysctl\.net\.core\.somaxcon: .*somaxconn/],
  ['server.accept.pauses.3.for=1s', /did you mean server\.accept\.pauses\.0\.for/],
  ['server.accept.pauses.for=1s', /did you mean server\.accept\.pauses\.0\.for/],
  ['users.unserved=1', /the path of a value of the scenario/],
  ['server.listen.backlog=1.5', /--vary server\.listen\.backlog: expected a whole number/],
  ['server.listen.backlog=x', /--vary server\.listen\.backlog: expected/],
  ['server.listen.backlog=1..3:0.5', /received 1\.5/],
  ['server.listen.backlog=99999999999', /at most 2147483647/],
  ['server.listen.backlog=[1', /--vary server\.listen\.backlog/],
  ['server.stack=linux-6.18,linx-4.9', /--vary server\.stack: expected one of .*received linx-4\.9/],
  ['links.access.loss=50..150:50%', /--vary links\.access\.loss: expected a probability.*received 150%/],
  ['links.access.rate=0bps', /a bit rate above 0/],
  ['duration=0s', /--vary duration/],
  ['warmup=20s', /warmup|--vary/],
  ['server.listen.backlog=1  server.listen.backlog=2', /each path once, received the same path again/],
  [
    'server.listen.backlog=1..100000:1  traffic.flood.count=1..100000:1',
    /at most 10000000 points \(--sample N takes N/,
  ],
];

function refusalOf(texts: readonly string[]): string {
  try {
    return `was accepted: ${new Grid(axesOf(BASE, texts)).length} points`;
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}

for (const [texts, says] of BAD) {
  test(`refused: ${texts}`, () => {
    assert.match(refusalOf(texts.split('  ')), says);
  });
}

test('no path at all is refused', () => assert.match(refusalOf([]), /at least one PATH=VALUES, received nothing/));

test('all problems of all paths are told at once', () => {
  const lines = refusalOf(['backlog=1..5', 'traffic.users.rtt=5..1:1ms,,', 'server.listen.backlog=2']).split('\n');
  assert.is(lines.length, 5, lines.join('\n'));
});

test('problems of values are told once each, of every path, not once for each combination', () => {
  const lines = refusalOf(['server.listen.backlog=1,x', 'traffic.users.rtt=1ms,2']).split('\n');
  assert.is(lines.length, 2, lines.join('\n'));
});

test('a value that fits some value of another path is no problem', () => {
  assert.is(new Grid(axesOf(BASE, ['duration=10s,90s', 'warmup=5s,60s'])).length, 4);
});

test('the last path changes from point to point', () => {
  const grid = new Grid(axesOf(BASE, ['server.listen.backlog=1,2', 'traffic.users.rtt=1..3:1ms']));
  assert.is(grid.length, 6);
  assert.equal(
    Array.from({ length: 6 }, (_, point) => grid.valuesOf(point).join(' ')),
    ['1 1ms', '1 2ms', '1 3ms', '2 1ms', '2 2ms', '2 3ms'],
  );
  assert.equal(grid.settingsOf(5), [
    { path: 'server.listen.backlog', value: '2' },
    { path: 'traffic.users.rtt', value: '3ms' },
  ]);
});

test('a latin hypercube has one point in each stratum of every path, the same for the same seed', () => {
  const axes = axesOf(BASE, ['server.listen.backlog=1..20:1', 'traffic.flood.count=1..200:1']);
  const grid = new Grid(axes, 20, '7');
  assert.is(grid.length, 20);
  const column = (axis: number): number[] =>
    Array.from({ length: 20 }, (_, point) => Number(grid.valuesOf(point)[axis])).toSorted((a, b) => a - b);
  assert.equal(
    column(0),
    Array.from({ length: 20 }, (_, i) => i + 1),
  );
  assert.equal(
    column(1).map((value) => Math.floor((value - 1) / 10)),
    Array.from({ length: 20 }, (_, i) => i),
  );
  const points = (seed: string): string[] =>
    Array.from({ length: 20 }, (_, point) => new Grid(axes, 20, seed).valuesOf(point).join());
  assert.equal(points('7'), points('7'));
  assert.not.equal(points('7'), points('8'));
});

test('a sample is no larger than the grid', () => {
  const axes = axesOf(BASE, ['server.listen.backlog=1..5:1']);
  assert.throws(() => new Grid(axes, 6), /--sample: expected at most the 5 points of the grid \(5\), received 6/);
});
test.run();
