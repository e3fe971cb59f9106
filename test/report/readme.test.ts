import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bodyOf, outputBlocks, withOutputs } from '../support/readme-outputs.ts';

const README = readFileSync('README.md', 'utf8');
const FENCED = '<!-- output: npx halfopen --version -->\n```text\nold\n```\n<!-- /output -->';

const test = suite('outputs in README.md');

test('there are some, and one of them is a run', () => {
  const commands = outputBlocks(README).map(({ command }) => command);
  assert.ok(commands.length > 0);
  assert.ok(commands.some((command) => command.startsWith('npx halfopen run scenarios/')));
});

for (const { command, body } of outputBlocks(README)) {
  test(`${command} prints what README.md shows (npm run readme rewrites it)`, () => {
    assert.fixture(body, bodyOf(command));
  });
}

test('only what stands between the markers is rewritten', () => {
  assert.is(
    withOutputs(`a\n${FENCED}\nb\n`, () => 'new $1 $&\n'),
    `a\n${FENCED.replace(/```[\s\S]*```/, 'new $1 $$&')}\nb\n`,
  );
  assert.match(withOutputs(FENCED), /-->\n```text\n\d+\.\d+\.\d+\n```\n<!--/);
});

test('a marker without its partner, a command that fails and one that is not ours are refused', () => {
  assert.throws(() => outputBlocks(FENCED.replace('<!-- /output -->', '')), /every output marker/);
  assert.throws(() => outputBlocks(`${FENCED}\n<!-- /output -->`), /every output marker/);
  assert.throws(() => bodyOf('npx halfopen run nowhere.yaml'), /to end with 0, received 2: nowhere\.yaml/);
  assert.throws(() => bodyOf('rm README.md'), /npx halfopen and plain words/);
  assert.throws(() => bodyOf('npx halfopen --version; ls'), /npx halfopen and plain words/);
});
test.run();
