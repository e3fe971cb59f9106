import { spawnSync } from 'node:child_process';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { formatLeft } from '../../src/cli/progress.ts';

const MESSAGES = new URL('../../src/cli/messages.js', import.meta.url).href;
const ERRORS = new URL('../../src/engine/errors.js', import.meta.url).href;

/** reportError(ERROR) in a process of its own. */
function report(error: string, json: boolean): { status: number | null; stdout: string; stderr: string } {
  const code = `import { reportError } from '${MESSAGES}'; import * as errors from '${ERRORS}';
    process.exitCode = reportError(${error}, ${json}, new Map([['a.yaml', 'x: 1\\n\\n']]));`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
}

const test = suite('messages');

test('a bug of ours is exit 70, with its stack and a request to report it, never on stdout', () => {
  for (const json of [false, true]) {
    const { status, stdout, stderr } = report("new TypeError('boom')", json);
    assert.equal([status, stdout], [70, '']);
    assert.match(stderr, /TypeError: boom\n +at [\s\S]*This is a bug in halfopen \d.*please report it/);
  }
});

test('a bound of ours that a user can change is exit 2', () => {
  const { status, stderr } = report("new errors.CapacityError('limits.events', 'more than 10')", false);
  assert.equal([status, stderr], [2, 'limits.events: expected a run within its limits, received more than 10\n']);
});

test('a line is quoted with a caret, an empty one is not', () => {
  const issue = (place: string): string =>
    `new errors.InputError([{ where: 'a.yaml:${place}', expected: 'y', received: 'x' }])`;
  assert.is(report(issue('1:1'), false).stderr, 'a.yaml:1:1: expected y, received x\n  x: 1\n  ^\n');
  assert.is(report(issue('2:1'), false).stderr, 'a.yaml:2:1: expected y, received x\n');
  assert.is(report(issue('9:1'), false).stderr, 'a.yaml:9:1: expected y, received x\n');
});

test('the time left is told in seconds, minutes and hours', () => {
  assert.equal(
    [Infinity, NaN, 0, 100, 59_100, 719_900, 7_260_000].map((ms) => formatLeft(ms)),
    ['? s', '? s', '0 s', '1 s', '1 min 0 s', '12 min 0 s', '2 h 1 min'],
  );
});
test.run();
