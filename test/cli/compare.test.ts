import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { halfopen, inEmptyFolder } from '../support/cli.ts';
import { GOOD } from '../support/scenario.ts';

const test = suite('halfopen compare');

test('writes compare.csv and a manifest, prints a table, and the same twice', () => {
  inEmptyFolder((cwd) => {
    writeFileSync(join(cwd, 'small.yaml'), GOOD);
    const compare = (...args: string[]): ReturnType<typeof halfopen> =>
      halfopen(['compare', 'small.yaml', '--stacks', 'linux-6.18,freebsd-14', ...args], { cwd });
    const first = compare('--out', 'out');
    assert.is(first.status, 0, first.stderr);
    assert.match(first.stdout, /linux-6\.18 +freebsd-14/);
    const csv = readFileSync(join(cwd, 'out/compare.csv'), 'utf8');
    assert.equal(JSON.parse(readFileSync(join(cwd, 'out/manifest.json'), 'utf8')).stacks, ['linux-6.18', 'freebsd-14']);
    assert.is(compare('--out', 'again', '--quiet').stdout, '');
    assert.is(readFileSync(join(cwd, 'again/compare.csv'), 'utf8'), csv);
    const json = JSON.parse(compare('--json', '--replications', '2').stdout);
    assert.equal([json.command, json.replications, json.rows[0].metric], ['compare', 2, 'users.started']);
    for (const file of json.files) assert.ok(existsSync(join(cwd, file)), file);
  });
});

test('stacks that are none, one alone, or one twice are refused', () => {
  inEmptyFolder((cwd) => {
    writeFileSync(join(cwd, 'small.yaml'), GOOD);
    for (const [stacks, message] of [
      ['linux-6.18,solaris-7', /^--stacks: expected names such as .*, received solaris-7$/m],
      ['linux-6.18', /^--stacks: expected 2 to 64 stacks/m],
      ['classic,classic', /^--stacks: expected each stack once/m],
      ['linux-1.9,classic', /^--stacks linux-1\.9: expected a kernel from linux-2\.2/],
    ] as const) {
      const { status, stderr } = halfopen(['compare', 'small.yaml', '--stacks', stacks], { cwd });
      assert.is(status, 2, stacks);
      assert.match(stderr, message);
    }
    assert.is(halfopen(['compare', 'small.yaml'], { cwd }).status, 2);
    assert.not(existsSync(join(cwd, 'results')));
  });
});
test.run();
