import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bundle } from './bundle.ts';
import { inEmptyFolder, type Ran, shipped } from './cli.ts';
import { licencesOf } from './licences.ts';
import { GOOD } from './scenario.ts';

/** Beside the compiled files: as deep as dist/src/cli, from where the command finds scenarios and benchmarks. */
const root = mkdtempSync('dist/bundle-');
const folder = join(root, 'cli');
const { output } = await bundle(folder);
const modules = output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
const main = join(process.cwd(), folder, 'main.js');

/** All that `file` imports, by itself or through others, before it does anything. */
function importedBy(file: string, seen = new Set<string>()): Set<string> {
  seen.add(file);
  const text = readFileSync(join(folder, file), 'utf8');
  for (const [, name = ''] of text.matchAll(/^import\b[^"']*["']\.\/([^"']+)["']/gm)) {
    if (!seen.has(name)) importedBy(name, seen);
  }
  return seen;
}

function run(args: readonly string[], cwd = process.cwd()): Ran {
  const { status, stderr, stdout } = spawnSync(process.execPath, [main, ...args], { cwd, encoding: 'utf8' });
  return { status, stdout, stderr };
}

function manifestIn(folder: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Record<string, unknown>;
}

const test = suite('bundle of the command');
test.after(() => rmSync(root, { recursive: true }));

test('the bundle gives the golden results', () => {
  inEmptyFolder((cwd) => {
    const name = 'five-syns-select-server';
    assert.is(run(['run', shipped(name), '--quiet', '--out', 'out'], cwd).status, 0);
    for (const file of ['summary.csv', 'counters.csv', 'timeseries.csv'])
      assert.ok(readFileSync(join(cwd, 'out', file)).equals(readFileSync(join('results', name, file))), file);
    // A folder away from scenarios/ carries the text besides.
    const { scenario_text: text, ...manifest } = manifestIn(join(cwd, 'out'));
    assert.equal(manifest, manifestIn(join('results', name)));
    assert.is(text, readFileSync(shipped(name), 'utf8'));
  });
});

test('threads find their program, and give the same', () => {
  inEmptyFolder((cwd) => {
    const scenario = 'busy.yaml';
    writeFileSync(join(cwd, scenario), GOOD.replace('poisson(1/s)', 'poisson(4000/s)').replace('linux-1.2', 'classic'));
    const [one, two] = ['1', '2'].map((threads) => {
      const args = ['run', scenario, '--replications', '20', '--json', '--out', 'out'];
      return run([...args, '--threads', threads], cwd);
    });
    assert.is(one?.status, 0);
    assert.equal(two, one);
  });
});

test('commands find the files of the package, and mistakes are told as ever', () => {
  assert.is(run(['verify', 'test/golden/trace-oracles.json', '--quiet']).status, 0);
  const { status, stderr } = run(['check', 'nothing-here.yaml']);
  assert.equal(
    [status, stderr],
    [2, 'nothing-here.yaml: expected a readable file, received none of that name (ENOENT)\n'],
  );
  // Benchmarks are not in the bundle, and have errors of their own.
  assert.is(run(['bench', 'no such benchmark']).status, 2);
});

test('what every command loads is little, and what few need is apart', () => {
  const sizeOf = (files: Iterable<string>): number =>
    [...files].reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
  assert.ok(sizeOf(importedBy('main.js')) < 150_000);
  const ofThread = importedBy('pool-thread.js');
  assert.ok(![...ofThread].some((file) => /scenario|main|estimates/.test(file)), [...ofThread].join(' '));
  const find = (module: RegExp): string[] =>
    output.flatMap((file) =>
      file.type === 'chunk' && file.moduleIds.some((id) => module.test(id)) ? [file.name] : [],
    );
  for (const [few, all] of [
    [/t-quantile/, /cli\/run\.ts/],
    [/cli-progress/, /cli\/run\.ts/],
    [/scenario\/schema\.ts/, /simulation\/simulate\.ts/],
  ] as const) {
    assert.is(find(few).filter((name) => find(all).includes(name)).length, 0, `${few.source} ${all.source}`);
  }
});

test('the licence of every package in the bundle is there', () => {
  const text = readFileSync(join(folder, 'THIRD-PARTY.txt'), 'utf8');
  const names = new Set(modules.flatMap((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []));
  for (const name of ['zod', 'yaml', 'commander', 'csv-stringify', 'seedrandom']) assert.ok(names.has(name), name);
  for (const name of names) assert.ok(text.includes(`${name} `), name);
  assert.match(text, /Apache License/);
  assert.match(text, /Copyright \(C\) 2010 by Johannes Baagøe/);
  assert.throws(() => licencesOf([join(process.cwd(), 'test/support/no/node_modules/x/index.js')]), /ENOENT/);
});

test('names of files do not change with what is in them', () => {
  const names = output.map(({ fileName }) => basename(fileName));
  assert.ok(names.includes('main.js') && names.includes('pool-thread.js'));
  assert.equal(
    names.filter((name) => !/^(?:main|pool-thread|bundle-[a-z0-9-]+)\.js(?:\.map)?$/.test(name)),
    [],
  );
});
test.run();
