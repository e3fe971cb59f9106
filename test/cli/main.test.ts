import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { halfopen, inEmptyFolder, MAIN_PATH, shipped } from '../support/cli.ts';
import { skipped } from '../support/skip.ts';

const test = suite('the command line itself');

test('an output that cannot be written is one sentence and exit 2', () => {
  if (!existsSync('/dev/full')) return skipped('a full disk', '/dev/full is not there');
  inEmptyFolder((cwd) => {
    const scenario = shipped('no-attack');
    for (const args of ['--version', '--help', 'schema', `check "${scenario}"`, `run "${scenario}" --json --out o`]) {
      const line = `exec "${process.execPath}" "${MAIN_PATH}" ${args} > /dev/full`;
      const { status, stderr } = spawnSync('bash', ['-c', line], { cwd, encoding: 'utf8' });
      const message = 'standard output: expected a place that can be written, received a full disk (ENOSPC)\n';
      assert.equal([status, stderr], [2, message], args);
    }
  });
});
test('help of a command that is not there is exit 2, with the one that was meant', () => {
  const { status, stderr } = halfopen(['help', 'rnu']);
  assert.equal([status, /unknown command 'rnu'\n\(Did you mean run\?\)/.test(stderr)], [2, true]);
  assert.is(halfopen(['help', 'run']).stdout, halfopen(['run', '--help']).stdout);
  assert.is(halfopen(['help']).stdout, halfopen(['--help']).stdout);
});

test('the version and the schema are documents with --json', () => {
  const version = halfopen(['--version']).stdout;
  assert.is(halfopen(['version']).stdout, version);
  const document = { format: 1, command: 'version', version: version.trim() };
  for (const args of [
    ['version', '--json'],
    ['--version', '--json'],
    ['--json', '--version'],
  ]) {
    const { status, stdout } = halfopen(args);
    assert.equal([status, JSON.parse(stdout)], [0, document], args.join(' '));
  }
  const schema = JSON.parse(halfopen(['schema']).stdout) as unknown;
  assert.equal(JSON.parse(halfopen(['schema', '--json']).stdout), { ...document, command: 'schema', schema });
});

test('an empty seed is exit 2', () => {
  for (const command of ['run', 'check']) {
    const { status, stderr } = halfopen([command, shipped('no-attack'), '--seed', '']);
    assert.equal([status, stderr], [2, '--seed: expected a seed, received nothing\n']);
  }
});
test.run();
