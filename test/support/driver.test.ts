import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const DRIVER = fileURLToPath(new URL('./driver.js', import.meta.url));
const FIXTURES = fileURLToPath(new URL('./driver-fixtures', import.meta.url));

/** Runs the driver over the fixtures whose path contains one of `parts`. */
function drive(parts: readonly string[], env: Record<string, string> = {}): { status: number | null; lines: string[] } {
  const { status, stdout } = spawnSync(process.execPath, [DRIVER, '--root', FIXTURES, ...parts], {
    encoding: 'utf8',
    env: { ...process.env, CI: '', NO_COLOR: '1', FORCE_COLOR: '0', ...env },
  });
  return { status, lines: stdout.trimEnd().split('\n') };
}

/** What one fixture must be reported with. */
const TRAPS: readonly (readonly [fixture: string, message: RegExp])[] = [
  ['fails', /one and one/],
  ['forgets-run', /no suite ran: is `\.run\(\)` missing\?/],
  ['forgets-one-run', /an empty suite/],
  ['empty', /no suite ran/],
  ['throws-at-load', /thrown at load/],
  ['throws-null', /a hook or a test threw outside of what uvu reports/],
  ['throws-in-before', /threw outside|thrown by before/],
  ['throws-in-before-each', /threw outside|thrown by before\.each/],
  ['throws-in-after', /threw outside|thrown by after/],
  ['throws-in-after-each', /threw outside|thrown by after\.each/],
  ['exits', /ended early \(exit 0\)/],
  ['never-settles', /ended early/],
  ['rejects-unheard', /unhandled rejection: Error: nobody waits/],
];

const test = suite('the test driver');

test('two passed and one skipped end well, and are counted', () => {
  const { status, lines } = drive(['passes']);
  assert.is(status, 0);
  assert.equal(lines, ['ok   passes.test.js', 'skipped: three: nothing to try it on', '2 passed, 0 failed, 1 skipped']);
});

test('a suite without tests is well when it says what it skips', () => {
  const { status, lines } = drive(['passes', 'skips-all']);
  assert.is(status, 0);
  assert.is(lines.at(-1), '2 passed, 0 failed, 2 skipped');
});

const all = drive(TRAPS.map(([fixture]) => `${fixture}.test.js`));

for (const [fixture, message] of TRAPS) {
  test(`${fixture} fails, and the reason is shown`, () => {
    const from = all.lines.indexOf(`FAIL ${fixture}.test.js`);
    assert.ok(from >= 0, all.lines.join('\n'));
    const length = all.lines.slice(from + 1).findIndex((line) => /^(?:FAIL|ok {2}) |^\d+ passed, /.test(line));
    assert.match(all.lines.slice(from + 1, from + 1 + length).join('\n'), message);
  });
}

test('every trap counts as a failure, and the run fails', () => {
  assert.is(all.status, 1);
  const [, failed] = /^\d+ passed, (\d+) failed, 0 skipped$/.exec(all.lines.at(-1) ?? '') ?? [];
  assert.is(Number(failed), TRAPS.length);
});

test('a test that hangs is ended', () => {
  const { status, lines } = drive(['hangs'], { HALFOPEN_TEST_TIMEOUT_MS: '1000' });
  assert.is(status, 1);
  assert.match(lines.join('\n'), /no end after 1000 ms/);
  assert.is(lines.at(-1), '0 passed, 1 failed, 0 skipped');
});

test('a test hidden by only is let go by hand, and fails where it counts', () => {
  assert.is(drive(['hides']).status, 0);
  const { status, lines } = drive(['hides'], { CI: 'true' });
  assert.is(status, 1);
  assert.match(lines.join('\n'), /only or skip hides tests/);
});

test('zero tests fail', () => {
  const { status, lines } = drive(['there-is-no-such-file']);
  assert.is(status, 1);
  assert.equal(lines, ['no test ran', '0 passed, 0 failed, 0 skipped']);
});

test.run();
