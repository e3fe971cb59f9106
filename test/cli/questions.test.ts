import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { halfopen, inEmptyFolder } from '../support/cli.ts';

const test = suite('halfopen questions');

test('lists every question with its answer, for people and as JSON', () => {
  const { status, stdout } = halfopen(['questions']);
  assert.is(status, 0);
  assert.match(stdout, /^Why does Recv-Q of a listening socket show one more than the backlog\?$/m);
  for (const line of stdout.split('\n')) assert.ok(line.length <= 80, line);
  const json = JSON.parse(halfopen(['questions', '--json']).stdout);
  assert.equal([json.command, json.questions.length], ['questions', 17]);
  assert.equal(Object.keys(json.questions[0]), ['name', 'question', 'answer', 'asked']);
});

test('run questions/NAME answers it from anywhere; a name that is none is refused', () => {
  inEmptyFolder((cwd) => {
    const { status, stdout } = halfopen(['run', 'questions/listen-zero-takes-nobody'], { cwd });
    assert.is(status, 0);
    assert.match(stdout, /None of 10 users was served/);
    assert.ok(existsSync(join(cwd, 'results')));
    assert.is(halfopen(['check', 'questions/recv-q-is-backlog-plus-one'], { cwd }).status, 0);
    const wrong = halfopen(['run', 'questions/recv-p'], { cwd });
    assert.is(wrong.status, 2);
    assert.match(wrong.stderr, /^questions\/recv-p: expected a readable file/);
  });
});
test.run();
