import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { casesOf, titleOf } from '../../bench/cases.ts';
import { readResults } from '../../bench/results-file.ts';
import { goldenOutcomes } from '../support/bench-outcomes.ts';
import { halfopen, inEmptyFolder, type Ran } from '../support/cli.ts';

type Json = Readonly<Record<string, any>>;

/** Small sizes of the ring buffers, which take no time. */
const RINGS = ['bench', '--smoke', 'ring-buffer'];
const TITLES = casesOf(['ring-buffer'], 'smoke').map(titleOf);

function done({ status, stderr, stdout }: Ran): string {
  assert.equal([status, stderr], [0, '']);
  return stdout;
}

/** Runs RINGS with more arguments, and gives the text of the CSV file. */
function csvOf(cwd: string, args: readonly string[] = []): string {
  done(halfopen([...RINGS, '--in-process', '--out', 'first', ...args], { cwd }));
  return readFileSync(join(cwd, 'first', readdirSync(join(cwd, 'first'))[0] ?? ''), 'utf8');
}

const test = suite('halfopen bench');

test('measures in processes of their own, prints a table that fits, writes CSV; outcomes are those of the tests', () => {
  inEmptyFolder((cwd) => {
    const lines = done(halfopen(RINGS, { cwd, env: { COLUMNS: '80' } }))
      .trimEnd()
      .split('\n');
    assert.ok(lines.every((line) => line.length <= 80));
    assert.match(lines[0] ?? '', /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC · commit \S+ · Node v/);
    assert.match(
      lines.join('\n'),
      /benchmark +op\/s +p50 +p99 +margin +outcome\nring-buffer\/push\+shift, an operation is/,
    );
    assert.match(lines.at(-1) ?? '', /^wrote results\/bench\/[\d-]+\.csv$/);
    const [name = ''] = readdirSync(join(cwd, 'results/bench'));
    const { header, results } = readResults(name, readFileSync(join(cwd, 'results/bench', name), 'utf8'));
    assert.is(header.node, process.version);
    assert.equal(
      results.map(({ title }) => title),
      TITLES,
    );
    assert.equal(
      results.map(({ hash }) => hash),
      TITLES.map((title) => goldenOutcomes()[title]),
    );
  });
});

test('--json is one document with the fields that were promised', () => {
  inEmptyFolder((cwd) => {
    const document = JSON.parse(done(halfopen([...RINGS, '--json', '--rounds', '2'], { cwd }))) as Json;
    assert.equal([document['format'], document['command']], [1, 'bench']);
    assert.equal(Object.keys(document['header']), ['date', 'commit', 'node', 'cpu', 'load']);
    const [first] = document['results'];
    assert.equal(Object.keys(first).slice(0, 7), [
      'name',
      'parameters',
      'ops_per_s',
      'p50_ns',
      'p99_ns',
      'samples',
      'hash',
    ]);
    assert.equal([first.name, first.parameters, first.unit], ['ring-buffer/push+shift', { length: 16 }, 'pair']);
    assert.ok(first.p50_ns > 0 && first.p99_ns >= first.p50_ns && first.samples >= 20);
    assert.ok(Math.abs(first.ops_per_s * first.p50_ns - 1e9) < 1);
  });
});

test('--in-process and --quiet do the same, and less', () => {
  inEmptyFolder((cwd) => {
    assert.is(done(halfopen([...RINGS, '--quiet', '--in-process', '--out', 'first'], { cwd })), '');
    assert.is(readdirSync(join(cwd, 'first')).length, 1);
  });
});

test('every part of the filter counts; without a match it names what there is', () => {
  inEmptyFolder((cwd) => {
    const { results } = JSON.parse(done(halfopen([...RINGS, '=128', '--json'], { cwd }))) as Json;
    assert.equal(
      results.map(({ parameters }: Json) => parameters),
      [{ length: 128 }],
    );
    for (const command of [['bench'], ['bench', 'gc']]) {
      const { status, stderr } = halfopen([...command, 'ring-buffer', 'nothing'], { cwd });
      assert.is(status, 2);
      assert.match(stderr, /^FILTER: expected .*event-queue\/hold, .*scenario\/run.*, received ring-buffer nothing\n$/);
    }
    assert.equal(readdirSync(cwd), ['results']);
  });
});

test('--against tells what is faster, slower, something else, new and gone', () => {
  inEmptyFolder((cwd) => {
    const [head, first, second] = csvOf(cwd).trimEnd().split('\n');
    const cells = (first ?? '').split(',');
    const line = (title: string, p50Ns: number, hash: string): string =>
      [title, 'pair', 1, p50Ns, 1, 0, 9, hash, '2020-01-01 00:00:00', 'abc', 'v1.0.0', 'Z80'].join(',') + ',0';
    const against = (name: string, lines: readonly string[], more: readonly string[] = []): string => {
      writeFileSync(join(cwd, name), [head, ...lines, ''].join('\n'));
      return done(halfopen([...RINGS, '--in-process', ...more, '--against', name], { cwd }));
    };
    const [hash = ''] = cells.slice(7, 8);
    const slow = against('slow.csv', [line(TITLES[0] ?? '', 1e9, hash), second ?? ''], ['length=16']);
    assert.match(slow, /against slow\.csv · 2020-01-01 00:00:00 UTC · commit abc/);
    assert.match(slow.replaceAll(/\s+/g, ' '), /machine Z80, now .*; Node v1\.0\.0, now v\d/);
    assert.match(slow, /length=16 +1\.00 s +\S+ .s +0\.00 +.* faster\n/);
    assert.match(slow, /1 faster \(/);
    const fast = against('fast.csv', [line(TITLES[0] ?? '', 1e-9, hash), line('ring-buffer of old', 1, hash)]);
    assert.match(
      fast.replaceAll(/\s+/g, ' '),
      /length=16 .* slower length=128 .* new 1 slower, 1 new .*not there now: ring-buffer of old/,
    );
    const other = against('other.csv', [line(TITLES[0] ?? '', 1, 'ffffffff')], ['length=16']);
    assert.match(other, /length=16 +1\.00 ns +\S+ .s +[\d.]+ % +other outcome\n/);
    const document = JSON.parse(against('other.csv', [line(TITLES[0] ?? '', 1, 'ffffffff')], ['--json'])) as Json;
    assert.equal(document['against'], {
      file: 'other.csv',
      date: '2020-01-01 00:00:00',
      commit: 'abc',
      node: 'v1.0.0',
      cpu: 'Z80',
      missing: [],
    });
    assert.equal(
      document['results'].map((r: Json) => [r['verdict'], r['before_p50_ns'], r['ratio']]),
      [
        ['other outcome', 1, null],
        ['new', null, null],
      ],
    );
    writeFileSync(join(cwd, 'earlier.json'), JSON.stringify(document));
    assert.match(
      done(halfopen([...RINGS, '--in-process', '--against', 'earlier.json'], { cwd })),
      /length=128.* (?:same|faster|slower)\n/,
    );
  });
});

test('a FILE that is none is refused before anything is measured', () => {
  inEmptyFolder((cwd) => {
    writeFileSync(join(cwd, 'bad.csv'), 'benchmark,p50_ns,hash\na,b,c\n');
    for (const [file, wrong] of [
      [
        'bad.csv',
        /^bad\.csv:2:5: expected 8 hexadecimal digits, received c\nbad\.csv:2:3: expected p50_ns: a number from /,
      ],
      ['nowhere.csv', /^nowhere\.csv: expected a readable file, received none of that name/],
    ] as const) {
      const { status, stderr, stdout } = halfopen([...RINGS, '--against', file], { cwd });
      assert.equal([status, stdout], [2, '']);
      assert.match(stderr, wrong);
    }
    const piped = halfopen([...RINGS, '--against', '-', '--json'], { cwd, input: '[]' });
    assert.is(piped.status, 2);
    assert.match((JSON.parse(piped.stdout) as Json)['errors'][0].where, /^standard input:1:1$/);
    assert.equal(halfopen([...RINGS, '--rounds', '0'], { cwd }).status, 2);
    assert.equal(halfopen([...RINGS, '--out', 'bad.csv'], { cwd }).status, 2);
    assert.equal(readdirSync(cwd), ['bad.csv']);
  });
});

test('memory: slots and floods of every stack as a document', () => {
  inEmptyFolder((cwd) => {
    const document = JSON.parse(done(halfopen(['bench', 'memory', '--smoke', '--json'], { cwd }))) as Json;
    const stacks = ['linux-1.2', 'linux-6.18', 'freebsd-14', 'classic'];
    assert.equal(
      document['slots'].map(({ stack, half_open: n }: Json) => `${stack} ${n}`),
      stacks.map((stack) => `${stack} 4096`),
    );
    assert.equal(
      document['floods'].map(({ stack, syns }: Json) => `${stack} ${syns}`),
      ['linux-1.2', 'linux-6.18', 'classic'].flatMap((stack) => [`${stack} 10000`, `${stack} 100000`]),
    );
    assert.equal(readdirSync(cwd), []);
  });
});

test('gc: a line for each benchmark, as a table and as a document', () => {
  inEmptyFolder((cwd) => {
    const command = ['bench', 'gc', 'random', 'uniform', '--smoke'];
    const text = done(halfopen(command, { cwd, env: { COLUMNS: '80' } }));
    assert.match(
      text,
      /op +scavenges +full +deopts +byte\/op\nrandom\/draw, an operation is one draw\n {2}law=uniform +\S+ \S/,
    );
    const [entry] = (JSON.parse(done(halfopen([...command, '--json'], { cwd }))) as Json)['steady_state'];
    assert.is(entry.title, 'random/draw law=uniform');
    assert.ok(entry.operations > 0 && entry.scavenges >= 0 && entry.bytes_per_operation >= 0);
    assert.equal(readdirSync(cwd), []);
  });
});
test.run();
