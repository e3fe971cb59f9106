import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkPrediction } from '../../src/experiment/prediction-check.ts';
import { predict } from '../../src/experiment/predictions.ts';
import { predictionLines } from '../../src/report/prediction.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { simulate } from '../../src/simulation/simulate.ts';

const ONE_SYN = 'kind: clients, stack: schedule(0s; fails 1s), speaks: false';
const SLOTS = 'stack: classic, classic: { slots: 20, hold: fixed(1s) }';

function scenarioOf(server: string, traffic: string, head = 'duration: 120s\nwarmup: 10s\nsample: 500ms', more = '') {
  return parseScenario(`${head}\nserver: { ${server} }\n${more}\ntraffic: { ${traffic} }\n`, 'p.yaml');
}

function formulaOf(server: string, traffic: string, more = ''): string | null {
  return predict(scenarioOf(server, traffic, undefined, more))?.formula ?? null;
}

const users = (arrivals: string, more = ''): string => `users: { ${ONE_SYN}, arrivals: "${arrivals}"${more} }`;
const flood = (more = ''): string => `flood: { kind: syn-flood, arrivals: poisson(30/s)${more} }`;
const accept = (service: string, workers = 1): string => `accept: { service: "${service}", workers: ${workers} }`;

const test = suite('predictions');

test('a closed form is recognised by arrivals, service, workers, backlog and stack', () => {
  const exp = accept('exponential(1ms)');
  const classic = `${SLOTS}, listen: { backlog: 9 }`;
  for (const [server, traffic, formula] of [
    [`${classic}, ${exp}`, users('poisson(900/s)'), 'M/M/1/K with K = 10 (F1)'],
    [`stack: linux-6.18, listen: { backlog: 9 }, ${exp}`, users('poisson(900/s)'), 'M/M/1/K with K = 11 (F1)'],
    [`${classic}, ${accept('exponential(1ms)', 3)}`, users('poisson(900/s)'), 'M/M/3/K with K = 12 (F2b)'],
    [`${classic}, ${accept('1ms')}`, users('poisson(900/s)'), 'M/D/1/K with K = 10 (F3)'],
    [`${classic}, ${accept('erlang(3, 1ms)')}`, users('poisson(900/s)'), 'M/G/1/K with K = 10 (F4b)'],
    [`${classic}, ${exp}`, users('batch(poisson(90/s), geometric(5))'), 'M^X/M/1/K with K = 10 (F10b)'],
    [`${classic}, ${exp}`, users('mmpp(2000/s, 200/s; 100ms, 200ms)'), 'MMPP/M/1/K with K = 10 (F13)'],
    [`${SLOTS}, listen: { backlog: 500 }, ${exp}`, users('periodic(800/s)'), 'D/M/1 (F12)'],
    [`${SLOTS}, listen: { backlog: 9000 }, ${accept('1ms')}`, users('poisson(800/s)'), 'M/G/1 (F4)'],
    [SLOTS, flood(), 'Erlang B of 20 slots (F5)'],
    [SLOTS, `${flood()}, ${users('poisson(90/s)', ', rtt: 50ms')}`, 'Erlang B of 20 slots (F6)'],
  ] as const)
    assert.is(formulaOf(server, traffic), formula);
  const line = 'links: { line: { rate: 1Mbps, queue: 9 packets } }';
  assert.is(formulaOf(SLOTS, flood(', link: line'), line), 'M/D/1/K with K = 10 (F3)');
});

test('what a formula does not speak of has none', () => {
  const exp = accept('exponential(1ms)');
  const classic = `${SLOTS}, listen: { backlog: 9 }`;
  for (const [server, traffic] of [
    // Losses come again, or meet a queue that fills while they are on the way.
    [`${classic}, ${exp}`, 'users: { kind: clients, arrivals: poisson(900/s) }'],
    [`${classic}, ${exp}`, users('poisson(900/s)', ', rtt: 1ms')],
    [SLOTS, `${flood()}, users: { kind: clients, arrivals: poisson(90/s), rtt: 50ms }`],
    [`${classic}, ${exp}`, users('poisson(900/s)', ', start: 1s')],
    [`${classic}, ${exp}`, users('poisson(900/s)', ', count: 5')],
    [`${classic}, ${exp}`, users('poisson(900/s)', ', timeout: 1s')],
    [`${classic}, ${exp}`, `${users('poisson(900/s)')}, ${flood()}`],
    [`${classic}, ${exp}`, users('burst(9)')],
    [`${classic}, ${exp}`, users('periodic(800/s)')],
    [`${classic}, ${exp}, cpu: {}`, users('poisson(900/s)')],
    [`${classic}, accept: { service: exponential(1ms), pauses: [{ at: 1s, for: 1s }] }`, users('poisson(900/s)')],
    [`${classic}, accept: { service: exponential(1ms), mode: poll, period: 1s }`, users('poisson(900/s)')],
    [`${classic}, ${accept('1ms', 2)}`, users('poisson(900/s)')],
    [`${classic}, ${accept('lognormal(1ms, 1)')}`, users('poisson(900/s)')],
    [`stack: linux-4.9, listen: { backlog: 9 }, ${exp}`, users('poisson(900/s)')],
    [SLOTS.replace('hold', 'policy: random-drop, hold'), flood()],
    [SLOTS, flood(', reset_after: 1s, sources: responsive')],
    [SLOTS, flood(', pool: 9')],
    // More than a formula takes.
    [`${classic}, ${accept('erlang(2, 1000000s)')}`, users('poisson(900/s)')],
  ] as const)
    assert.is(formulaOf(server, traffic), null, `${server} ${traffic}`);
  const lossy = 'links: { line: { rate: 1Mbps, queue: 9 packets, loss: 1% } }';
  assert.is(formulaOf(SLOTS, flood(', link: line'), lossy), null);
});

function check(server: string, traffic: string, replications: number, head?: string) {
  const scenario = scenarioOf(server, traffic, head);
  const prediction = predict(scenario);
  if (prediction === null) throw new RangeError('no prediction');
  const results = Array.from({ length: replications }, (_, replication) =>
    simulate({ scenario, files: new Map(), replication }),
  );
  return checkPrediction(prediction, results);
}

test('replications agree with the formula in every figure; so does one run where it can say so', () => {
  for (const [server, traffic] of [
    [`${SLOTS}, listen: { backlog: 9 }, ${accept('exponential(1ms)')}`, users('poisson(900/s)')],
    [`stack: linux-6.18, listen: { backlog: 9 }, ${accept('exponential(1ms)')}`, users('poisson(900/s)')],
    [SLOTS, `${flood()}, ${users('poisson(90/s)', ', rtt: 50ms')}`],
  ] as const) {
    const { figures } = check(server, traffic, 10);
    assert.ok(
      figures.every(({ agrees }) => agrees === true),
      JSON.stringify(figures),
    );
    const one = check(server, traffic, 1);
    assert.ok(one.figures.every(({ agrees }) => agrees !== false));
    assert.is(one.figures[0]?.agrees, true, JSON.stringify(one.figures));
  }
});

test('a run that begins empty and ends before it is full differs, and is warned of', () => {
  const checked = check('stack: classic, classic: { slots: 900, hold: fixed(63s) }', flood(), 10, 'duration: 60s');
  assert.is(checked.figures[1]?.agrees, false);
  const text = predictionLines(checked, 80, (line) => line).join('\n');
  assert.match(text, /^closed form: Erlang B of 900 slots \(F5\)$/m);
  assert.match(text, /slots taken .*DIFFERS/);
  assert.match(text, /warning: .*slots taken: the simulation differs/);
  assert.match(predictionLines(checked, 40, (line) => line).join('\n'), /DIFFERS/);
});

test('none refused is never 0 %, and too little to tell says so', () => {
  const server = `${SLOTS}, listen: { backlog: 40 }, ${accept('exponential(1ms)')}`;
  const checked = check(server, users('poisson(300/s)'), 1, 'duration: 20s');
  const [refused, , busy] = checked.figures;
  assert.equal([refused?.simulated, refused?.agrees], [0, true]);
  assert.ok((refused?.interval?.high ?? 0) > 3e-4 && (refused?.interval?.high ?? 1) < 1e-3);
  assert.equal([busy?.agrees, busy?.why], [null, 'one run does not say: use --replications']);
  const text = predictionLines(checked, 80, (line) => line).join('\n');
  assert.match(text, /SYNs refused +below 0\.0001 % +none seen, below 0\.0\d+ % /);
  assert.match(text, /^\? one run does not say: use --replications$/m);
});
test.run();
