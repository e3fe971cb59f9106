import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { casesOf } from '../../bench/cases.ts';
import { deoptsIn } from '../../bench/steady-state/deopts.ts';
import { watch } from '../../bench/steady-state/run-steady-state.ts';
import { skipped } from '../support/skip.ts';

const LOG = `v8-version,11,3,244,8,-node.38,0
new,MemoryChunk,0x42630680000,262144
code-deopt,42083,1408,0x7f76eaf477c0,-1,150,deopt-eager,<file:///x/dist/src/engine/loop.js:99:26>,wrong map
code-deopt,60009,256,0x7f76eaf476c0,-1,60,dependency-change,<file:///x/dist/src/a.js:3:32>,code dependencies
code-deopt,60010,256,0x7f76eaf476c0,0,60,deopt-lazy,<file:///x/dist/src/b.js:3:32> inlined at <file:///x/dist/src/a.js:1:1>,(unknown)
code-deopt,60011,1408,0x7f76eaf477c0,-1,150,deopt-eager,<file:///x/dist/src/engine/loop.js:99:26>,wrong map
code-deopt,60012,768,0x7f9,-1,21781,deopt-eager,<node:internal/url:764:22>,wrong map
code-deopt,60013,768,0x7f9,-1,21,deopt-eager,<file:///x/dist/bench/steady-state/steady-state.js:7:2>,wrong map
`;

const test = suite('steady state');

test('what V8 threw away is read from its log: innermost place, reason, how often', () => {
  assert.equal(deoptsIn(LOG), [
    { place: 'file:///x/dist/src/engine/loop.js:99:26', reason: 'wrong map', count: 2 },
    { place: 'file:///x/dist/src/b.js:3:32', reason: '(unknown)', count: 1 },
  ]);
  assert.equal(deoptsIn(''), []);
});

test('a benchmark that allocates is seen to, and by whom', async () => {
  const [one] = casesOf(['scenario/run', 'classic-clients'], 'smoke');
  if (one === undefined) throw new RangeError('the benchmark is gone');
  const found = await watch(one, 'smoke');
  assert.is(found.title, 'scenario/run scenario=classic-clients-through-a-link');
  assert.ok(found.operations > 1000 && found.bytesPerOperation > 1, `${found.bytesPerOperation} bytes an event`);
  const places = found.allocators.map(({ place }) => place).join(' ');
  assert.match(places, /dist\/src\//);
});

/** Floods and clean loads: scavenges in a million operations, and places that V8 throws away, at most. */
const STEADY = ['listener/flood', 'listener/accept', 'loop/dispatch', 'lanes/hold'];
const SCAVENGES_OF_A_MILLION = 100;
const DEOPTS_MAX = 20;

if (process.env['HALFOPEN_LONG'] !== '1')
  skipped('steady state of floods and clean loads', 'npm run check:long has it');
else {
  for (const one of STEADY.flatMap((name) => casesOf([name], 'real'))) {
    test(`${JSON.stringify(one.parameters)} of ${one.name} allocates little and keeps its code`, async () => {
      const { deopts, markCompacts, operations, scavenges } = await watch(one, 'real');
      const places = deopts.map(({ place, reason }) => `${place} ${reason}`);
      assert.ok(
        scavenges <= 2 + (operations / 1e6) * SCAVENGES_OF_A_MILLION,
        `${scavenges} scavenges of ${operations}`,
      );
      assert.ok(markCompacts <= 2, `${markCompacts} collections of the whole heap`);
      assert.ok(places.length <= DEOPTS_MAX, places.join('\n'));
    });
  }
}
test.run();
