import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { benchCases, titleOf } from '../../bench/cases.ts';
import { outcomeOf } from '../../bench/harness.ts';
import { goldenOutcomes } from '../support/bench-outcomes.ts';

/** Benchmark → outcome of its first call at smoke size: a change here is a change of what is measured. */
const OUTCOMES = goldenOutcomes();

const test = suite('benchmarks');

for (const one of benchCases('smoke')) {
  test(`${titleOf(one)} does what it did, twice`, async () => {
    assert.is(await outcomeOf(one), OUTCOMES[titleOf(one)]);
    assert.is(await outcomeOf(one), OUTCOMES[titleOf(one)]);
  });

  test(`${titleOf(one)} has operations, and goes on from call to call`, async () => {
    assert.ok((typeof one.operations === 'number' ? one.operations : one.operations()) >= 1);
    const call = one.start();
    await call();
    assert.ok(Number.isInteger(await call()));
  });
}

test('no benchmark has gone, and none has two names', () => {
  const titles = benchCases('smoke').map(titleOf);
  assert.equal(titles, Object.keys(OUTCOMES));
});

test('threads change no result', () => {
  for (const name of ['replications/run ', 'sweep/points ']) {
    const outcomes = Object.entries(OUTCOMES).filter(([title]) => title.startsWith(name));
    assert.is(outcomes.length, 2);
    assert.is(new Set(outcomes.map(([, outcome]) => outcome)).size, 1);
  }
});

test('every benchmark of the smoke size is there in full size, by the same name', () => {
  const names = (size: 'smoke' | 'real'): string[] => [...new Set(benchCases(size).map(({ name }) => name))];
  assert.equal(names('real'), names('smoke'));
  const titles = benchCases('real').map(titleOf);
  assert.is(new Set(titles).size, titles.length);
});

/** What the tables of results ask for by name. */
const WANTED = `event-queue/hold n=1000 delay=exponential
event-queue/hold n=1000000 delay=exponential
event-queue/phold n=1000000
loop/dispatch n=1000
loop/dispatch n=1000000
lanes/hold n=10000 lanes=16
ring-buffer/push+shift length=128
listener/flood stack=linux-1.2 path=event
listener/flood stack=linux-1.2 path=counted arrivals=poisson
listener/flood stack=linux-1.2 path=counted arrivals=periodic
listener/flood stack=classic path=event
listener/flood stack=classic path=counted arrivals=poisson
listener/flood stack=classic path=counted arrivals=periodic
listener/flood stack=linux-1.2 path=segment acceptor=blocked
listener/flood stack=classic path=segment half_open=630000
listener/flood-skipped stack=classic syns_per_s=1000000 frees_per_s=1000
listener/accept stack=linux-1.2
listener/accept stack=classic
listener/half-open-cost stack=classic syn=refused half_open=1000
listener/half-open-cost stack=classic syn=refused half_open=1000000
listener/half-open-cost stack=classic syn=admitted half_open=1000000
replications/run threads=1
replications/run threads=2
sweep/points threads=1
sweep/points threads=2`.split('\n');

test('the benchmarks that published tables name are there', () => {
  const titles = benchCases('real').map(titleOf);
  assert.equal(
    WANTED.filter((wanted) => !titles.some((title) => title === wanted || title.startsWith(`${wanted} `))),
    [],
  );
});
test.run();
