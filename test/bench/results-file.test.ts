import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import fc from 'fast-check';
import type { BenchResult } from '../../bench/harness.ts';
import type { BenchHeader } from '../../bench/header.ts';
import { type EarlierResults, readResults, resultsFile } from '../../bench/results-file.ts';
import { InputError } from '../../src/engine/errors.ts';
import { benchJson } from '../../src/report/json.ts';

const HEADER: BenchHeader = {
  date: '2025-01-31 12:00:00',
  commit: 'abc1234',
  node: 'v20.0.0',
  cpu: 'Some, CPU x2',
  load: 0.5,
};
const RESULT: BenchResult = {
  name: 'queue/hold',
  parameters: { n: 10, law: 'poisson(5)' },
  unit: 'event',
  opsPerS: 2.5e7,
  p50Ns: 40,
  p99Ns: 55.5,
  margin: 0.25,
  samples: 100,
  hash: '0123abcd',
};
const OTHER: BenchResult = { ...RESULT, name: 'ring/push', parameters: {}, p50Ns: 0.00602, hash: '00000000' };
const TEXT = resultsFile(HEADER, [RESULT, OTHER]).text;
const READ: EarlierResults = {
  header: { date: HEADER.date, commit: HEADER.commit, node: HEADER.node, cpu: HEADER.cpu },
  results: [
    { title: 'queue/hold n=10 law=poisson(5)', p50Ns: 40, margin: 0.25, hash: '0123abcd' },
    { title: 'ring/push', p50Ns: 0.00602, margin: 0.25, hash: '00000000' },
  ],
};

/** What is said against `text`, a line each; nothing when it is read. */
function faultsOf(text: string): string[] {
  try {
    readResults('f.csv', text);
    return [];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.issues.map(({ expected, received, where }) => `${where}: expected ${expected}, received ${received}`);
  }
}

const test = suite('results of benchmarks as a file');

test('the file is named for its date, and read back as it was written', () => {
  assert.is(resultsFile(HEADER, []).name, '2025-01-31-12-00-00.csv');
  assert.equal(readResults('f.csv', TEXT), READ);
  assert.equal(readResults('f.csv', `\uFEFF${TEXT.replaceAll('\n', '\r\n')}\r\n`), READ, 'BOM, CRLF, an empty line');
});

test('columns may come in any order, others may be there, the margin may be missing', () => {
  const text = 'hash,more,p50_ns,benchmark\n0123abcd,x,4e1,a\n';
  const header = { date: '', commit: '', node: '', cpu: '' };
  assert.equal(readResults('f.csv', text), {
    header,
    results: [{ title: 'a', p50Ns: 40, margin: null, hash: '0123abcd' }],
  });
});

test('the JSON document is read as the CSV is', () => {
  const results = [RESULT, OTHER].map((result) => ({ ...result, comparison: null }));
  assert.equal(readResults('f.json', benchJson({ header: HEADER, results, against: null })), READ);
});

const HEAD = 'benchmark,p50_ns,margin_percent,hash';
const FAULTS: readonly (readonly [text: string, faults: readonly string[]])[] = [
  ['', ['f.csv:1:1: expected a header with the columns benchmark, p50_ns, hash, received none named']],
  ['# halfopen\n', ['f.csv:1:1: expected a header with the columns benchmark, p50_ns, hash']],
  [`${HEAD}\n`, ['f.csv:2:1: expected at least one row, received the end of the file']],
  [
    `${HEAD}\na,0,x,0123abcz\n,1,-1,\n`,
    [
      'f.csv:2:7: expected 8 hexadecimal digits, received 0123abcz',
      'f.csv:2:5: expected margin_percent: a number from 0 to 1000000, received x',
      'f.csv:2:3: expected p50_ns: a number from 1e-9 to 1000000000000000000, received 0',
      'f.csv:3:1: expected the name of a benchmark, received nothing',
      'f.csv:3:7: expected 8 hexadecimal digits, received nothing',
      'f.csv:3:4: expected margin_percent: a number from 0 to 1000000, received -1',
    ],
  ],
  [`${HEAD}\na,1\n`, ['f.csv:2:1: expected 4 cells, as the header has, received 2']],
  [`${HEAD}\na,1,1,0123abcd\na,1,1,0123abcd\n`, ['f.csv:3:1: expected each benchmark once, received a']],
  [`${HEAD}\n"a,1,1,0123abcd\n`, ['f.csv:2:1: expected a quoted cell that ends']],
  ['{"command":"bench"', ['f.csv:1:19: expected JSON: a comma or }, received the end of the file']],
  ['{"command":"run"}', ['f.csv:1:1: expected the document of halfopen bench --json']],
  ['{"command":"bench","results":[]}', ['f.csv:1:1: expected the document of halfopen bench --json']],
  [
    '{"command":"bench","results":[{"name":"a","parameters":{"n":{}},"p50_ns":"1"},7,{"margin_percent":-1}]}',
    [
      'f.csv: results.0.name: expected the name of a benchmark, with plain parameters, received "a"',
      'f.csv: results.0.p50_ns: expected a number from 1e-9 to 1000000000000000000, received "1"',
      'f.csv: results.0.hash: expected 8 hexadecimal digits, received nothing',
      'f.csv: results.1.name: expected the name',
      'f.csv: results.1.p50_ns: expected a number',
      'f.csv: results.1.hash: expected 8 hexadecimal digits',
      'f.csv: results.2.name: expected the name',
      'f.csv: results.2.p50_ns: expected a number',
      'f.csv: results.2.hash: expected 8 hexadecimal digits',
      'f.csv: results.2.margin_percent: expected a number from 0 to 1000000, received -1',
    ],
  ],
];

test('what is wrong is told with its place, all of it', () => {
  for (const [text, faults] of FAULTS) {
    const found = faultsOf(text);
    assert.is(found.length, faults.length, `${text}\n${found.join('\n')}`);
    faults.forEach((fault, i) => assert.ok(found[i]?.startsWith(fault), found[i]));
  }
});

test('of a file that is wrong all over the first twenty faults are told', () => {
  assert.is(faultsOf(`${HEAD}\n${'a,b,c,d\n'.repeat(1000)}`).length, 20);
});

test('no file breaks the reader: it reads or refuses', () => {
  const broken = fc.tuple(fc.nat(TEXT.length), fc.nat(40), fc.string({ maxLength: 6, unit: 'binary' }));
  fc.assert(
    fc.property(fc.array(broken, { minLength: 1, maxLength: 4 }), (changes) => {
      let text = TEXT;
      for (const [at, length, put] of changes) text = text.slice(0, at) + put + text.slice(at + length);
      faultsOf(text);
      faultsOf(`{${text}`);
    }),
    { numRuns: 200 },
  );
});

test('large hostile files are refused in little time', () => {
  for (const text of [
    '"'.repeat(1e6 + 1),
    '{"a":"'.padEnd(1e6, 'x'),
    '['.repeat(1e6),
    '{"a":'.repeat(2e5),
    ','.repeat(1e6),
  ])
    assert.ok(faultsOf(text).length > 0, text.slice(0, 10));
  assert.match(faultsOf(`${HEAD}\n${'\na'.repeat(300_000)}`)[0] ?? '', /at most \d+ rows/);
});

test.run();
