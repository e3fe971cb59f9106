import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compare, differencesOf, missingNow } from '../../bench/against.ts';
import type { BenchResult } from '../../bench/harness.ts';
import type { EarlierResults } from '../../bench/results-file.ts';
import { medianOf } from '../../bench/run.ts';

const NOW: BenchResult = {
  name: 'queue/hold',
  parameters: { n: 10 },
  unit: 'event',
  opsPerS: 1e7,
  p50Ns: 100,
  p99Ns: 120,
  margin: 1,
  samples: 50,
  hash: '0123abcd',
};
const HEADER = { date: '2025-01-31 12:00:00', commit: 'abc1234', node: 'v20.0.0', cpu: 'A x2', load: 0 };

function earlier(p50Ns: number, margin: number | null = 1, hash = NOW.hash): EarlierResults {
  return { header: HEADER, results: [{ title: 'queue/hold n=10', p50Ns, margin, hash }] };
}

const test = suite('benchmarks against earlier ones');

test('faster and slower begin where 5 % and both margins end', () => {
  const verdict = (p50Ns: number, margin: number | null = 1): string => compare(NOW, earlier(p50Ns, margin)).verdict;
  assert.equal(
    [90, 95.5, 100, 104.5, 106].map((ns) => verdict(ns)),
    ['slower', 'same', 'same', 'same', 'faster'],
  );
  assert.equal(
    [91, 110].map((ns) => verdict(ns, 10)),
    ['same', 'same'],
    'margins of 1 and 10 %',
  );
  assert.equal(
    [88, 113].map((ns) => verdict(ns, 10)),
    ['slower', 'faster'],
  );
  assert.is(verdict(90, null), 'slower');
  assert.equal(compare(NOW, earlier(200)), { verdict: 'faster', beforeP50Ns: 200, ratio: 0.5 });
});

test('another outcome is not compared, and what was not there is new', () => {
  const other = compare(NOW, earlier(200, 1, 'ffffffff'));
  assert.equal(other, { verdict: 'other outcome', beforeP50Ns: 200, ratio: null });
  const none = compare({ ...NOW, parameters: { n: 11 } }, earlier(200));
  assert.equal(none, { verdict: 'new', beforeP50Ns: null, ratio: null });
});

test('what the file has and nobody measures is named, as far as it was asked for', () => {
  const results = ['a', 'b/x', 'b/y'].map((title) => ({ title, p50Ns: 1, margin: 1, hash: NOW.hash }));
  const file = { header: HEADER, results };
  assert.equal(
    missingNow(file, new Set(['b/y']), (title) => title.includes('b')),
    ['b/x'],
  );
});

test('another machine and another Node.js are told; what the file does not say is not', () => {
  assert.equal(differencesOf(earlier(1), HEADER), []);
  assert.equal(differencesOf(earlier(1), { ...HEADER, cpu: 'B x4', node: 'v22.0.0' }), [
    'machine A x2, now B x4',
    'Node v20.0.0, now v22.0.0',
  ]);
  const silent = { header: { date: '', commit: '', node: '', cpu: '' }, results: [] };
  assert.equal(differencesOf(silent, HEADER), []);
});

test('of several processes the middle one counts, with half their range when that is more than its margin', () => {
  const rounds = [130, 100, 110].map((p50Ns) => ({ ...NOW, p50Ns }));
  const { margin, p50Ns, samples } = medianOf(rounds);
  assert.equal([p50Ns, samples], [110, 150]);
  assert.ok(Math.abs(margin - (100 * 15) / 110) < 1e-9);
  assert.is(medianOf([{ ...NOW, margin: 7 }]).margin, 7);
  assert.throws(() => medianOf([NOW, { ...NOW, hash: 'ffffffff' }]), /several outcomes/);
});
test.run();
