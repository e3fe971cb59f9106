import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseScenario } from '../../src/scenario/parse.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import { counts } from '../support/counts.ts';
import { outcomeOf } from '../support/same-law.ts';
import { STACKS } from './skip-cases.ts';

const test = suite('exact skipping of anything');

/** Few instants and round rates, so that many things happen at once. */
const arrivals = fc.oneof(
  fc.constantFrom(10, 100, 250, 333, 500, 997, 1000).map((rate) => `periodic(${rate}/s)`),
  fc.integer({ min: 1, max: 300 }).map((count) => `burst(${count})`),
  fc.constant('schedule(0s, 0s, 100ms, 500ms, 500ms, 1s, 1s, 1s)'),
  fc
    .record({ rate: fc.constantFrom(100, 500, 1000), period: fc.constantFrom('200ms', '300ms', '1s') })
    .map(({ rate, period }) => `pulse(${rate}/s, 100ms, ${period})`),
);
const link = fc.constantFrom('', ', link: near', ', link: near', ', link: far', ', link: narrow');
const flood = fc
  .record({
    arrivals,
    startMs: fc.nat(3999),
    until: fc.option(fc.integer({ min: 4000, max: 7000 })),
    count: fc.option(fc.integer({ min: 1, max: 500 })),
    pool: fc.constantFrom('', '', '', ', pool: 50'),
    isElsewhere: fc.boolean(),
    link,
  })
  .map(
    (one) => (port: string) =>
      `kind: syn-flood, arrivals: "${one.arrivals}", start: ${one.startMs}ms${one.pool}${one.link}` +
      (one.until === null ? '' : `, until: ${one.until}ms`) +
      (one.count === null ? '' : `, count: ${one.count}`) +
      (one.isElsewhere ? port : ''),
  );
const users = fc
  .record({ rate: fc.constantFrom(1, 5, 10), rtt: fc.constantFrom('0s', '10ms', '40ms'), link })
  .map((one) => () => `kind: clients, arrivals: periodic(${one.rate}/s), rtt: ${one.rtt}${one.link}`);

const scenarios = fc.record({
  stack: fc.constantFrom(...Object.values(STACKS)),
  lines: fc.subarray(['warmup: 3001ms', 'sample: 70ms']),
  near: fc.constantFrom('0s', '1ms', '20ms', '700ms'),
  far: fc.constantFrom('10ms', '3s', '5s'),
  entries: fc.array(fc.oneof({ weight: 3, arbitrary: flood }, { weight: 1, arbitrary: users }), {
    minLength: 1,
    maxLength: 5,
  }),
});

/** A second listener is full for good: nobody accepts there. Not every stack has one. */
function portsOf(stack: string): { server: string; port: string } {
  if (!stack.includes('linux-1.2')) return { server: stack, port: '' };
  return { server: stack.replace('{', '{ other_ports: [81],'), port: ', port: 81' };
}

test(`${counts.skipScenarios} scenarios without random floods give the same to the last count, in every sample`, () => {
  let skipped = 0;
  fc.assert(
    fc.property(scenarios, ({ entries, far, lines, near, stack }) => {
      const { port, server } = portsOf(stack);
      const text = `duration: 6s
${lines.join('\n')}
links:
  near: { delay: ${near} }
  far: { delay: ${far} }
  narrow: { delay: 1ms, rate: 10Mbps }
server: ${server}
traffic:
${entries.map((entry, i) => `  e${i}: { ${entry(port)} }`).join('\n')}`;
      const scenario = parseScenario(text, 'fuzz.yaml');
      const [off, auto] = (['off', 'auto'] as const).map((skip) =>
        simulate({ scenario: { ...scenario, skip }, files: new Map() }),
      );
      if (off === undefined || auto === undefined) return;
      skipped += auto.skippedSyns;
      assert.equal(outcomeOf(auto), outcomeOf(off), text);
    }),
    { seed: 9, numRuns: counts.skipScenarios },
  );
  assert.ok(skipped > 0);
});
test.run();
