import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { halfopen, inEmptyFolder, MAIN_PATH, shipped } from '../support/cli.ts';
import { skipped } from '../support/skip.ts';

const test = suite('input files');

/** Exit code and message of `halfopen ARGS…` in a shell, which can redirect. */
function shell(args: string, cwd: string): { status: number | null; stderr: string } {
  const line = `exec "${process.execPath}" "${MAIN_PATH}" ${args}`;
  const { status, stderr } = spawnSync('bash', ['-c', line], { cwd, encoding: 'utf8', timeout: 20_000 });
  return { status, stderr };
}

test('a device or a folder is no file, and input without an end is refused', () => {
  if (!existsSync('/dev/zero')) return skipped('devices', '/dev/zero is not there');
  inEmptyFolder((cwd) => {
    for (const command of ['check', 'run', 'verify']) {
      const { status, stderr } = shell(`${command} /dev/zero`, cwd);
      assert.equal([status, stderr], [2, '/dev/zero: expected a readable file, received a device\n'], command);
      assert.match(shell(`${command} .`, cwd).stderr, /expected a readable file, received a folder/);
    }
    const endless = shell('check - < /dev/zero', cwd);
    assert.equal([endless.status, endless.stderr], [2, 'standard input: expected at most 16 MB, received more\n']);
    assert.is(shell('check <(cat /dev/zero)', cwd).status, 2);
  });
});

test('a scenario that is not there is exit 2, with the one that was meant: a question, one in scenarios/, or one beside it', () => {
  inEmptyFolder((cwd) => {
    mkdirSync(join(cwd, 'scenarios'));
    writeFileSync(join(cwd, 'scenarios', 'black-friday.yaml'), '');
    writeFileSync(join(cwd, 'mine.yml'), '');
    for (const [typed, meant] of [
      ['questions/recv-q-is-backlog-plus-two', 'questions/recv-q-is-backlog-plus-one'],
      ['black-fryday', 'scenarios/black-friday.yaml'],
      ['scenarios/black-fridays.yaml', 'scenarios/black-friday.yaml'],
      ['mine.yaml', 'mine.yml'],
      ['nothing like it', null],
    ] as const) {
      const hint = meant === null ? '' : ` (did you mean ${meant}?)`;
      const message = `${typed}: expected a readable file${hint}, received none of that name (ENOENT)\n`;
      const { status, stderr } = halfopen(['check', typed], { cwd });
      assert.equal([status, stderr], [2, message]);
    }
  });
});

test('a pipe is read like a file', () => {
  inEmptyFolder((cwd) => {
    assert.equal(shell(`check <(cat "${shipped('no-attack')}") --quiet`, cwd), { status: 0, stderr: '' });
  });
});

test('a scenario above 16 MB, and other files above 2 GB, are refused before they are read', () => {
  inEmptyFolder((cwd) => {
    const big = join(cwd, 'big');
    writeFileSync(big, '');
    truncateSync(big, 17e6);
    assert.is(halfopen(['check', big]).stderr, `${big}: expected at most 16 MB, received 17 MB\n`);
    truncateSync(big, 3e9);
    assert.is(halfopen(['verify', big]).stderr, `${big}: expected at most 2 GB, received 3 GB\n`);
    const scenario = `duration: 1s\nserver: { stack: linux-1.2 }\ntraffic: { f: { kind: syn-flood, arrivals: capture(big) } }\n`;
    writeFileSync(join(cwd, 'a.yaml'), scenario);
    assert.match(halfopen(['check', join(cwd, 'a.yaml')]).stderr, /big: expected at most 2 GB, received 3 GB\n$/);
  });
});

test('a folder that the system does not let anybody make is exit 2', () => {
  if (!existsSync('/proc')) return skipped('/proc', 'it is not there');
  inEmptyFolder((cwd) => {
    for (const args of [
      `run "${shipped('no-attack')}" --quiet --out /proc/x`,
      `verify "${join(process.cwd(), 'test/golden/linux-1.2.json')}" --quiet --export /proc/x/y`,
    ]) {
      const { status, stderr } = shell(args, cwd);
      assert.is(status, 2, stderr);
      assert.match(stderr, /^\/proc\/x(\/y)?: expected a folder that can be written, received [^\n]+\n$/);
    }
  });
});
test.run();
