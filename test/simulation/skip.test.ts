import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { RandomStream } from '../../src/engine/random.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import { ArrivalWindow } from '../../src/traffic/arrivals/arrival-window.ts';
import { SynFlood } from '../../src/traffic/syn-flood.ts';
import { counts } from '../support/counts.ts';
import { type Distance, distancesOf, figuresOf, outcomeOf } from '../support/same-law.ts';
import { type Case, FLOODS, LINKS, run, scenarioOf, STACKS, textOf } from './skip-cases.ts';

/**
 * Standard errors that the mean of a counter may be off with 400 seeds: Bonferroni, 5 % of a case's fifty counters. Of
 * all cases some are by chance beyond it: they are tried again with other seeds, where a bias would still be there.
 */
const COUNTER_Z_MAX = 3.3;
/** The same of any figure of all cases, some thousand, and of second moments: 1 %. */
const Z_MAX = 4.5;
/** A wrong skip is found out by more than twice what is let pass. */
const WRONG_Z = 2 * Z_MAX;

function lawDistances(one: Case, firstSeed = 0): { means: Distance; squares: Distance; counters: Distance } {
  let skipped = 0;
  const pairs = Array.from({ length: counts.skipSeeds }, (_, i) => {
    const seed = firstSeed + i;
    const auto = run(one, 'auto', seed);
    skipped += auto.skippedSyns;
    return [figuresOf(run(one, 'off', seed)), figuresOf(auto)] as const;
  });
  assert.ok(skipped > 0, 'nothing was skipped');
  return distancesOf(pairs);
}

const test = suite('exact skipping');

const RANDOM = [FLOODS.poisson, FLOODS.mmpp];
const LOSSY = [...RANDOM, FLOODS.periodic, FLOODS.batch];
const LISTED = [FLOODS.periodic, FLOODS.batch, FLOODS.capture, FLOODS.burst, FLOODS.schedule];

const LAW: Case[] = [];
const EXACT: Case[] = [];
for (const [stack, server] of Object.entries(STACKS)) {
  const of = (floods: string[], link: string = LINKS.none, lines = ''): Case => ({
    stack,
    server,
    floods,
    link,
    lines,
  });
  const canLose = !/asleep/.test(stack); // instants of which some are lost are not counted
  const answers = /cookies|freebsd/.test(stack); // and answers behind a link neither
  LAW.push(...RANDOM.map((flood) => of([flood])));
  LAW.push(of([FLOODS.poisson, FLOODS.mmpp]));
  EXACT.push(...LISTED.map((flood) => of([flood])));
  EXACT.push(of([FLOODS.periodic, FLOODS.burst, FLOODS.capture, FLOODS.schedule]));
  if (answers) continue;
  LAW.push(...RANDOM.map((flood) => of([flood], LINKS.delay)));
  if (canLose) LAW.push(...LOSSY.map((flood) => of([flood], LINKS.lossy, 'warmup: 2s')));
  EXACT.push(...LISTED.map((flood) => of([flood], LINKS.delay)));
  EXACT.push(of([FLOODS.periodic, FLOODS.batch], LINKS.delay, 'warmup: 10s'));
}

for (const one of LAW) {
  test(`${textOf(one)}: the same law as every packet simulated`, () => {
    const { counters, means, squares } = lawDistances(one);
    if (counts.skipSeeds >= 400 && counters.z > COUNTER_Z_MAX) {
      const again = lawDistances(one, counts.skipSeeds).counters;
      assert.ok(again.z <= COUNTER_Z_MAX, `${counters.path}, then ${again.path}: ${again.z} standard errors`);
    }
    assert.ok(means.z <= Z_MAX, `${means.path}: ${means.z} standard errors`);
    assert.ok(squares.z <= Z_MAX, `second moment of ${squares.path}: ${squares.z} standard errors`);
  });
}

for (const one of EXACT) {
  test(`${textOf(one)}: the same to the last count`, () => {
    assert.equal(outcomeOf(run(one, 'auto')), outcomeOf(run(one, 'off')));
  });
}

const TABLE_FULL = 'classic, table full';
const ASLEEP = 'linux-1.2 without ticks, acceptor asleep';
const caseOf = (stack: string, floods: string[], link: string = LINKS.none, lines = ''): Case => ({
  stack,
  server: STACKS[stack] ?? '',
  floods,
  link,
  lines,
});

test('clients and floods whose SYNs come out of a link at one instant: in the order of the scenario', () => {
  const ticking = 'kind: clients, arrivals: periodic(10/s), rtt: 10ms, link: access';
  const flood = 'kind: syn-flood, arrivals: periodic(1000/s), link: access';
  for (const stack of [TABLE_FULL, 'linux-1.2', ASLEEP]) {
    for (const order of [
      [flood, ticking],
      [ticking, flood],
      [flood, ticking, flood],
    ]) {
      const one = caseOf(stack, order, LINKS.delay);
      assert.equal(outcomeOf(run(one, 'auto')), outcomeOf(run(one, 'off')), textOf(one));
    }
  }
});

test('behind a link: what is under way when the warm-up or the run ends is neither lost nor counted twice', () => {
  for (const lines of ['warmup: 29990ms', 'warmup: 20s', 'sample: 7ms', 'limits: { events: 20000 }']) {
    for (const delay of ['0s', '1ns', '20ms', '3s', '60s']) {
      const one = caseOf(TABLE_FULL, [FLOODS.periodic], `links: { access: { delay: ${delay} } }`, lines);
      const [off, auto] = [run(one, 'off'), run(one, 'auto')];
      if (!lines.startsWith('limits')) assert.equal(outcomeOf(auto), outcomeOf(off), textOf(one));
      assert.ok(auto.conservation.ok);
    }
  }
});

test('a link with a rate or with jitter carries every packet', () => {
  for (const link of ['rate: 1Gbps', 'delay: 1ms, jitter: 1us', 'rate: 1Gbps, queue: 10 packets']) {
    const one = caseOf(TABLE_FULL, [FLOODS.periodic], `links: { access: { ${link} } }`);
    assert.is(run(one, 'auto').skippedSyns, 0);
  }
  const bounded = caseOf(TABLE_FULL, [FLOODS.periodic], 'links: { access: { queue: 1 packet } }');
  assert.ok(run(bounded, 'auto').skippedSyns > 0, 'a queue that never holds a packet');
});

test('so fast that SYNs share instants: the acceptor is woken once an instant', () => {
  for (const arrivals of ['poisson(200Mpps)', 'mmpp(900Mpps, 10Mpps; 50ns, 200ns)']) {
    const one: Case = { ...caseOf(ASLEEP, [`kind: syn-flood, arrivals: "${arrivals}"`]), duration: '50us' };
    const { means, squares } = lawDistances(one);
    assert.ok(means.z <= Z_MAX && squares.z <= Z_MAX, `${arrivals}: ${means.path} ${means.z}, ${squares.z}`);
  }
});

/** Has `wrong` stand for method `name` while `check` runs. @param wrong is given the right one, bound, and its arguments. */
function withMistake(
  owner: object,
  name: string,
  wrong: (self: unknown, real: (...args: unknown[]) => unknown, args: unknown[]) => unknown,
  check: () => void,
): void {
  const property = Object.getOwnPropertyDescriptor(owner, name) ?? {};
  const real = property.value as (...args: unknown[]) => unknown;
  function value(this: unknown, ...args: unknown[]): unknown {
    return wrong(this, (...actual) => real.apply(this, actual), args);
  }
  try {
    Object.defineProperty(owner, name, { ...property, value });
    check();
  } finally {
    Object.defineProperty(owner, name, property);
  }
}

const isFarOff = (one: Case): boolean => lawDistances(one).means.z > WRONG_Z;
const isUnequal = (one: Case): boolean =>
  JSON.stringify(outcomeOf(run(one, 'auto'))) !== JSON.stringify(outcomeOf(run(one, 'off')));

/** A part of a window that has one SYN less. */
const forgetsOne = (self: unknown, real: (...args: unknown[]) => unknown, args: unknown[]): void => {
  real(...args);
  if (self instanceof ArrivalWindow && self.count > 0) self.count--;
};

test('a skip that forgets one SYN in a window is found out', () => {
  withMistake(ArrivalWindow.prototype, 'countTo', forgetsOne, () => {
    // A flood that is modulated a little: one that is modulated much varies too much for one SYN a window to show.
    for (const arrivals of ['poisson(800/s)', '"mmpp(900/s, 700/s; 300ms, 700ms)"']) {
      const flood = `kind: syn-flood, arrivals: ${arrivals}, start: 1s`;
      assert.ok(isFarOff(caseOf(TABLE_FULL, [flood])), arrivals);
      assert.ok(isFarOff(caseOf(TABLE_FULL, [flood], LINKS.delay)), `${arrivals} behind a link`);
    }
    assert.ok(isUnequal(caseOf(TABLE_FULL, [FLOODS.periodic])));
  });
});

test('a skip of two floods that counts only the one whose SYN is due is found out', () => {
  const wrong = (self: unknown, real: (...args: unknown[]) => unknown, args: unknown[]): void => {
    if (self !== due) return;
    real(...args);
  };
  let due: unknown = null;
  const refusal = (self: unknown, real: (...args: unknown[]) => unknown): unknown => {
    due ??= self;
    return real();
  };
  withMistake(SynFlood.prototype, 'countTo', wrong, () => {
    withMistake(SynFlood.prototype, 'refusal', refusal, () => {
      assert.ok(isUnequal(caseOf(TABLE_FULL, [FLOODS.periodic, FLOODS.periodic])));
    });
  });
});

test('a skip behind a link is found out that loses too few, or forgets what is under way', () => {
  const lossy = caseOf(TABLE_FULL, [FLOODS.poisson], LINKS.lossy);
  const tooFew = (_: unknown, real: (...args: unknown[]) => unknown, [n, p]: unknown[]): unknown =>
    real(n, p === 0.1 ? 0.09 : p);
  withMistake(RandomStream.prototype, 'binomial', tooFew, () => assert.ok(isFarOff(lossy)));
  const delayed = caseOf(TABLE_FULL, [FLOODS.periodic], LINKS.delay);
  const forgets = (): void => {};
  withMistake(SynFlood.prototype, 'keepTo', forgets, () => assert.ok(isUnequal(delayed)));
});

test('a skip that wakes sleepers once a SYN, not once an instant, is found out', () => {
  const oncePerSyn = (self: unknown, real: (...args: unknown[]) => unknown, args: unknown[]): void => {
    real(...args);
    if (self instanceof ArrivalWindow) self.instants = self.count;
  };
  const fast = { ...caseOf(ASLEEP, ['kind: syn-flood, arrivals: poisson(200Mpps)']), duration: '50us' };
  withMistake(ArrivalWindow.prototype, 'countTo', oncePerSyn, () => assert.ok(isFarOff(fast)));
});

test('samples change no total, and see a flood grow evenly between them', () => {
  const cases = [
    caseOf(TABLE_FULL, [FLOODS.poisson]),
    caseOf(TABLE_FULL, [FLOODS.mmpp], LINKS.delay),
    caseOf(TABLE_FULL, [FLOODS.poisson, FLOODS.mmpp, FLOODS.periodic], LINKS.lossy, 'warmup: 2s'),
    caseOf(ASLEEP, [FLOODS.mmpp]),
    { ...caseOf(ASLEEP, ['kind: syn-flood, arrivals: poisson(200Mpps)']), duration: '50us' },
  ];
  for (const one of cases) {
    const totals = ['30s', '1s', '7ms', '100ns'].map((sample) => {
      if (sample === '100ns' && one.duration === undefined) return null;
      const result = run({ ...one, lines: `${one.lines}\nsample: ${sample}` }, 'auto');
      return outcomeOf({ ...result, dropSeries: [], series: { columns: [], timeNs: new Float64Array(0), values: [] } });
    });
    for (const total of totals.slice(1)) if (total !== null) assert.equal(total, totals[0], textOf(one));
  }
  for (const link of [LINKS.none, 'links: { access: { delay: 700ms, loss: 20% } }']) {
    const flood = 'kind: syn-flood, arrivals: poisson(50kpps), start: 1s';
    const { series } = run(caseOf('linux-1.2', [flood], link, 'sample: 1s'), 'auto');
    const column = (name: string): Float64Array => series.values[series.columns.indexOf(name)] ?? new Float64Array(0);
    const sent = column('other0.sent');
    for (let row = 2; row < sent.length; row++) {
      const inOneS = (sent[row] ?? 0) - (sent[row - 1] ?? 0);
      assert.ok(Math.abs(inOneS - 50_000) < 5 * Math.sqrt(50_000), `${inOneS} in second ${row}`);
      const [arrived, due] = [column('TcpInSegs')[row] ?? 0, link === '' ? (sent[row] ?? 0) : (row - 1.7) * 40_000];
      assert.ok(Math.abs(arrived - due) < 200 + 5 * Math.sqrt(row * 50_000), `${arrived} of ${due} in second ${row}`);
    }
  }
});

test('the first refusal after the warm-up keeps its instant', () => {
  const one = caseOf('linux-1.2', [FLOODS.periodic], LINKS.none, 'warmup: 10s');
  assert.equal(run(one, 'auto').drops, run(one, 'off').drops);
});

test('limits: a skipped flood has few events, and a counted one as many as SYNs', () => {
  const flood = 'kind: syn-flood, arrivals: periodic(100kpps), start: 1s';
  const one = caseOf('linux-1.2', [flood], LINKS.none, 'limits: { events: 50000 }');
  assert.is(run(one, 'auto').stop, null);
  const stopped = run(one, 'off');
  assert.is(stopped.stop?.limit, 'limits.events');
  assert.is(stopped.eventCount, 50_000);
  assert.ok(stopped.conservation.ok);
});

test('counting one by one is simulating one by one: a flood from a huge pool of addresses gives the same', () => {
  for (const stack of ['linux-1.2', 'linux-6.18, SYN queue full', TABLE_FULL, 'classic, accept queue full']) {
    for (const flood of [...RANDOM, FLOODS.periodic]) {
      const [counted, sent] = ['', ', pool: 4000000000'].map((pool) => run(caseOf(stack, [flood + pool]), 'off'));
      assert.equal(outcomeOf(counted as RunResult), outcomeOf(sent as RunResult));
      assert.is(counted?.eventCount, sent?.eventCount);
    }
  }
});

test('an output that needs every packet turns skipping off, and counting too', () => {
  for (const link of [LINKS.none, LINKS.delay]) {
    const one = caseOf(TABLE_FULL, [FLOODS.poisson], link);
    const scenario = scenarioOf(one, 'auto');
    const [some, all] = [false, true].map((needsEveryPacket) =>
      simulate({ scenario, files: new Map(), needsEveryPacket }),
    );
    assert.ok((some?.skippedSyns ?? 0) > 0);
    assert.is(all?.skippedSyns, 0);
    assert.equal(outcomeOf(all as RunResult), outcomeOf(run(one, 'off')));
  }
});
test.run();
