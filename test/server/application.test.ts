import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseScenario } from '../../src/scenario/parse.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { resumeAtNs } from '../../src/server/pauses.ts';

interface Ran {
  readonly result: RunResult;
  readonly value: (path: string) => number | null;
  /** Column of the time series at `second`. */
  readonly at: (column: string, second: number) => number;
}

/** One client every second from 1 s on, for 20 s, sampled every 0.5 s. @param accept the section, as YAML. */
function run(accept: string, extra = '', arrivals = 'periodic(1/s)'): Ran {
  const text = `
duration: 30s
sample: 500ms
server: { stack: classic, listen: { backlog: 100 }, accept: ${accept} }
traffic: { users: { kind: clients, arrivals: ${arrivals}, start: 1s, until: 21s, speaks: false, stack: schedule(0s; fails 60s) } }
${extra}`;
  const result = simulate({ scenario: parseScenario(text, 'a.yaml'), files: new Map() });
  const values = new Map(result.metrics.map((metric) => [metric.path, metric.value]));
  return {
    result,
    value: (path) => {
      if (!values.has(path)) throw new RangeError(`no metric ${path}`);
      return values.get(path) ?? null;
    },
    at: (column, second) => result.series.values[result.series.columns.indexOf(column)]?.[second * 2] ?? NaN,
  };
}

const test = suite('application');

test('blocking: every connection is accepted at once, by sleeping workers', () => {
  const { value } = run('{ mode: blocking }');
  assert.equal([value('users.started'), value('users.served'), value('server.eagain')], [20, 20, 0]);
  assert.is(value('users.response_ms.max'), 0);
});

test('start: nothing is accepted before', () => {
  const { at, value } = run('{ start: 10s }');
  assert.is(at('accept_queue', 9), 9);
  assert.is(at('accept_queue', 10), 0);
  assert.is(value('users.served'), 20);
});

test('never: connections stay in the queue', () => {
  const { at, value } = run('{ mode: never }');
  assert.is(at('accept_queue', 25), 20);
  assert.equal([value('users.served'), value('users.pending')], [0, 20]);
});

test('poll: one connection a poll; with drain all of them', () => {
  const one = run('{ mode: poll, period: 2s }');
  assert.equal([one.value('server.accepted'), one.value('server.eagain')], [15, 1]); // at 0, 2, … 30 s
  const all = run('{ mode: poll, period: 10s, drain: true }');
  assert.is(all.value('users.served'), 20);
  assert.is(all.at('accept_queue', 9), 9);
  assert.is(all.at('accept_queue', 10), 0);
});

test('poll: after a service the next poll is one of start + k * period', () => {
  const { value } = run('{ mode: poll, period: 2s, service: 500ms }', '', 'burst(3)');
  assert.equal([value('users.served'), value('users.response_ms.max')], [3, 5500]); // taken at 2, 4 and 6 s
  const late = run('{ mode: poll, period: 2s, service: 2500ms }', '', 'burst(3)');
  assert.is(late.value('users.response_ms.max'), 11_500); // taken at 2, 6 and 10 s
});

test('select: a server that sleeps in select() is woken by each connection', () => {
  for (const accept of ['{ mode: select }', '{ mode: select, nonblock: true }', '{ mode: select, timeout: 300ms }']) {
    assert.is(run(accept).value('users.served'), 20, accept);
  }
});

test('workers: each serves one connection at a time', () => {
  const one = run('{ workers: 1, service: 3s }');
  assert.is(one.value('users.served'), 9); // from 1 s on, one every 3 s
  const three = run('{ workers: 3, service: 3s }');
  assert.is(three.value('users.served'), 20);
  assert.is(three.value('users.response_ms.max'), 3000);
  assert.ok(Math.abs((three.value('server.busy_fraction') ?? 0) - 60 / 90) < 1e-9);
});

test('service times follow their law', () => {
  for (const law of [
    'exponential(10ms)',
    'erlang(4, 10ms)',
    'hyperexponential(0.5, 15ms, 5ms)',
    'lognormal(10ms, 1)',
  ]) {
    const { value } = run(`{ workers: 50, service: "${law}" }`, '', 'periodic(500/s)');
    const mean = value('users.response_ms.mean') ?? 0;
    assert.ok(Math.abs(mean - 10) < 1, `${law}: ${mean}`);
  }
});

test('pauses: no call in the window, once or again and again', () => {
  const once = run('{ pauses: [{ at: 5500ms, for: 4s }] }');
  assert.is(once.at('accept_queue', 9), 4);
  assert.is(once.at('accept_queue', 10), 0);
  const every = run('{ pauses: [{ at: 2s, for: 1500ms, every: 3s }] }');
  assert.equal(
    [3, 4, 6, 7, 9, 10].map((second) => every.at('accept_queue', second)),
    [2, 0, 2, 0, 2, 0],
  );
  assert.is(every.value('users.served'), 20);
});

test('pauses: resumeAtNs finds the end of the window, and of those that follow without a gap', () => {
  const pauses = [
    { atNs: 10, forNs: 5, everyNs: 20, worker: -1 },
    { atNs: 15, forNs: 5, everyNs: Infinity, worker: -1 },
  ];
  assert.equal(
    [9, 10, 14, 15, 19, 20, 31, 34, 35].map((atNs) => resumeAtNs(pauses, atNs, 0)),
    [9, 20, 20, 20, 20, 20, 35, 35, 35],
  );
  const ofOne = [{ atNs: 10, forNs: 5, everyNs: Infinity, worker: 2 }];
  assert.equal(
    [0, 1, 2, 3].map((worker) => resumeAtNs(ofOne, 12, worker)),
    [12, 12, 15, 12],
  );
});

test('pauses that cover each other for ever keep the application away, and end the run all the same', () => {
  const { value } = run('{ pauses: [{ at: 0s, for: 5ms, every: 10ms }, { at: 5ms, for: 5ms, every: 10ms }] }');
  assert.is(value('users.served'), 0);
});

test('a service under way goes on in a pause, and its end waits for it', () => {
  const { value } = run('{ service: 2s, pauses: [{ at: 2s, for: 6s }] }', '', 'schedule(0s)');
  assert.is(value('users.response_ms.max'), 7000); // accepted at 1 s, done at 3 s, told at 8 s
});

test('close: false keeps connections open, and clients are served all the same', () => {
  const { value } = run('{ close: false, reply: 1 byte }');
  assert.is(value('users.served'), 20);
});

const runs = suite('simulate');

runs('is a function of scenario, seed and replication', () => {
  const scenario = (seed: string): RunResult =>
    simulate({
      scenario: parseScenario(
        'duration: 20s\nserver: { stack: linux-1.2 }\ntraffic: { users: { kind: clients, arrivals: poisson(50/s) } }',
        'a.yaml',
        [],
        { seed },
      ),
      files: new Map(),
    });
  assert.equal(scenario('1'), scenario('1'));
  assert.is.not(JSON.stringify(scenario('1').metrics), JSON.stringify(scenario('2').metrics));
});

runs('another entry does not move the arrivals of the first: random streams go by name', () => {
  const started = (more: string): number | null | undefined =>
    simulate({
      scenario: parseScenario(
        `duration: 50s\nserver: { stack: classic, listen: { backlog: 1000 }, classic: { slots: 100000 } }\ntraffic: { users: { kind: clients, arrivals: poisson(50/s) }${more} }`,
        'a.yaml',
      ),
      files: new Map(),
    }).metrics.find(({ path }) => path === 'users.started')?.value;
  assert.is(started(''), started(', flood: { kind: syn-flood, arrivals: poisson(100/s) }'));
});

runs('a warm-up is left out of counts, means and maxima', () => {
  const text = (warmup: string): string => `
duration: 20s
warmup: ${warmup}
server: { stack: classic, listen: { backlog: 100 }, accept: { mode: blocking, start: 5s } }
traffic: { users: { kind: clients, arrivals: periodic(1/s), speaks: false } }`;
  const values = (warmup: string): Map<string, number | null> =>
    new Map(
      simulate({ scenario: parseScenario(text(warmup), 'a.yaml'), files: new Map() }).metrics.map((m) => [
        m.path,
        m.value,
      ]),
    );
  assert.equal(
    [values('0s').get('listener.accept_queue.max'), values('10500ms').get('listener.accept_queue.max')],
    [6, 1],
  );
  assert.equal([values('0s').get('users.started'), values('10500ms').get('users.started')], [21, 10]);
  assert.is(values('10500ms').get('listener.admitted'), 10);
});

runs('limits end a run with what there is by then', () => {
  const scenario = parseScenario(
    'duration: 1000s\nlimits: { events: 1000 }\nserver: { stack: linux-1.2 }\ntraffic: { f: { kind: syn-flood, arrivals: poisson(1kpps) } }',
    'a.yaml',
  );
  const { conservation, eventCount, stop } = simulate({ scenario, files: new Map() });
  assert.equal([stop?.limit, eventCount, conservation.ok], ['limits.events', 1000, true]);
  assert.ok(conservation.synsSent > 400);
});

runs('a flood of ten million SYNs takes no more memory than one of a thousand', () => {
  const bytes = (rate: string): number => {
    const scenario = parseScenario(
      `duration: 10s\nsample: 10s\nlimits: { memory: 3MB }\nserver: { stack: linux-1.2 }\ntraffic: { f: { kind: syn-flood, arrivals: poisson(${rate}) } }`,
      'a.yaml',
    );
    const { stop, conservation } = simulate({ scenario, files: new Map() });
    assert.is(stop, null);
    return conservation.synsSent;
  };
  assert.ok(bytes('100pps') < 1200);
  assert.ok(bytes('1Mpps') > 9.9e6);
});

runs('progress goes from 0 to 1', () => {
  const seen: number[] = [];
  const scenario = parseScenario(
    'duration: 10s\nserver: { stack: linux-1.2 }\ntraffic: { f: { kind: syn-flood, arrivals: poisson(1/s) } }',
    'a.yaml',
  );
  simulate({ scenario, files: new Map(), onProgress: (fraction) => seen.push(fraction) });
  assert.is(seen.at(-1), 1);
  assert.ok(seen.every((fraction, i) => fraction > (seen[i - 1] ?? 0)));
});
runs.run();
test.run();
