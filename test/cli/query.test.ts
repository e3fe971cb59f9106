import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { halfopen, inEmptyFolder, type Ran } from '../support/cli.ts';
import { GOOD } from '../support/scenario.ts';
import { skipped } from '../support/skip.ts';

const test = suite('halfopen query');

const hasDuckDb = await import('@duckdb/node-api').then(
  () => true,
  () => false,
);

/** Two runs and a sweep below results/. */
function withResults(use: (ask: (...args: string[]) => Ran, cwd: string) => void): void {
  inEmptyFolder((cwd) => {
    writeFileSync(join(cwd, 'a.yaml'), GOOD);
    for (const seed of ['1', '2'])
      halfopen(['run', 'a.yaml', '--quiet', '--seed', seed, '--out', `results/it's/seed-${seed}`], { cwd });
    const sweep = ['sweep', 'a.yaml', '--vary', 'server.listen.backlog=1..3:1', '--replications', '2', '--quiet'];
    halfopen([...sweep, '--out', 'results/s'], { cwd });
    use((...args) => halfopen(['query', ...args], { cwd }), cwd);
  });
}

if (hasDuckDb) {
  test('the files of one name are one table, which knows the folder of a row', () => {
    withResults((ask) => {
      const sql = "SELECT result, value FROM summary WHERE metric = 'users.started' ORDER BY result";
      const { status, stdout, stderr } = ask(sql, '--json');
      assert.is(status, 0, stderr);
      const { columns, rows } = JSON.parse(stdout) as { columns: string[]; rows: [string, number][] };
      assert.equal(columns, ['result', 'value']);
      assert.equal(
        rows.map(([result]) => result),
        ["it's/seed-1", "it's/seed-2"],
      );
      assert.ok(rows.every(([, value]) => Number.isInteger(value)));
    });
  });

  test('a sweep as a table for people, and as CSV', () => {
    withResults((ask, cwd) => {
      const sql = 'SELECT "server.listen.backlog" AS b, "users.started.n" AS n, problem FROM sweep ORDER BY b';
      assert.is(ask(sql).stdout, 'b  n  problem\n1  2\n2  2\n3  2\n');
      assert.is(ask(sql, '--csv').stdout, 'b,n,problem\n1,2,\n2,2,\n3,2,\n');
      mkdirSync(join(cwd, 'one'));
      writeFileSync(join(cwd, 'one/summary.csv'), 'metric,unit,value\na,b,1.5\n');
      assert.is(ask('SELECT * FROM summary', '--in', 'one/', '--csv').stdout, 'result,metric,unit,value\n,a,b,1.5\n');
    });
  });

  test('SQL that is none, and folders without results, are told of', () => {
    withResults((ask, cwd) => {
      const wrong = ask('SELEC 1');
      assert.is(wrong.status, 2);
      assert.match(
        wrong.stderr,
        /^SQL: expected SQL as DuckDB has it, over summary, .*sweep .*, received Parser Error: /,
      );
      assert.match(
        ask('SELECT * FROM sumary').stderr,
        /received Catalog Error: Table with name sumary does not exist!/,
      );
      mkdirSync(join(cwd, 'empty'));
      assert.match(
        ask('SELECT 1', '--in', 'empty').stderr,
        /^empty: expected a folder with results .*, received one without/,
      );
      assert.match(
        ask('SELECT 1', '--in', 'a*b').stderr,
        /^a\*b: expected .*, received a path that DuckDB takes as a pattern/,
      );
      assert.match(ask('SELECT 1', '--in', 'none').stderr, /^none: expected a folder .*, received none of that name/);
    });
  });
} else {
  skipped('halfopen query', '@duckdb/node-api is not installed');
  test('without the package it says what to install', () => {
    withResults((ask) => {
      const { status, stderr } = ask('SELECT 1');
      assert.is(status, 2);
      assert.match(stderr, /npm install @duckdb\/node-api/);
    });
  });
}
test.run();
