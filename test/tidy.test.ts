/**
 * The rules of the house, executed. Every rule is a pure function (test/support/tidy-*.ts), tried here on a bad
 * sample before it is held against the project. Lengths are measured by the linter, which parses.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path/posix';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { skipped } from './support/skip.ts';
import { type SourceFile, importsOf, sourceFile } from './support/source-text.ts';
import { importErrors, liesIn, THREAD_PLACES } from './support/tidy-imports.ts';
import * as rules from './support/tidy-rules.ts';

const LINES_MAX = 400;
const FUNCTION_LINES_MAX = 70;

const sources: readonly SourceFile[] = ['src', 'bench', 'test'].flatMap((root) =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path))
    .toSorted()
    .map((path) => `${root}/${path.replaceAll('\\', '/')}`)
    .map((path) => sourceFile(path, readFileSync(path, 'utf8'))),
);
/** What Node.js and every browser have beyond the language, as far as the rooms below the report use it. */
const EVERYWHERE = `declare class TextEncoder { encode(text: string): Uint8Array; }
declare class TextDecoder { constructor(label?: string); decode(bytes: Uint8Array): string; }
`;
/** Files that hold what the rules forbid, as patterns and samples. */
const RULE_BOOK = ['test/tidy.test.ts', 'test/support/tidy-rules.ts'];
/** Files that break the rules of test files on purpose. */
const FIXTURES = 'test/support/driver-fixtures/';
const house = sources.filter(({ path }) => !path.startsWith(FIXTURES));
const folders = new Set(sources.map(({ path }) => dirname(path)));

/** The files under version control, or null where they cannot be told from a visitor's. */
function trackedPaths(): string[] | null {
  const { status, stdout } = spawnSync('git', ['ls-files', '-z'], { encoding: 'utf8' });
  return status === 0 ? stdout.split('\0').filter((path) => path !== '' && existsSync(path)) : null;
}

/** What the linter says of lengths in `places`, by rule. */
function lengthErrors(places: readonly string[]): { rule: string; file: string }[] {
  const args = ['--config', '.oxlintrc.json', '--format', 'json', ...places];
  const { stdout } = spawnSync('node_modules/.bin/oxlint', args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string; filename: string }[] };
  return diagnostics
    .map(({ code, filename }) => ({ rule: code, file: filename }))
    .filter(({ rule }) => /\(max-lines(?:-per-function)?\)$/.test(rule));
}

/** What the compiler says of `files` in a world that has neither Node.js nor a browser. */
function bareErrors(files: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'halfopen-tidy-'));
  try {
    const root = process.cwd();
    const config = {
      extends: join(root, 'tsconfig.json'),
      compilerOptions: { types: [], noEmit: true, rootDir: '/' },
      files: [...files.map((path) => resolve(root, path)), join(folder, 'everywhere.d.ts')],
      include: [],
    };
    writeFileSync(join(folder, 'everywhere.d.ts'), EVERYWHERE);
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const { stdout } = spawnSync('node_modules/.bin/tsc', ['-p', folder], { encoding: 'utf8' });
    return stdout.split('\n').filter((line) => line !== '');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const bad = (path: string, text: string): SourceFile => sourceFile(path, text);
const test = suite('the house');

test('code is read without comments and strings, offsets kept', () => {
  const text = "a('//x'); // b\nc(`d ${e('}')} f`); /* g */ h(/[/'\"]/.test(i)); j = k / l; /* m */ 'n'";
  const { code } = sourceFile('src/engine/x.ts', text);
  assert.is(code.length, text.length);
  assert.is(code.replace(/\s+/g, ' '), "a(' '); c(` ${e(' ')} `); h(/ /.test(i)); j = k / l; ' '");
  assert.is(sourceFile('x', 'a(`${{ b: `${c}` }}`) + d /* e').code.trim(), 'a(`${{ b: `${c}` }}`) + d');
});

test('imports are found in every form', () => {
  const text =
    "import a from 'b';\nexport * from 'c';\nimport type { d } from './e.ts';\nawait import('f'); // from 'g'";
  assert.equal(
    importsOf(sourceFile('x', text)).map(({ specifier, line }) => `${specifier} ${line}`),
    ['b 1', 'c 2', './e.ts 3', 'f 4'],
  );
});

const IMPORT_SAMPLES: readonly (readonly [path: string, text: string, wrong: RegExp])[] = [
  ['src/engine/x.ts', "import '../network/link.ts';", /engine does not stand above network/],
  ['src/server/x.ts', "import type { A } from '../traffic/specs.ts';", /server does not stand above traffic/],
  ['src/measure/x.ts', "export { A } from '../simulation/result.ts';", /measure does not stand above simulation/],
  ['src/scenario/x.ts', "import '../simulation/simulate.ts';", /scenario does not stand above simulation/],
  ['src/experiment/x.ts', "import '../verify/verify.ts';", /experiment does not stand above verify/],
  ['src/report/x.ts', "await import('../cli/run.ts');", /report does not stand above cli/],
  ['src/cli/x.ts', "import '../index.ts';", /cli does not stand above index.ts/],
  ['src/attic/x.ts', "import '../engine/time.ts';", /attic has no floor/],
  ['src/engine/x.ts', "import '../attic/x.ts';", /attic has no floor/],
  ['src/simulation/x.ts', "import '../listeners/classic/classic.ts';", /entered through listeners\/stacks.ts/],
  ['src/listeners/linux-1.2/x.ts', "import '../classic/classic.ts';", /entered through listeners\/stacks.ts/],
  ['src/scenario/x.ts', "import { readFileSync } from 'node:fs';", /node:fs is not for this room/],
  ['src/engine/x.ts', "import seedrandom from 'seedrandom';", /belongs in src\/engine\/random.ts/],
  ['src/report/x.ts', "import { stringify } from 'csv-stringify/sync';", /belongs in src\/report\/csv.ts/],
  ['src/cli/x.ts', "import { Bench } from 'tinybench';", /belongs in bench\//],
  ['src/experiment/x.ts', "import { Piscina } from 'piscina';", /belongs in src\/experiment\/pool.ts/],
  ['src/experiment/replicate.ts', "import { Worker } from 'node:worker_threads';", /is not for this room/],
  ['src/engine/x.ts', "import lodash from 'lodash';", /lodash has no place/],
  ['src/cli/x.ts', "import '../../bench/run.ts';", /bench\/run.ts is outside of src/],
  ['bench/x.ts', "import '../test/support/counts.ts';", /for tests only/],
  ['src/cli/x.ts', 'await import(name);', /cannot be read here/],
];

test('an import from above, from the side, or of a package out of its place is noticed', () => {
  for (const [path, text, wrong] of IMPORT_SAMPLES) {
    const errors = importErrors(bad(path, text));
    assert.is(errors.length, 1, `${path} ${text}`);
    assert.match(errors[0] ?? '', wrong);
  }
  assert.equal(importErrors(bad('src/listeners/stacks.ts', "import './classic/classic.ts';")), []);
});

const BAN_SAMPLES =
  `Math.random() | Math.pow(2, 3) | Math['pow'](2, 3) | const { pow } = Math; | Math.sin(x) | x ** 2 | 2 ** n
| a **= 2 | Date.now() | new Date() | performance.now() | setTimeout(f, 1) | n.toLocaleString() | a.localeCompare(b)
| console.log(1) | process.exit(1) | globalThis.x = 1`.split('|');

test('clocks, dice, consoles and inexact arithmetic are noticed', () => {
  for (const text of BAN_SAMPLES) assert.ok(rules.banErrors(bad('src/engine/x.ts', text)).length > 0, text);
  const fine = "const n = 2 ** 27; // Math.random\nconst process = 'Date'; f(process);";
  assert.equal(rules.banErrors(bad('src/engine/x.ts', fine)), []);
  assert.equal(rules.banErrors(bad('src/cli/x.ts', 'process.exitCode = 1; Date.now();')), []);
});

test('each rule for one file notices a bad sample, and lets a good one pass', () => {
  const samples: readonly (readonly [(file: SourceFile) => string[], path: string, wrong: string, right: string])[] = [
    [rules.nonNullErrors, 'src/engine/x.ts', 'f(a.b!);', 'f(a[b]!, !c, d !== e);'],
    [rules.suppressionErrors, 'src/engine/x.ts', '// @ts-ignore', '// ignored'],
    [rules.headerErrors, 'src/engine/x.ts', "import 'a';", '/** Time in whole nanoseconds, no calendar. */'],
    [rules.headerErrors, 'bench/x.ts', '/** Time. */', '#!/usr/bin/env node\n/** The command line of the project. */'],
    [rules.suiteErrors, 'test/x.test.ts', "const t = suite('T');\nt('a', f);", "const t = suite('T');\nt.run();\n"],
    [rules.suiteErrors, 'test/x.test.ts', "t = suite('T');\nu = suite('U');\nu.run();", "t = suite('T');\nt.run();"],
    [rules.suiteErrors, 'test/x.test.ts', "t = suite('T');\nt.only('a', f);\nt.run();", "t = suite('T');\nt.run();"],
    [rules.suiteErrors, 'test/x.test.ts', "t = suite('T');\n// t.run();", "t = suite('T');\nt.run();"],
    [rules.suiteErrors, 'test/x.test.ts', 'assert.ok(true);', "t = suite('T');\nt.run();"],
    [rules.wordErrors, 'README.md', 'TODO: say more', 'to do'],
    [rules.wordErrors, 'a.md', 'see /home/me/x', 'see https://example.org/home/x and ./tmp/x'],
    [rules.wordErrors, 'package-lock.json', '"resolved": "https://x.example/a.tgz"', '"version": "1.0.0"'],
    [rules.wordErrors, '.npmrc', 'registry=https://npm.example.org/', 'audit=false'],
    [rules.wordErrors, 'a.md', 'Co-authored-by: me', 'RFC 793'],
  ];
  for (const [rule, path, wrong, right] of samples) {
    assert.is(rule(bad(path, wrong)).length, 1, `${rule.name}: ${wrong}`);
    assert.equal(rule(bad(path, right)), [], `${rule.name}: ${right}`);
  }
});

test('each rule for paths notices a bad sample', () => {
  assert.is(rules.nameErrors('src/engine/eventQueue.ts').length, 1);
  assert.is(rules.nameErrors('src/engine/utils.ts').length, 1);
  assert.is(rules.nameErrors('src/helpers/x.ts').length, 1);
  assert.is(rules.nameErrors('src/engine/index.ts').length, 1);
  assert.is(rules.mirrorErrors('test/attic/x.test.ts', folders).length, 1);
  assert.equal(rules.topLevelErrors(['notes.md', 'tools/x.ts', '.idea/x', '.gitignore', 'src/a.ts']), [
    'notes.md: not at the top level',
    'tools/x.ts: not at the top level',
    '.idea/x: not at the top level',
  ]);
  assert.equal(rules.pairErrors(['scenarios/a.yaml', 'scenarios/b/c.yaml', 'results/b/c/x.csv', 'results/d/x.csv']), [
    'scenarios/a.yaml: no results',
    'results/d: no scenario',
  ]);
});

test('the linter notices a long file and a long function', () => {
  const folder = mkdtempSync(join(tmpdir(), 'halfopen-tidy-'));
  try {
    const statements = 'f();\n'.repeat(FUNCTION_LINES_MAX - 1);
    writeFileSync(join(folder, 'long.ts'), `export function f(): void {\n${statements}}\n`);
    writeFileSync(join(folder, 'fine.ts'), `export function f(): void {\n${statements.slice(5)}}\n`);
    writeFileSync(join(folder, 'whole.ts'), 'export {};\n'.repeat(LINES_MAX + 1));
    assert.equal(
      lengthErrors([folder])
        .map(({ rule, file }) => `${rule} ${file.replace(/.*\//, '')}`)
        .toSorted(),
      ['eslint(max-lines) whole.ts', 'eslint(max-lines-per-function) long.ts'],
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the compiler notices Node.js and the browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'halfopen-tidy-'));
  try {
    writeFileSync(join(folder, 'x.ts'), 'console.log(process.pid);\nexport const now = performance.now();\n');
    assert.match(bareErrors([join(folder, 'x.ts')]).join(' '), /'console'.*'process'.*'performance'/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('rooms below the report compile where there is neither Node.js nor a browser', () => {
  const above = /^src\/(?:report|cli|playground|index\.ts)/;
  const below = sources.map(({ path }) => path).filter((path) => path.startsWith('src/') && !above.test(path));
  assert.equal(bareErrors(below.filter((path) => !liesIn(path, THREAD_PLACES))), []);
});

test('rooms import from the floors below, and packages where they live', () => {
  assert.equal(house.flatMap(importErrors), []);
});

test('src reads no clock, throws no dice, prints nothing and computes what every machine computes', () => {
  assert.equal(house.flatMap(rules.banErrors), []);
});

test('no file is longer than 400 lines, no function longer than 70', () => {
  assert.equal(lengthErrors(['src', 'bench', 'test']), []);
});

test('every module says what it is, asserts only indexed reads, and meets its checks', () => {
  assert.equal(house.flatMap(rules.headerErrors), []);
  assert.equal(house.flatMap(rules.nonNullErrors), []);
  const others = house.filter(({ path }) => !RULE_BOOK.includes(path));
  assert.equal(others.flatMap(rules.suppressionErrors), []);
});

test('every suite runs, in the folder of the room that it tests', () => {
  assert.equal(house.flatMap(rules.suiteErrors), []);
  assert.equal(
    sources.flatMap(({ path }) => rules.mirrorErrors(path.replace(FIXTURES, 'test/support/'), folders)),
    [],
  );
});

test('names are kebab-case and say what they hold', () => {
  assert.equal(
    sources.flatMap(({ path }) => rules.nameErrors(path)),
    [],
  );
});

const tracked = trackedPaths();
if (tracked === null) skipped('rules for files under version control', 'not a git checkout');
else {
  test('the top level holds what it should, and scenarios and results go together', () => {
    assert.equal(rules.topLevelErrors(tracked), []);
    assert.equal(rules.pairErrors(tracked), []);
  });

  const names = new Set(tracked.map((path) => basename(path)));
  const texts = tracked
    .filter((path) => !/\.pcap(?:ng)?$/.test(path) && !RULE_BOOK.includes(path))
    .map((path) => sourceText(path));

  test('no file holds a path, a host or a name that belongs elsewhere', () => {
    assert.equal(texts.flatMap(rules.wordErrors), []);
  });

  test('every document that a text names is here', () => {
    const mine = texts.filter(({ path }) => path !== 'package-lock.json');
    assert.equal(
      mine.flatMap((file) => rules.documentErrors(file, names)),
      [],
    );
  });
}

/** A file for rules that read the text alone: large data is not scanned for code. */
function sourceText(path: string): SourceFile {
  const text = readFileSync(path, 'utf8');
  return { path, text, code: text };
}

test.run();
