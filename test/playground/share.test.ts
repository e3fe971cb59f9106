import { deflateRawSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fragmentOf, readFragment } from '../../src/playground/share.ts';
import { BLANK, type PlayState } from '../../src/playground/state.ts';

const QUESTIONS = ['a-question', 'another'];
const FULL: PlayState = {
  question: 'another',
  text: null,
  stack: 'linux-4.4',
  other: 'linux-1.2',
  seed: 'ä & # =',
  settings: [
    { path: 'server.sysctl.net.core.somaxconn', value: '7' },
    { path: 'server.accept.pauses', value: '[{ at: 5s, for: 2s }]' },
  ],
};

const test = suite('addresses of the playground');

test('a state comes back from its address', async () => {
  for (const state of [FULL, { ...BLANK, text: 'duration: 5s\n# ✓ <script>\n'.repeat(40) }]) {
    const fragment = await fragmentOf(state);
    assert.not.match(fragment, /[\s"<>`]/);
    assert.equal(await readFragment(`#${fragment}`, QUESTIONS), { state, problem: null });
  }
  assert.ok((await fragmentOf({ ...BLANK, text: 'duration: 5s\n'.repeat(1000) })).length < 200);
});

test('what strangers wrote is refused with a reason, and nothing else happens', async () => {
  const huge = deflateRawSync(Buffer.alloc(50_000_000)).toString('base64url').slice(0, 30_000);
  const wrong = [
    'q=another',
    'v=2&q=another',
    'v=1&q=nothing-like-it',
    'v=1&x=y',
    'v=1&stack=<img>',
    'v=1&stack=../../etc',
    `v=1&set=${'a'.repeat(500)}`,
    'v=1&set=__proto__=1',
    'v=1&set=a.b',
    `v=1${'&set=a=1'.repeat(65)}`,
    'v=1&yaml=%00%01',
    'v=1&yaml=AAAA',
    `v=1&yaml=${huge}`,
    'v=1&seed=',
    `v=1&q=${'a'.repeat(40_000)}`,
    '%%%',
  ];
  for (const fragment of wrong) {
    const { problem, state } = await readFragment(fragment, QUESTIONS);
    assert.match(problem ?? 'accepted', /^This address cannot be read: /, fragment.slice(0, 80));
    assert.equal(state, BLANK);
  }
  assert.equal(await readFragment('', QUESTIONS), { state: BLANK, problem: null });
});

test.run();
