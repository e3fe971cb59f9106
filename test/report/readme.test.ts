/** Outputs, and parts that are made from the code, are in the documents as they are now. */
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { documentPaths, generatedBlocks, withGenerated } from '../support/docs/documents.ts';
import { COMPARED_ELSEWHERE, GENERATORS } from '../support/docs/generators.ts';
import { DocumentFolder, outputBlocks, withOutputs } from '../support/readme-outputs.ts';
import { pictures } from '../support/pictures.ts';

const FENCED = '<!-- output: npx halfopen --version -->\n```text\nold\n```\n<!-- /output -->';

const test = suite('outputs and generated parts of the documents');
const documents = documentPaths().map((path) => ({ path, text: readFileSync(path, 'utf8') }));

for (const { path, text } of documents) {
  // Made when the first of its commands runs: one folder a document.
  let folder: DocumentFolder | null = null;
  for (const { command, body } of outputBlocks(text)) {
    test(`${path}: ${command} prints what is shown (npm run readme rewrites it)`, () => {
      folder ??= new DocumentFolder();
      assert.fixture(body, folder.bodyOf(command));
    });
  }
  test.after(() => folder?.remove());
  for (const { argument, body, name } of generatedBlocks(text)) {
    if (COMPARED_ELSEWHERE.includes(name)) continue;
    test(`${path}: ${name} ${argument} is as the code has it (npm run readme rewrites it)`, () => {
      assert.fixture(body, GENERATORS[name]?.(argument) ?? '');
    });
  }
}

test('README.md shows a run', () => {
  const commands = outputBlocks(documents[0]?.text ?? '').map(({ command }) => command);
  assert.ok(commands.some((command) => command.startsWith('npx halfopen run scenarios/')));
});

test('its pictures are those of the scenario, and it shows them (npm run readme draws them)', () => {
  const drawn = pictures();
  assert.ok(drawn.length > 0);
  for (const { path, text } of drawn) {
    assert.is(readFileSync(path, 'utf8'), text, path);
    assert.ok(documents[0]?.text.includes(`"${path}"`), path);
    assert.not.match(text, /var\(|currentColor|<script|NaN/);
  }
});

test('only what stands between the markers is rewritten', () => {
  assert.is(
    withOutputs(`a\n${FENCED}\nb\n`, () => 'new $1 $&\n'),
    `a\n${FENCED.replace(/```[\s\S]*```/, 'new $1 $$&')}\nb\n`,
  );
  assert.match(withOutputs(FENCED), /-->\n```text\n\d+\.\d+\.\d+\n```\n<!--/);
  const generated = 'a\n<!-- generated: x y -->\nold\n<!-- /generated -->\nb\n';
  assert.is(withGenerated(generated, { x: (argument) => `$& ${argument}\n` }), generated.replace('old', '$$& y'));
});

test('a marker without its partner, a command that fails and one that is not ours are refused', () => {
  assert.throws(() => outputBlocks(FENCED.replace('<!-- /output -->', '')), /every output marker/);
  assert.throws(() => outputBlocks(`${FENCED}\n<!-- /output -->`), /every output marker/);
  assert.throws(() => generatedBlocks('<!-- generated: x -->\n'), /every generated marker/);
  assert.throws(() => withGenerated('<!-- generated: x -->\n<!-- /generated -->\n', {}), /a generator, received x/);
  const folder = new DocumentFolder();
  try {
    assert.throws(() => folder.bodyOf('npx halfopen run nowhere.yaml'), /to end with 0, received 2: nowhere\.yaml/);
    assert.throws(() => folder.bodyOf('rm README.md'), /npx halfopen and plain words/);
    assert.throws(() => folder.bodyOf('npx halfopen --version; ls'), /npx halfopen and plain words/);
  } finally {
    folder.remove();
  }
});
test.run();
