import { readdirSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { differences, goldenOf, shippedScenarios } from '../support/golden-results.ts';

const test = suite('shipped scenarios');

for (const path of shippedScenarios()) {
  test(`${path} gives its golden files, byte for byte`, () => {
    const { folder, files } = goldenOf(path);
    assert.equal(differences(folder, files), []);
  });
}

test('a changed, a missing and a stray file are each noticed', () => {
  const { folder, files } = goldenOf('scenarios/five-syns-select-server.yaml');
  const changed = files.map((file) => (file.name === 'summary.csv' ? { ...file, text: `${file.text} ` } : file));
  assert.equal(differences(folder, changed), ['summary.csv']);
  assert.equal(differences(folder, [...files, { name: 'more.csv', text: '' }]), ['more.csv']);
  assert.equal(differences(folder, files.slice(1)), [files[0]?.name]);
});

test('every folder of results has its scenario', () => {
  const names = new Set(shippedScenarios().map((path) => path.replace(/^scenarios\/(.*)\.yaml$/, '$1')));
  const nested = ['published', 'questions'];
  const others = ['bench', 'pictures', 'README.md'];
  const folders = readdirSync('results').filter((name) => !others.includes(name) && !nested.includes(name));
  const inside = nested.flatMap((folder) => readdirSync(`results/${folder}`).map((name) => `${folder}/${name}`));
  assert.equal(
    [...folders, ...inside].filter((name) => !names.has(name)),
    [],
  );
});
test.run();
