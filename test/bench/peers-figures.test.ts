/** What is made of measurements: medians, tables, CSV and the section of README.md. */
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { figuresFile, readFigures } from '../../bench/peers/figures-csv.ts';
import { readmeSection, withSection } from '../../bench/peers/readme-section.ts';
import { type Figure, figureOf } from '../../bench/peers/rounds.ts';
import { terminalTable } from '../../bench/peers/terminal-table.ts';
import type { Work } from '../../bench/peers/works.ts';

const HOLD: Work = { name: 'hold', n: 1000, operations: 1000 };
const FLOOD: Work = { name: 'flood-full', n: 128, operations: 1000 };
const SOCKETS: Work = { name: 'flood-sockets', n: 1000, operations: 1000 };
const HEADER = {
  date: '2001-02-03 04:05:06',
  commit: 'abcdef0',
  node: 'v20.0.0',
  cpu: 'Some "fast" CPU, 2 GHz x2',
  load: 0.25,
};

/** A figure of rounds that took so many nanoseconds, whose outcomes were `hashes`. */
function figure(
  peer: string,
  work: Work,
  ns: readonly number[],
  hashes: readonly string[],
  reference?: string,
): Figure {
  const measured = ns.map((one, i) => ({ work: work.name, n: work.n, ops: 1000, ns: one, hash: hashes[i] ?? '' }));
  return figureOf(work, { name: peer, version: `${peer} 1.0` }, measured, reference);
}

const OURS = figure('halfopen', HOLD, [50_000, 40_000, 100_000], ['0a', '0a', '0a'], '0a');
const FIGURES: readonly Figure[] = [
  OURS,
  figure('C++ lanes and ladder', HOLD, [20_000, 10_000, 30_000], ['0a', '0a', '0a'], '0a'),
  figure('ns-3 MapScheduler', HOLD, [5e6, 5e6, 5e6], ['0a', '0a', '0a'], '0a'),
  figure('ns-3 HeapScheduler', HOLD, [1e6, 1e6, 1e6], ['0a', '0a', '0a'], '0a'),
  figure('SimPy', HOLD, [1, 1, 1], ['0a', '0b', '0a'], '0a'),
  figure('halfopen', FLOOD, [1e6, 1e6, 1e6], ['0c', '0c', '0c'], '0c'),
  figure('ns-3 TCP sockets', SOCKETS, [4e8, 4e8, 4e8], ['0d', '0d', '0d']),
];

const test = suite('figures of peers');

test('a figure is the median of its rounds', () => {
  assert.is(OURS.opsPerS, 20e6);
  assert.is(OURS.opsPerSMin, 10e6);
  assert.is(OURS.opsPerSMax, 25e6);
  assert.is(figure('x', HOLD, [10_000, 20_000], ['0a', '0a'], '0a').opsPerS, 75e6);
});

test('one round of another outcome is enough to compare nothing', () => {
  const simpy = FIGURES.find(({ peer }) => peer === 'SimPy');
  assert.is(simpy?.isSame, false);
  assert.is(simpy?.hash, '0b');
});

test('the terminal shows speed, range, ratio and outcome', () => {
  const holds = FIGURES.filter(({ work }) => work === HOLD);
  const text = terminalTable(holds, true);
  assert.is(text.split('\n').length, holds.length + 3);
  assert.match(text, /^hold n=1000 · 1,000 operations · rounds: 3$/m);
  assert.match(text, /^ {2}halfopen +20\.0 +10\.0 … 25\.0 +0a$/m);
  assert.match(text, /^ {2}C\+\+ lanes and ladder +50\.0 +33\.3 … 100 +0\.40× {2}0a$/m);
  assert.match(text, /^ {2}SimPy .* 0b, not what halfopen did$/m);
  assert.not.match(text.split('\n').find((line) => line.includes('SimPy')) ?? '', /×/);
  assert.not.match(terminalTable(holds, false), /20\.0|×|op\/s/);
  assert.match(terminalTable(FIGURES.slice(-1), true), /0d, another model/);
  assert.is(terminalTable([], true), '');
});

test('a CSV file gives back what was written', () => {
  const { name, text } = figuresFile(HEADER, FIGURES);
  assert.is(name, 'peers-2001-02-03-04-05-06.csv');
  const { header, figures } = readFigures(name, text);
  assert.equal(header, HEADER);
  const whole = FIGURES.map((one) => ({
    ...one,
    opsPerS: Math.round(one.opsPerS),
    opsPerSMin: Math.round(one.opsPerSMin),
    opsPerSMax: Math.round(one.opsPerSMax),
  }));
  assert.equal(figures, whole);
});

test('another file is not read as one, and a damaged one says where', () => {
  const { text } = figuresFile(HEADER, FIGURES);
  const mistakes: readonly (readonly [text: string, message: RegExp])[] = [
    ['', /x\.csv:1:1: expected a header with the columns work, n,/],
    ['benchmark,ops_per_s\nx,1\n', /x\.csv:1:1: expected a header/],
    [figuresFile(HEADER, []).text, /x\.csv:2:1: expected at least one row/],
    [text.replace('\nhold,', '\nheld,'), /x\.csv:2:1: expected work: hold or ties .*, received held/],
    [text.replace(',20000000,', ',fast,'), /x\.csv:2:\d+: expected ops_per_s: a number .*, received fast/],
  ];
  for (const [damaged, message] of mistakes) assert.throws(() => readFigures('x.csv', damaged), message);
});

test('README.md shows what is comparable, with machine and versions', () => {
  const lines = readmeSection(HEADER, FIGURES).split('\n');
  assert.match(
    lines[0] ?? '',
    /^2001-02-03 04:05:06 UTC · commit abcdef0 · Node\.js v20\.0\.0 · Some "fast" CPU, 2 GHz x2 · .*SimPy 1\.0.*; medians of 3 rounds\.$/,
  );
  assert.match(lines[2] ?? '', /\| halfopen \| C\+\+ `std::priority_queue` \|/);
  assert.is(
    lines[4],
    '| hold model, 1,000 pending | **20.0** | – | 50.0 (0.40×) | – | 0.200 (100×) | 1.00 (20×) | – | – | – |',
  );
  assert.is(lines[5], '| SYN flood, full table, 128 slots | **1.00** | – | – | – | – | – | – | – | – |');
  assert.match(lines[7] ?? '', /it forks a socket a SYN, 2,500 SYN\/s with 1,000 half-open\.$/);
  assert.not.match(readmeSection(HEADER, FIGURES.slice(0, 1)), /forks/);
});

test('the section is put between the markers, once', () => {
  const readme = 'a\n<!-- peers -->\nold $1\n<!-- /peers -->\nb\n';
  assert.is(withSection(readme, 'new $&\n'), 'a\n<!-- peers -->\nnew $&\n<!-- /peers -->\nb\n');
  assert.is(withSection(withSection(readme, ''), ''), 'a\n<!-- peers -->\n<!-- /peers -->\nb\n');
  assert.throws(() => withSection('a\n', 'new\n'), /expected <!-- peers -->/);
});

test('README.md has a place for the section', () => {
  const readme = readFileSync('README.md', 'utf8');
  assert.is(readme.match(/^<!-- \/?peers -->$/gm)?.length, 2);
  assert.match(withSection(readme, 'new\n'), /^<!-- peers -->\nnew\n<!-- \/peers -->$/m);
});
test.run();
