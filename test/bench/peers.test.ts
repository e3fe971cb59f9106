/** Whoever is installed of the peers does what halfopen does. At smoke size; how fast is not looked at. */
import { spawnSync } from 'node:child_process';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { mix, NOTHING_YET } from '../../bench/harness.ts';
import { findPeers, HALFOPEN, type Peer, SOCKETS } from '../../bench/peers/peers.ts';
import { exponentials, hexOf, MEAN, peerOfSyn, TABLE_LENGTH } from '../../bench/peers/recurrence.ts';
import { measureOnce } from '../../bench/peers/rounds.ts';
import { titleOf, type Work, works } from '../../bench/peers/works.ts';
import { skipped } from '../support/skip.ts';

/** Work → its outcome: a change here is a change of what is compared. */
const OUTCOMES: Readonly<Record<string, string>> = {
  'hold n=10': '6b657cc3',
  'hold n=1000': '5f847f7a',
  'hold n=30000': 'f086538d',
  'ties n=1000': '981beb8b',
  'lanes n=1000': '46d2c92a',
  'flood-full n=4000': '00832a13',
  'flood-open n=2000': '3a244eba',
};
const COMMAND = ['dist/bench/peers/run.js'];

const test = suite('peers');

/** What `peer` makes of every smoke work it does. */
function outcomesOf(peer: Peer): Record<string, string> {
  const able = works('smoke').filter((work) => peer.does(work));
  return Object.fromEntries(able.map((work) => [titleOf(work), measureOnce(peer, work).hash]));
}

const { peers, missing } = findPeers();
for (const { peer, why } of missing) skipped(`${peer} beside halfopen`, why);

for (const peer of peers.filter(({ name }) => name !== SOCKETS)) {
  test(`${peer.name} does what halfopen does`, () => {
    const outcomes = outcomesOf(peer);
    const expected = Object.fromEntries(Object.keys(outcomes).map((title) => [title, OUTCOMES[title]]));
    assert.equal(outcomes, expected);
    assert.ok(Object.keys(outcomes).length > 0);
    if (peer.name === HALFOPEN) assert.equal(outcomes, OUTCOMES);
  });
}

const sockets = peers.find(({ name }) => name === SOCKETS);
if (sockets !== undefined) {
  test('ns-3 TCP sockets answer every SYN, whatever their number', () => {
    const work: Work = { name: 'flood-sockets', n: 300, operations: 200 };
    // 300 before, half of 200 to warm up: as many SYNs as answers.
    assert.is(measureOnce(sockets, work).hash, hexOf(mix(mix(NOTHING_YET, 400), 400)));
  });
}

test('a process that fails, or is not asked what it can do, is no measurement', () => {
  const peer = {
    name: 'x',
    version: '',
    program: process.execPath,
    words: ['-e', 'console.log("{}")'],
    does: () => true,
  };
  const work: Work = { name: 'hold', n: 10, operations: 10 };
  assert.throws(() => measureOnce(peer, work), /x, hold n=10: expected a measurement, received {}/);
  const failing = { ...peer, words: ['-e', 'process.exit(3)'] };
  assert.throws(() => measureOnce(failing, work), /expected it to end with 0, received 3/);
  const flatqueue = peers.find(({ name }) => name === 'flatqueue');
  assert.ok(flatqueue !== undefined);
  assert.throws(() => measureOnce(flatqueue, { ...work, name: 'flood-full' }), /received 2: .*flatqueue flood-full/);
});

test('the table is exponential: whole numbers, mean, variance and tail', () => {
  const table = exponentials();
  assert.is(table.length, TABLE_LENGTH);
  assert.ok(table.every((value) => Number.isInteger(value) && value >= 0));
  // Standard errors: 1/256 of the mean, about sqrt(8)/256 of the variance, 0.0019 of the tail's share.
  const mean = table.reduce((sum, value) => sum + value, 0) / TABLE_LENGTH / MEAN;
  assert.ok(Math.abs(mean - 1) < 4 / 256, `mean ${mean}`);
  const variance = table.reduce((sum, value) => sum + (value / MEAN - mean) ** 2, 0) / TABLE_LENGTH;
  assert.ok(Math.abs(variance - 1) < (4 * Math.sqrt(8)) / 256, `variance ${variance}`);
  const tail = table.filter((value) => value > MEAN).length / TABLE_LENGTH;
  assert.ok(Math.abs(tail - Math.exp(-1)) < 4 * 0.0019, `tail ${tail}`);
});

test('no two SYNs come from one address', () => {
  assert.is(new Set(Array.from({ length: 100_000 }, (_, k) => peerOfSyn(k))).size, 100_000);
});

// --- the command

const command = (...words: string[]): { status: number | null; stdout: string; stderr: string } =>
  spawnSync(process.execPath, [...COMMAND, ...words], { encoding: 'utf8' });

test('the command compares the works that are asked for, and prints no speed of small ones', () => {
  const { status, stdout } = command('--smoke', '--rounds', '2', 'hold', 'n=10');
  assert.is(status, 0);
  assert.match(
    stdout,
    /^hold n=10 · 2,000 operations · rounds: 2\n +outcome\n {2}halfopen +6b657cc3\n {2}flatqueue +6b657cc3\n/m,
  );
  assert.not.match(stdout, /hold n=1000|op\/s|wrote/);
});

test('the command says what it expects', () => {
  const mistakes: readonly (readonly [words: string[], message: RegExp])[] = [
    [['--rounds', '0'], /--rounds: expected a whole number from 1 to 100, received 0/],
    [['nothing'], /FILTER: expected part of the name of a work, received nothing/],
    [['--readme', 'hold'], /--readme: expected every work at its real size, received hold/],
    [['--from', 'x.csv'], /--from: expected --readme/],
    [['--readme', '--from', 'x.csv'], /x\.csv: expected/],
    [['--fast'], /bench:peers: expected \[FILTER\] .*, received --fast/],
  ];
  for (const [words, message] of mistakes) {
    const { status, stdout, stderr } = command(...words);
    assert.is(status, 2, words.join(' '));
    assert.is(stdout, '');
    assert.match(stderr, message);
  }
});
test.run();
