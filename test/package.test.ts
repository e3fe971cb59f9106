/** What package.json lets into the package. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inEmptyFolder } from './support/cli.ts';
import { have, skipped } from './support/skip.ts';

const test = suite('package');

test('documents and golden results are shipped, results of runs with settings of their own, of benchmarks, and other languages are not', () => {
  if (!have('npm')) return skipped('npm pack', 'npm is not installed');
  const { files } = JSON.parse(readFileSync('package.json', 'utf8')) as { files: string[] };
  const golden = [
    'dist/bench/run.js',
    'results/a/summary.csv',
    'results/deep/b/manifest.json',
    'results/README.md',
    'scenarios/a.yaml',
    'src/README.md',
    'src/traffic/README.md',
  ];
  const others = [
    'results/a/0123abcd/summary.csv',
    'results/deep/b/ffffffff/manifest.json',
    'results/bench/x.csv',
    'dist/bench/peers/run.js',
    'src/deep/x.ts',
    'src/x.ts',
  ];
  inEmptyFolder((cwd) => {
    for (const path of [...golden, ...others]) {
      mkdirSync(join(cwd, dirname(path)), { recursive: true });
      writeFileSync(join(cwd, path), '');
    }
    writeFileSync(join(cwd, 'package.json'), JSON.stringify({ name: 'x', version: '1.0.0', files }));
    const args = ['pack', '--dry-run', '--json', '--ignore-scripts', '--offline'];
    const { stdout } = spawnSync('npm', args, { cwd, encoding: 'utf8' });
    const [packed] = JSON.parse(stdout) as [{ files: { path: string }[] }];
    assert.equal(packed.files.map(({ path }) => path).toSorted(), ['package.json', ...golden].toSorted());
  });
});
test.run();
