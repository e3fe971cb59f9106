import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { halfopen, inEmptyFolder } from '../support/cli.ts';
import { GOOD } from '../support/scenario.ts';

const test = suite('halfopen run');

test('--out never replaces the results of another run that lie beside scenarios/', () => {
  inEmptyFolder((cwd) => {
    const run = (...args: string[]): { status: number | null; stderr: string } =>
      halfopen(['run', 'scenarios/small.yaml', '--quiet', ...args], { cwd });
    mkdirSync(join(cwd, 'scenarios'));
    writeFileSync(join(cwd, 'scenarios/small.yaml'), GOOD);
    assert.is(run().status, 0);
    const before = readFileSync(join(cwd, 'results/small/manifest.json'), 'utf8');
    for (const change of [
      ['--set', 'server.listen.backlog=9'],
      ['--seed', '2'],
      ['--replications', '2'],
    ]) {
      const { status, stderr } = run('--out', 'results/small', ...change);
      assert.is(status, 2, change.join(' '));
      assert.match(
        stderr,
        /^--out results\/small: expected a folder without the results of another run, such as results\/small\/[0-9a-f]{8}, received one with a manifest\.json of another run\n$/,
      );
    }
    assert.is(readFileSync(join(cwd, 'results/small/manifest.json'), 'utf8'), before);
    assert.is(run('--out', 'results/small').status, 0);
    assert.is(run('--out', 'elsewhere').status, 0);
    assert.is(run('--out', 'elsewhere', '--seed', '2').status, 0);
  });
});
test.run();
