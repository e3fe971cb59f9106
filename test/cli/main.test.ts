import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inEmptyFolder, MAIN_PATH, shipped } from '../support/cli.ts';
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
test.run();
